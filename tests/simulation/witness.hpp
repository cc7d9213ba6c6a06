// What one model client knows, over all its connections, and the judge of what it is told: every statement of the
// server is held against the host's record. Knows the protocol's promises, not the implementation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/cursor.hpp"
#include "simulation/host_model.hpp"
#include "simulation/verdict.hpp"

namespace pushwire::simulation {

using Patterns = std::vector<std::string>;
// An empty list is every type.
bool wanted(const Patterns& patterns, std::string_view type) noexcept;

// What a request asked for, and when.
struct Ask {
  enum class From { newcomer, earliest, cursor, unreadable };
  From from = From::newcomer;
  Cursor cursor;
  bool own = false;        // the cursor is where this client stands: it goes on
  std::uint64_t life = 0;  // Witness::life() when it was sent
  Patterns events;
  Patterns fresh;
  Sequence head = 0;       // of the log when it was sent
  std::uint64_t step = 0;  // of the run
  Steady at{};
};

// One event as a client has received it.
struct Told {
  std::optional<Cursor> id;
  std::string type;
  std::optional<std::string> key;
  std::optional<bool> removed;
  bool snapshot = false;
  std::optional<std::string> canonical;  // the payload; none where it was removed
  std::optional<std::int64_t> at_ms;
};

class Witness {
 public:
  Witness(std::string name, const HostModel& host, Verdict& verdict, const Epoch& epoch)
      : name_(std::move(name)), host_(host), verdict_(verdict), epoch_(epoch) {}

  const std::string& name() const noexcept { return name_; }
  // Where a client that comes back reads on; none: it is still a newcomer.
  std::optional<Cursor> cursor() const noexcept;
  // The types whose states it still lacks: to be named as fresh when it comes back.
  Patterns lacking(const Patterns& wanted_now, bool widened) const;
  // Counts how often it has begun anew, knowing nothing.
  std::uint64_t life() const noexcept { return life_; }

  // --- streams ---
  void hello(const Ask& ask, std::string_view resume, const std::optional<Cursor>& cursor);
  void live(const Cursor& cursor);
  void ping(const std::optional<Cursor>& cursor);
  void subscribed(const Patterns& said, const Cursor& cursor, const Patterns& asked, const Patterns& fresh,
                  std::uint64_t asked_at);
  void bye() { ended_ = true; }

  // --- answers ---
  void answer(const Ask& ask, std::string_view resume);
  void answer_end(const Ask& ask, const Cursor& cursor, bool more);
  // No answer, though one would come at once if there were anything to say.
  void silence(const Ask& ask);
  // 304: nothing has come since an answer to the same question that had no event. False: that is no question of now.
  bool unchanged(const Ask& ask);

  // --- both ---
  void event(const Told& told);
  void gap(const std::vector<std::string>& types, const Cursor& from, const Cursor& to);
  void reset(const Cursor& cursor);

  bool wants(TypeIndex type) const noexcept { return wanted(events_, host_.types()[type].name); }
  // All that has been emitted should have arrived by now.
  void level();
  void fail(const std::string& sentence);

 private:
  using StateKey = std::pair<TypeIndex, std::string>;

  template <class Text>
  void note(Text text) const {
    verdict_.note([&] { return name_ + " " + text(); });
  }
  bool in_stream(const char* what);
  bool of_epoch(const Cursor& cursor, const char* what);
  void begin(const Ask& ask, std::string_view resume);
  void begin_life(const Ask& ask, Sequence states_since);
  bool goes_on(const Ask& ask) const noexcept { return life_ != 0 && ask.own && ask.life == life_; }
  void change_subscription(const Patterns& events, Sequence at);
  void open_snapshot(const Patterns& due, bool all);
  void snapshot_item(const Emitted& event);
  void news(const Emitted& event);
  void learn(const Emitted& event);
  template <class Which>
  void forget(Which which) {
    for (auto known = known_.begin(); known != known_.end();) {
      known = which(known->first, known->second) ? known_.erase(known) : std::next(known);
    }
  }
  void pass(Sequence upto);
  void skip(const Emitted& event);
  void verify_due(Sequence upto);
  void compare(const Told& told, const Emitted& event);
  bool is_due(TypeIndex type) const noexcept;
  Sequence states_since(TypeIndex type) const noexcept;
  std::string show(const Emitted& event) const;

  const std::string name_;
  const HostModel& host_;
  Verdict& verdict_;
  const Epoch epoch_;

  std::uint64_t life_ = 0;  // 0: it has been told nothing
  bool ended_ = false;      // bye was said on this conversation
  bool answering_ = false;
  Patterns events_;
  std::optional<Sequence> cursor_;
  Sequence last_news_ = 0;  // of this conversation or answer
  Sequence checked_ = 0;    // everything up to here has been judged
  std::map<StateKey, Sequence> known_;
  std::map<TypeIndex, Sequence> states_since_;  // states at or below are not known, unless 0; others: since_
  Sequence since_ = 0;
  std::map<TypeIndex, std::vector<std::pair<Sequence, Sequence>>> gaps_;  // (from, to]
  std::set<TypeIndex> wanted_late_;                                       // not from the beginning of this life
  std::uint64_t forgiven_ = 0;  // what was gone by this step was gone before the reading began

  bool snapshot_open_ = false;
  bool due_all_ = false;
  Patterns due_;
  Sequence last_shown_ = 0;
  std::uint64_t snapshot_asked_ = 0;  // the step when it was asked for
  bool gap_awaited_ = false;
  bool reset_awaited_ = false;
};

}  // namespace pushwire::simulation
