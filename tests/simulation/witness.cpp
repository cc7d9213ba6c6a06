#include "simulation/witness.hpp"

#include <algorithm>

namespace pushwire::simulation {

bool wanted(const Patterns& patterns, std::string_view type) noexcept {
  if (patterns.empty()) return true;
  for (const std::string& pattern : patterns) {
    if (pattern == "*" || pattern == type) return true;
    if (pattern.back() == '*' && type.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1))
      return true;
  }
  return false;
}

void Witness::fail(const std::string& sentence) { verdict_.fail(name_ + ": " + sentence); }

std::string Witness::show(const Emitted& event) const {
  return host_.types()[event.type].name + "#" + std::to_string(event.id) +
         (event.key.empty() ? "" : "[" + event.key + "]");
}

std::optional<Cursor> Witness::cursor() const noexcept {
  if (!cursor_) return std::nullopt;
  return Cursor{epoch_, *cursor_};
}

Patterns Witness::lacking(const Patterns& wanted_now, bool widened) const {
  Patterns fresh;
  // What the last conversation had begun to tell, and what this one adds.
  if (snapshot_open_) fresh = due_;
  if (!widened || events_.empty()) return fresh;
  if (wanted_now.empty()) return {"*"};
  for (const std::string& pattern : wanted_now) {
    if (std::find(events_.begin(), events_.end(), pattern) == events_.end()) fresh.push_back(pattern);
  }
  return fresh;
}

bool Witness::is_due(TypeIndex type) const noexcept {
  return due_all_ || (!due_.empty() && wanted(due_, host_.types()[type].name));
}

Sequence Witness::states_since(TypeIndex type) const noexcept {
  const auto found = states_since_.find(type);
  return found == states_since_.end() ? since_ : found->second;
}

bool Witness::of_epoch(const Cursor& cursor, const char* what) {
  if (cursor.epoch == epoch_ && cursor.sequence <= host_.head()) return true;
  fail(std::string(what) + ": the cursor " + cursor.text() + " is not of this log");
  return false;
}

bool Witness::in_stream(const char* what) {
  if (ended_) fail(std::string(what) + " behind bye");
  if (gap_awaited_) fail(std::string(what) + " comes where the promised gap should");
  if (reset_awaited_) fail(std::string(what) + " comes where the promised reset should");
  return !verdict_.failed();
}

// --- the beginnings ---

void Witness::begin_life(const Ask& ask, Sequence states_since) {
  ++life_;
  events_ = ask.events;
  known_.clear();
  states_since_.clear();
  gaps_.clear();
  wanted_late_.clear();
  cursor_.reset();
  checked_ = 0;
  since_ = states_since;
  forgiven_ = 0;
}

void Witness::begin(const Ask& ask, std::string_view resume) {
  note([&] {
    std::string said =
        "begins, resume " + std::string(resume) + ", asked at step " + std::to_string(ask.step) + " after ";
    said += ask.from == Ask::From::cursor ? ask.cursor.text() : "nothing";
    for (const std::string& pattern : ask.events) said += " " + pattern;
    for (const std::string& pattern : ask.fresh) said += " +" + pattern;
    return said;
  });
  ended_ = gap_awaited_ = reset_awaited_ = false;
  const bool keeps_life = goes_on(ask);
  snapshot_open_ = false;
  last_news_ = 0;
  using From = Ask::From;
  const bool ours = ask.from == From::cursor && ask.cursor.epoch == epoch_;
  if (resume == "new") {
    if (ask.from != From::newcomer && ask.from != From::earliest) return fail("resume new, with a cursor");
    begin_life(ask, 0);
    if (ask.from == From::newcomer) {
      open_snapshot(ask.events, ask.events.empty());
      snapshot_asked_ = ask.step;
    } else {
      cursor_ = 0;
      forgiven_ = verdict_.step;
    }
  } else if (resume == "reset") {
    if (ask.from != From::unreadable && ask.from != From::cursor) return fail("reset, without a cursor");
    if (ours && ask.cursor.sequence <= ask.head) return fail("reset, with a good cursor");
    begin_life(ask, 0);
    cursor_ = 0;
    forgiven_ = verdict_.step;
    reset_awaited_ = true;
  } else if (resume == "ok" || resume == "gap") {
    if (!ours || ask.cursor.sequence > host_.head()) return fail("resumed from a cursor that is none");
    const Sequence at = ask.cursor.sequence;
    if (keeps_life) {
      change_subscription(ask.events, at);
      // Asked again from an earlier place: all that is news from there on will be told again.
      forget([&](const StateKey&, Sequence id) { return id > at; });
    } else {
      begin_life(ask, at);
    }
    cursor_ = checked_ = last_news_ = at;
    forgiven_ = 0;
    gap_awaited_ = resume == "gap";
    if (!ask.fresh.empty()) {
      open_snapshot(ask.fresh, false);
      snapshot_asked_ = ask.step;
    }
  } else {
    fail("resume is " + std::string(resume));
  }
}

