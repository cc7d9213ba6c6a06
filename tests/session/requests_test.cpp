#include "session/requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace pushwire::session {
namespace {

using Standing = Requests::Standing;

OutcomePtr outcome(std::string data) {
  auto made = std::make_shared<Outcome>();
  made->data = std::move(data);
  return made;
}
OutcomePtr sized(std::size_t bytes) { return outcome(std::string(bytes, 'x')); }

TEST(Requests, are_pending_until_they_are_finished_and_then_answered) {
  Requests requests;
  EXPECT_EQ(requests.look(7), Standing::unseen);
  EXPECT_EQ(requests.last(), 0u);
  requests.begin(7, 1);
  EXPECT_EQ(requests.look(7), Standing::pending);
  EXPECT_EQ(requests.pending(), 1u);
  EXPECT_EQ(requests.hand_over(7), nullptr) << "there is none yet";
  const OutcomePtr said = outcome("7");
  EXPECT_EQ(requests.finish(7, said), Askers{1u});
  EXPECT_EQ(requests.pending(), 0u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(requests.look(7), Standing::answered);
    EXPECT_EQ(requests.hand_over(7), said) << "as often as it is asked for";
  }
  EXPECT_EQ(requests.last(), 7u);
  EXPECT_EQ(requests.look(6), Standing::unseen) << "nothing was forgotten";
}

TEST(Requests, are_answered_to_the_last_four_who_asked) {
  Requests requests;
  requests.begin(1, 11);
  EXPECT_EQ(requests.ask_again(1, 12), 0u);
  EXPECT_EQ(requests.ask_again(1, 11), 0u) << "it waits already";
  EXPECT_EQ(requests.ask_again(1, 13), 0u);
  EXPECT_EQ(requests.ask_again(1, 14), 0u);
  EXPECT_EQ(requests.ask_again(1, 15), 11u);
  EXPECT_EQ(requests.finish(1, outcome("1")), (Askers{15, 14, 13, 12}));
}

TEST(Requests, that_nobody_waits_for_any_more_keep_their_outcome) {
  Requests requests;
  requests.begin(1, 11);
  requests.abandon(1);
  EXPECT_EQ(requests.look(1), Standing::pending) << "a pending one goes on";
  requests.finish(1, outcome("1"));
  requests.abandon(1);
  requests.abandon(2);
  EXPECT_EQ(requests.look(1), Standing::answered);
  EXPECT_EQ(requests.look(2), Standing::unseen);
  EXPECT_NE(requests.hand_over(1), nullptr);
}

TEST(Requests, that_were_acknowledged_are_forgotten) {
  Requests requests;
  for (RequestId id : {1, 2, 3, 5}) requests.begin(id, 1);
  for (RequestId id : {1, 3, 5}) requests.finish(id, outcome("x"));
  requests.acknowledge(4);
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  EXPECT_EQ(requests.look(2), Standing::pending) << "what runs cannot have been acknowledged";
  EXPECT_EQ(requests.look(3), Standing::forgotten);
  EXPECT_EQ(requests.look(4), Standing::forgotten) << "it never was, and is never going to be";
  EXPECT_EQ(requests.look(5), Standing::answered);
  requests.finish(2, outcome("x"));
  EXPECT_EQ(requests.look(2), Standing::answered) << "it came behind the acknowledgment, which did not concern it";
  requests.acknowledge(2);
  EXPECT_EQ(requests.look(2), Standing::forgotten);
}

TEST(Requests, cannot_be_acknowledged_beyond_what_was_seen) {
  Requests requests;
  requests.begin(3, 1);
  requests.finish(3, outcome("x"));
  requests.acknowledge(1ull << 53);
  EXPECT_EQ(requests.look(3), Standing::forgotten);
  EXPECT_EQ(requests.look(4), Standing::unseen);
  Requests none;
  none.acknowledge(9);
  EXPECT_EQ(none.look(1), Standing::unseen);
}

TEST(Requests, that_were_handed_over_are_kept_up_to_a_number) {
  Requests requests;
  for (RequestId id = 1; id <= Requests::kKept + 10; ++id) {
    requests.finish(id, outcome("x"));
    requests.hand_over(id);
  }
  for (RequestId id = 1; id <= 10; ++id) EXPECT_EQ(requests.look(id), Standing::forgotten) << id;
  for (RequestId id = 11; id <= Requests::kKept + 10; ++id) EXPECT_EQ(requests.look(id), Standing::answered) << id;
}

TEST(Requests, whose_answer_took_long_are_kept_like_the_others) {
  Requests requests;
  requests.begin(1, 1);
  for (RequestId id = 2; id <= Requests::kKept + 1; ++id) {
    requests.finish(id, outcome("x"));
    requests.hand_over(id);
  }
  requests.finish(1, outcome("slow"));
  ASSERT_NE(requests.hand_over(1), nullptr);
  EXPECT_EQ(requests.look(1), Standing::answered) << "it was handed over last";
  EXPECT_EQ(requests.look(2), Standing::forgotten);
  EXPECT_EQ(requests.look(3), Standing::answered);
}

TEST(Requests, that_nobody_fetches_are_forgotten_in_the_order_of_their_end) {
  Requests requests;
  requests.begin(1, 1);
  for (RequestId id = 2; id <= Requests::kWaiting + 1; ++id) requests.finish(id, outcome("x"));
  requests.finish(1, outcome("slow"));
  EXPECT_EQ(requests.look(1), Standing::answered);
  EXPECT_EQ(requests.look(2), Standing::forgotten);
}

TEST(Requests, that_were_handed_over_are_kept_up_to_their_bytes) {
  Requests requests;
  for (RequestId id = 1; id <= 5; ++id) {
    requests.finish(id, sized(Requests::kKeptBytes / 4));
    requests.hand_over(id);
  }
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  for (RequestId id = 2; id <= 5; ++id) EXPECT_EQ(requests.look(id), Standing::answered);
}

TEST(Requests, keep_the_one_that_is_larger_than_all_that_is_kept) {
  Requests requests;
  requests.finish(1, outcome("x"));
  requests.hand_over(1);
  requests.finish(2, sized(Requests::kKeptBytes * 2));
  EXPECT_NE(requests.hand_over(2), nullptr);
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  EXPECT_EQ(requests.look(2), Standing::answered);
}

TEST(Requests, that_nobody_fetches_are_kept_up_to_their_bytes) {
  Requests requests;
  for (RequestId id = 1; id <= 9; ++id) {
    requests.begin(id, 1);
    requests.finish(id, sized(Requests::kWaitingBytes / 8));
  }
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  EXPECT_EQ(requests.hand_over(1), nullptr);
  EXPECT_EQ(requests.look(2), Standing::answered);
}

TEST(Requests, that_nobody_fetches_are_kept_up_to_a_number_however_small) {
  Requests requests;
  for (RequestId id = 1; id <= Requests::kWaiting + 1; ++id) {
    requests.begin(id, 1);
    requests.finish(id, outcome("1"));
  }
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  EXPECT_EQ(requests.look(2), Standing::answered);
}

TEST(Requests, with_an_outcome_beyond_all_bounds_forget_it_at_once) {
  Requests requests;
  requests.begin(1, 5);
  EXPECT_EQ(requests.finish(1, sized(Requests::kWaitingBytes + 1)), Askers{5u});
  EXPECT_EQ(requests.look(1), Standing::forgotten);
  EXPECT_EQ(requests.hand_over(1), nullptr);
}

// What a client may count on, whatever is done in whatever order: kept in step with a model that forgets nothing.
class Model {
 public:
  explicit Model(std::uint32_t seed) : random_(seed) {}

