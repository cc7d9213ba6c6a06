// Many threads emit while clients come and go by every transport.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "pushwire/server.hpp"
#include "server/http_client.hpp"
#include "server/process_figures.hpp"
#include "server/reading.hpp"

namespace pushwire {
namespace {

constexpr int kEmitters = 8;
constexpr int kEmits = kSanitized ? 100 : 400;
constexpr int kClients = 6;

// What one client has heard, judged as it hears it. A complaint ends it.
class Witness {
 public:
  // False: it was the last event.
  bool hear(const Item& item) {
    if (item.control == "gap") {
      ++gaps;
      for (const std::string& type : item.types) types_[type].lost = true;
      return true;
    }
    if (!item.control.empty()) return complain("control " + item.control);
    const std::uint64_t id = sequence_of(item.id);
    if (id <= last_id_) return complain("not ascending: " + item.id + " after " + std::to_string(last_id_));
    last_id_ = id;
    ++events;
    if (item.event == "done") return false;
    const int value = std::stoi(item.data);
    Type& type = types_[item.event];
    const bool next = type.value < 0 || value == type.value + 1;
    if (!next && !(type.lost && value > type.value)) {
      return complain(item.event + " " + item.data + " after " + std::to_string(type.value) + " without a gap");
    }
    type = {value, false};
    return true;
  }

  std::string complaint;
  int events = 0;
  int gaps = 0;

 private:
  struct Type {
    int value = -1;
    bool lost = false;
  };
  bool complain(std::string text) {
    complaint = std::move(text);
    return false;
  }

  std::uint64_t last_id_ = 0;
  std::map<std::string, Type> types_;
};

void read_on_and_on(std::uint16_t port, unsigned seed, Witness& witness) {
  std::mt19937 random(seed);
  std::string cursor = "earliest";
  try {
    for (;;) {
      const auto reading = open_reading(kTransportNames[random() % 4], port, cursor);
      for (auto left = 1 + random() % 400; left > 0; --left) {
        if (!witness.hear(reading->next())) return;
      }
      cursor = reading->cursor();
    }
  } catch (const std::exception& error) {
    witness.complaint = error.what();
  }
}

class EmittingThreads : public testing::TestWithParam<std::size_t> {};

TEST_P(EmittingThreads, are_heard_in_order_and_nothing_is_missing_without_a_gap) {
  Server server;
  std::vector<EventType<int>> types;
  for (int i = 0; i < kEmitters; ++i)
    types.push_back(server.event<int>("type" + std::to_string(i), history(GetParam())));
  const auto done = server.event<int>("done");
  server.start();

  std::vector<Witness> witnesses(kClients);
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(read_on_and_on, server.port(), static_cast<unsigned>(i),
                         std::ref(witnesses[static_cast<std::size_t>(i)]));
  }
  std::atomic<int> refused{0};
  std::vector<std::thread> emitters;
  for (const auto& type : types) {
    emitters.emplace_back([&refused, type] {
      for (int value = 0; value < kEmits; ++value) {
        if (type.emit(value) != EmitStatus::ok) ++refused;
      }
    });
  }
  for (auto& emitter : emitters) emitter.join();
  done.emit(0);
  for (auto& client : clients) client.join();

  EXPECT_EQ(refused, 0);
  for (const Witness& witness : witnesses) {
    EXPECT_EQ(witness.complaint, "");
    // With room for all, all is heard.
    if (GetParam() >= kEmits) {
      EXPECT_EQ(witness.events, kEmitters * kEmits + 1);
      EXPECT_EQ(witness.gaps, 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(kept, EmittingThreads, testing::Values(std::size_t{20}, std::size_t{kEmits}));

// An event that comes while its first reader joins, when nobody counts as watching yet, reaches that reader at once
// and not with the next wake-up.
TEST(JoiningReaders, hear_an_event_that_comes_while_they_join) {
  Server server{Options{}.heartbeat(std::chrono::seconds(300))};
  server.start();
  const std::string after = item_of(get(server.port(), "/pushwire/negotiate").body).cursor;  // a poll would watch
  std::mt19937 random(3);
  for (int round = 0; round < (kSanitized ? 100 : 1000); ++round) {
    const std::string name = "type" + std::to_string(round);
    const auto type = server.event<int>(name);
    std::atomic<bool> asked{false};
    const auto emitter = std::async(std::launch::async, [&asked, type, spins = random() % 20'000] {
      while (!asked) std::this_thread::yield();
      for (std::atomic<std::uint_fast32_t> i{0}; i < spins;) ++i;
      type.emit(1);
    });
    Socket socket(server.port());
    asked = true;
    socket.send(request_text("/pushwire/" + std::string(round % 2 == 0 ? "sse" : "long-poll") + "?events=" + name +
                             "&after=" + after));
    while (socket.buffer().find(name) == std::string::npos) ASSERT_TRUE(socket.receive());
  }
}

TEST(RegisteringThreads, add_types_while_clients_ask_for_them) {
  Server server;
  server.start();
  constexpr int kTypes = 50;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&server, thread] {
      for (int i = 0; i < kTypes; ++i) {
        // Every other name is registered by all of them.
        const std::string name = "kind." + std::to_string(i % 2 == 0 ? i : thread * 1000 + i);
        server.event<int>(name).emit(i);
      }
    });
  }
  const auto reading = open_reading("sse", server.port(), "earliest", "events=kind.*");
  for (auto& thread : threads) thread.join();
  const auto last = server.event<int>("kind.last");
  last.emit(-1);
  int heard = 0;
  for (Item item = reading->next(); item.event != "kind.last"; item = reading->next()) ++heard;
  EXPECT_EQ(heard, 4 * kTypes);
}

TEST(StoppingThreads, may_be_many_while_others_emit) {
  for (int round = 0; round < 5; ++round) {
    Server server{Options{}.stop_timeout(std::chrono::milliseconds(20))};
    const auto log = server.event<int>("log");
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      while (!over) log.emit(1);
    });
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < 5; ++turn) {
          server.start();
          server.stats();
          server.url();
          server.stop();
        }
      });
    }
    for (std::size_t i = 1; i < threads.size(); ++i) threads[i].join();
    over = true;
    threads[0].join();
    EXPECT_FALSE(server.running());
  }
}

}  // namespace
}  // namespace pushwire