void Witness::hello(const Ask& ask, std::string_view resume, const std::optional<Cursor>& cursor) {
  answering_ = false;
  begin(ask, resume);
  if (verdict_.failed()) return;
  if (!cursor) {
    if (!snapshot_open_ && !gap_awaited_) fail("hello has no cursor though no snapshot is due");
    return;
  }
  if (snapshot_open_) return fail("hello has a cursor though a snapshot is due");
  if (of_epoch(*cursor, "hello") && cursor->sequence != *cursor_) fail("hello begins at " + cursor->text());
}

void Witness::answer(const Ask& ask, std::string_view resume) {
  answering_ = true;
  begin(ask, resume);
}

void Witness::reset(const Cursor& cursor) {
  if (!reset_awaited_) return fail("a reset out of place");
  reset_awaited_ = false;
  if (of_epoch(cursor, "reset") && cursor.sequence != 0) fail("reset reads on from " + cursor.text());
}

// Newly wanted types: their states at or below `at` are told only where they were asked for as fresh.
void Witness::change_subscription(const Patterns& events, Sequence at) {
  for (TypeIndex type = 0; type < host_.types().size(); ++type) {
    const std::string& name = host_.types()[type].name;
    const bool before = wanted(events_, name);
    const bool after = wanted(events, name);
    if (before && !after) {
      forget([&](const StateKey& key, Sequence) { return key.first == type; });
      gaps_.erase(type);
    }
    if (after && !before) {
      states_since_[type] = at;
      wanted_late_.insert(type);
    }
  }
  events_ = events;
}

void Witness::subscribed(const Patterns& said, const Cursor& cursor, const Patterns& asked, const Patterns& fresh,
                         std::uint64_t asked_at) {
  note([&] { return "subscribed to " + std::to_string(said.size()) + " at " + cursor.text(); });
  if (!in_stream("subscribed") || !of_epoch(cursor, "subscribed")) return;
  std::set<std::string> expected(asked.begin(), asked.end());
  if (expected.count("*") != 0) expected = {"*"};
  if (said != Patterns(expected.begin(), expected.end())) return fail("subscribed to something else");
  if (!snapshot_open_) {
    pass(cursor.sequence);
    cursor_ = checked_;
  }
  change_subscription(expected.count("*") != 0 ? Patterns{} : asked, cursor.sequence);
  // A snapshot under way begins again.
  if (snapshot_open_ || !fresh.empty()) {
    open_snapshot(fresh, false);
    snapshot_asked_ = asked_at;
  }
}

// --- snapshots ---

void Witness::open_snapshot(const Patterns& due, bool all) {
  if (!snapshot_open_) {
    due_all_ = all;
    due_.clear();
  }
  due_all_ = due_all_ || all;
  due_.insert(due_.end(), due.begin(), due.end());
  snapshot_open_ = true;
  last_shown_ = 0;
}

void Witness::snapshot_item(const Emitted& event) {
  if (!snapshot_open_) return fail("a state out of a snapshot: " + show(event));
  if (event.removed || !host_.types()[event.type].states()) return fail("no state in a snapshot: " + show(event));
  if (!is_due(event.type)) return fail("a state that was not asked for: " + show(event));
  if (event.id <= last_shown_) return fail("a snapshot out of order: " + show(event));
  if (cursor_ && event.id > checked_) return fail("a state beyond the cursor: " + show(event));
  if (event.replaced != 0 && event.replaced <= snapshot_asked_) return fail("a state of the past: " + show(event));
  last_shown_ = event.id;
  learn(event);
}

// Every state at or below `upto` that was due must be known now, and nothing else.
void Witness::verify_due(Sequence upto) {
  for (TypeIndex type = 0; type < host_.types().size(); ++type) {
    if (!host_.types()[type].states() || !wants(type) || !is_due(type)) continue;
    for (const auto& [key, id] : host_.types()[type].present) {
      if (id > upto) continue;
      const auto known = known_.find({type, key});
      const bool right = host_.find(id)->removed ? known == known_.end() : known != known_.end() && known->second == id;
      if (!right)
        return fail("the snapshot up to " + std::to_string(upto) + " is wrong about " + show(*host_.find(id)));
    }
    states_since_[type] = 0;
  }
  snapshot_open_ = due_all_ = false;
  due_.clear();
}

void Witness::live(const Cursor& cursor) {
  note([&] { return "live at " + cursor.text(); });
  if (!in_stream("live") || !of_epoch(cursor, "live")) return;
  if (!snapshot_open_) return fail("live without a snapshot");
  if (cursor.sequence < last_shown_) return fail("the snapshot went beyond live's cursor");
  if (cursor_) pass(cursor.sequence);
  cursor_ = checked_ = std::max(checked_, cursor.sequence);
  verify_due(cursor.sequence);
}

}  // namespace pushwire::simulation