  void step() {
    switch (at_most(6)) {
      case 0:
      case 1: return ask(next_id_ += 1 + at_most(1));
      case 2: return finish();
      case 3: return hand_over();
      case 4: return ask(1 + at_most(next_id_));
      case 5:
        if (at_most(20) == 0) acknowledge(at_most(next_id_ + 5));
        return;
      default: return check(1 + at_most(next_id_));
    }
  }
  void check_all() {
    for (RequestId id = 1; id <= next_id_; ++id) check(id);
    EXPECT_EQ(requests_.pending(), pending_.size());
    EXPECT_EQ(requests_.last(), highest_);
  }

 private:
  std::uint64_t at_most(std::uint64_t most) { return random_() % (most + 1); }

  void ask(RequestId id) {
    const Standing standing = requests_.look(id);
    check(id);
    if (standing == Standing::unseen) {
      ASSERT_TRUE(run_.insert(id).second) << id << " would be run twice";
      requests_.begin(id, ++asker_);
      pending_[id] = {asker_};
      highest_ = std::max(highest_, id);
    } else if (standing == Standing::pending) {
      std::vector<Asker>& askers = pending_[id];
      const bool full = askers.size() == Askers{}.size();
      EXPECT_EQ(requests_.ask_again(id, ++asker_), full ? askers.back() : 0);
      if (full) askers.pop_back();
      askers.insert(askers.begin(), asker_);
    }
  }
  void finish() {
    if (pending_.empty()) return;
    auto one = std::next(pending_.begin(), static_cast<std::ptrdiff_t>(at_most(pending_.size() - 1)));
    const OutcomePtr said = sized(at_most(30) == 0 ? at_most(600'000) : at_most(50));
    outcomes_[one->first] = said;
    Askers askers{};
    std::copy(one->second.begin(), one->second.end(), askers.begin());
    EXPECT_EQ(requests_.finish(one->first, said), askers);
    pending_.erase(one);
  }
  void hand_over() {
    const RequestId id = 1 + at_most(next_id_);
    const Standing before = requests_.look(id);
    const OutcomePtr given = requests_.hand_over(id);
    if (before == Standing::answered) EXPECT_EQ(given, outcomes_[id]) << "another outcome than the first";
    else EXPECT_EQ(given, nullptr);
  }
  void acknowledge(RequestId id) {
    requests_.acknowledge(id);
    for (RequestId below = 1; below <= std::min(id, highest_); ++below) {
      EXPECT_EQ(requests_.look(below), pending_.count(below) == 0 ? Standing::forgotten : Standing::pending);
    }
  }
  void check(RequestId id) {
    const Standing standing = requests_.look(id);
    if (pending_.count(id) != 0) EXPECT_EQ(standing, Standing::pending);
    else if (run_.count(id) != 0) EXPECT_TRUE(standing == Standing::answered || standing == Standing::forgotten);
    else EXPECT_TRUE(standing == Standing::unseen || standing == Standing::forgotten);
  }

  std::mt19937 random_;
  Requests requests_;
  RequestId next_id_ = 0;
  RequestId highest_ = 0;
  Asker asker_ = 0;
  std::set<RequestId> run_;
  std::map<RequestId, std::vector<Asker>> pending_;
  std::map<RequestId, OutcomePtr> outcomes_;
};

TEST(Requests, are_run_once_and_answered_alike_whatever_comes_in_whatever_order) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Model model(seed);
    for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) model.step();
    model.check_all();
  }
}

}  // namespace
}  // namespace pushwire::session
