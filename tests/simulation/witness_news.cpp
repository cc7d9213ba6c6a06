#include <algorithm>

#include "simulation/witness.hpp"

namespace pushwire::simulation {

void Witness::compare(const Told& told, const Emitted& event) {
  const auto wrong = [&](const char* what) {
    fail(std::string("the ") + what + " is not what was emitted: " + show(event));
  };
  if (told.type != host_.types()[event.type].name) return wrong("type");
  if (told.key && *told.key != event.key) return wrong("key");
  if (told.removed && *told.removed != event.removed) return wrong("removal");
  if (!event.removed && told.canonical != event.canonical) return wrong("payload");
  if (event.removed && told.canonical && *told.canonical != "null") return wrong("missing payload");
  if (told.at_ms && *told.at_ms != event.at_ms) return wrong("time");
}

void Witness::event(const Told& told) {
  if (!in_stream("an event")) return;
  if (told.id && !of_epoch(*told.id, "an event")) return;
  const Emitted* event = nullptr;
  if (told.id) event = host_.find(told.id->sequence);
  else if (told.canonical) event = host_.find(*told.canonical);
  if (event == nullptr) return fail("an event that nobody emitted, of " + told.type);
  note([&] { return (told.snapshot ? "state " : "news ") + show(*event); });
  compare(told, *event);
  if (verdict_.failed()) return;
  if (!wants(event->type)) return fail("an event of a type that was not subscribed to: " + show(*event));
  if (told.snapshot) snapshot_item(*event);
  else news(*event);
}

void Witness::news(const Emitted& event) {
  // An answer has no `live`: news end its snapshot. What was due is looked at when the answer is whole.
  if (snapshot_open_ && !answering_) return fail("news before live: " + show(event));
  if (event.id <= last_shown_ && snapshot_open_) return fail("news below the snapshot: " + show(event));
  if (event.id <= last_news_)
    return fail("told twice or out of order, behind " + std::to_string(last_news_) + ": " + show(event));
  last_news_ = event.id;
  if (cursor_ && event.id <= checked_)
    return fail("told twice, behind " + std::to_string(checked_) + ": " + show(event));
  if (cursor_) pass(event.id - 1);
  checked_ = event.id;
  cursor_ = event.id;
  learn(event);
}

void Witness::learn(const Emitted& event) {
  if (!host_.types()[event.type].states()) return;
  const StateKey key{event.type, event.key};
  const auto known = known_.find(key);
  if (known != known_.end() && known->second > event.id) return;
  if (event.removed) known_.erase(key);
  else known_[key] = event.id;
}

// The events up to `upto` that have not been told by now never will be.
void Witness::pass(Sequence upto) {
  for (Sequence id = checked_ + 1; id <= upto && !verdict_.failed(); ++id) skip(*host_.find(id));
  checked_ = std::max(checked_, upto);
}

void Witness::skip(const Emitted& event) {
  if (!wants(event.type)) return;
  if (!host_.types()[event.type].states()) {
    if (event.gone == 0) return fail("lost, though it is kept: " + show(event));
    if (event.gone <= forgiven_ && wanted_late_.count(event.type) == 0) return;
    for (const auto& [from, to] : gaps_[event.type]) {
      if (event.id > from && event.id <= to) return;
    }
    return fail("lost without a word: " + show(event));
  }
  if (event.replaced != 0) return;
  if (!event.removed) return fail("a state was lost: " + show(event));
  if (known_.count({event.type, event.key}) != 0) fail("an erasure was lost: " + show(event));
}

void Witness::gap(const std::vector<std::string>& types, const Cursor& from, const Cursor& to) {
  gap_awaited_ = false;
  note([&] {
    return "gap " + from.text() + " to " + to.text() + " of " + types.front() + (types.size() > 1 ? " and others" : "");
  });
  if (!in_stream("a gap") || !of_epoch(from, "gap") || !of_epoch(to, "gap")) return;
  if (from.sequence >= to.sequence || types.empty()) return fail("an empty gap");
  // A gap's start says that up to there nothing is due.
  if (!snapshot_open_ && cursor_ && from.sequence > checked_) pass(from.sequence);
  Patterns anew;
  for (const std::string& name : types) {
    const auto type = host_.type(name);
    if (!type || !wants(*type)) return fail("a gap of a type that was not subscribed to: " + name);
    const HostType& of = host_.types()[*type];
    if (of.retention.kind == Retention::Kind::latest) return fail("a gap of a state: " + name);
    if (of.keyed()) {
      anew.push_back(name);
      forget([&](const StateKey& key, Sequence) { return key.first == *type; });
      continue;
    }
    bool lost = false;
    for (Sequence id = from.sequence + 1; id <= host_.head() && !lost; ++id) {
      lost = host_.find(id)->type == *type && host_.find(id)->gone != 0;
    }
    if (!lost) return fail("a gap of a history that has lost nothing: " + name);
    gaps_[*type].emplace_back(from.sequence, to.sequence);
  }
  if (!anew.empty()) {
    if (!snapshot_open_) snapshot_asked_ = 0;
    open_snapshot(anew, false);
  }
}

void Witness::ping(const std::optional<Cursor>& cursor) {
  note([&] { return "ping " + (cursor ? cursor->text() : "without a cursor"); });
  if (!in_stream("ping")) return;
  if (snapshot_open_ != !cursor)
    return fail(cursor ? "ping has a cursor while a snapshot is due" : "ping has no cursor");
  if (!cursor || !of_epoch(*cursor, "ping")) return;
  if (cursor->sequence < checked_) return fail("ping is behind: " + cursor->text());
  pass(cursor->sequence);
  cursor_ = checked_;
}

// --- answers ---

void Witness::answer_end(const Ask& ask, const Cursor& cursor, bool more) {
  note([&] { return "answer ends at " + cursor.text() + (more ? " with more" : ""); });
  if (!in_stream("the end of an answer") || !of_epoch(cursor, "an answer")) return;
  if (cursor_) pass(cursor.sequence);
  if (ask.from == Ask::From::cursor && ask.own && cursor.sequence < ask.cursor.sequence)
    fail("an answer's cursor goes back");
  if (last_shown_ > cursor.sequence && snapshot_open_) fail("the snapshot went beyond the answer's cursor");
  if (snapshot_open_) verify_due(cursor.sequence);
  checked_ = std::max(checked_, cursor.sequence);
  cursor_ = checked_;
  // It says that there is no more: not of what had been emitted when it was asked for.
  if (!more) pass(ask.head);
}

void Witness::silence(const Ask& ask) {
  answer(ask, "ok");
  if (!verdict_.failed()) answer_end(ask, {epoch_, host_.head()}, false);
}

bool Witness::unchanged(const Ask& ask) {
  if (!cursor_) fail("304 to a client that knows nothing");
  // Another answer may have come in between, with another subscription.
  if (verdict_.failed() || !goes_on(ask) || ask.events != events_) return false;
  pass(ask.head);
  return true;
}

// --- the end ---

void Witness::level() {
  if (snapshot_open_ || !cursor_) return fail("still waits for its snapshot");
  if (gap_awaited_ || reset_awaited_) return fail("still waits for what hello promised");
  pass(host_.head());
  for (TypeIndex type = 0; type < host_.types().size(); ++type) {
    if (!host_.types()[type].states() || !wants(type)) continue;
    for (const auto& [key, id] : host_.types()[type].present) {
      const auto known = known_.find({type, key});
      const Emitted& present = *host_.find(id);
      if (known != known_.end() && (present.removed || known->second != id))
        return fail("has a stale state: " + show(present));
      if (known == known_.end() && !present.removed && id > states_since(type))
        return fail("lacks a state: " + show(present));
    }
  }
}

}  // namespace pushwire::simulation
