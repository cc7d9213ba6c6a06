// A deliberately naive event log: everything that ever happened in vectors, every question a linear scan. It says what
// EventLog has to answer. Owner 0 is everybody, whose events are public; a reader reads those and its own ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "log/event_log.hpp"

namespace pushwire::log {

using OwnerId = std::size_t;

struct ModelEvent {
  Sequence sequence = 0;
  OwnerId owner = 0;
  TypeId type = 0;
  std::string key;
  std::string payload;
  bool removed = false;
  Steady at{};
  bool kept = true;
  bool forgotten = false;  // a tombstone that is kept no more
};

struct ModelPlace {
  Sequence after = 0;
  Sequence shown = 0;
  std::uint64_t forgiven = 0;
  std::uint64_t own_forgiven = 0;
  std::optional<std::vector<TypeId>> states;
  Resume resume = Resume::ok;
};

struct ModelBatch {
  Resume status = Resume::ok;
  std::vector<TypeId> lossy;
  Sequence from = 0, to = 0;
  bool snapshot = false;
  std::vector<Sequence> events;
  ModelPlace next;
  bool snapshot_ended = false;
  bool more = false;  // after a snapshot: at least that
};

class EventLogModel {
 public:
  struct Type {
    std::string name;
    Retention retention;
    bool restricted = false;
  };

  std::vector<Type> types;
  std::vector<ModelEvent> all;  // all[i].sequence == i + 1
  LogLimits limits;
  std::set<OwnerId> closed;

  Sequence head() const { return all.size(); }

  bool states(TypeId type) const { return types[type].retention.kind != Retention::Kind::history; }
  Retention retention(OwnerId owner, TypeId type) const {
    Retention kept = types[type].retention;
    if (owner == 0) return kept;
    kept.events = std::min(kept.events, limits.private_events);
    if (kept.bytes == 0 || kept.bytes > limits.private_bytes) kept.bytes = limits.private_bytes;
    kept.max_keys = std::min(kept.max_keys, limits.private_keys);
    return kept;
  }
  // Of own events, kept or not.
  Sequence head_of(OwnerId owner) const {
    Sequence last = 0;
    for (const ModelEvent& event : all) last = event.owner == owner ? event.sequence : last;
    return last;
  }

  EmitStatus emit(OwnerId owner, TypeId type, const std::string& key, const std::string& payload, Steady now) {
    if (payload.size() > limits.event_bytes) return EmitStatus::too_large;
    if (closed.count(owner) > 0) return EmitStatus::detached;
    const Retention kind = retention(owner, type);
    if (kind.kind != Retention::Kind::history) {
      const auto known = published_.find({owner, type, key});
      if (known != published_.end() && kind.max_rate_hz > 0 && now < known->second + interval(type)) {
        for (Held& held : held_) {
          if (held.owner != owner || held.type != type || held.key != key) continue;
          held.payload = payload;
          return EmitStatus::held_back;
        }
        held_.push_back({owner, type, key, payload, known->second + interval(type)});
        return EmitStatus::held_back;
      }
      const bool full = keys(owner, type) >= kind.max_keys && kind.kind != Retention::Kind::latest;
      if (kept(owner, type, key) == nullptr && full && !forget(owner, type)) return EmitStatus::too_many_keys;
      unhold(owner, type, key);
      publish(owner, type, key, payload, false, now);
      return EmitStatus::ok;
    }
    append({0, owner, type, key, payload, false, now});
    trim(owner, type, now);
    return EmitStatus::ok;
  }

  EmitStatus erase(OwnerId owner, TypeId type, const std::string& key, Steady now) {
    if (closed.count(owner) > 0) return EmitStatus::detached;
    unhold(owner, type, key);
    const ModelEvent* state = kept(owner, type, key);
    if (state != nullptr && !state->removed) publish(owner, type, key, "", true, now);
    return EmitStatus::ok;
  }

  void close(OwnerId owner) {
    closed.insert(owner);
    for (ModelEvent& event : all) event.kept = event.kept && event.owner != owner;
    const auto of_owner = [&](const Held& held) { return held.owner == owner; };
    held_.erase(std::remove_if(held_.begin(), held_.end(), of_owner), held_.end());
  }

  void advance(Steady now, OwnerId owners) {
    for (OwnerId owner = 0; owner <= owners; ++owner) {
      for (TypeId type = 0; type < types.size(); ++type) trim(owner, type, now);
    }
    for (;;) {
      auto next = held_.end();
      for (auto held = held_.begin(); held != held_.end(); ++held) {
        if (held->due <= now && (next == held_.end() || held->due < next->due)) next = held;
      }
      if (next == held_.end()) return;
      const Held held = *next;
      held_.erase(next);
      publish(held.owner, held.type, held.key, held.payload, false, now);
    }
  }

  std::optional<Steady> next_due() const {
    std::optional<Steady> due;
    const auto take = [&](Steady when) { due = due ? std::min(*due, when) : when; };
    for (const Held& held : held_) take(held.due);
    for (const ModelEvent& event : all) {
      if (event.kept && types[event.type].retention.age.count() > 0) take(event.at + types[event.type].retention.age);
    }
    return due;
  }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const ModelEvent& event : all) sum += event.kept ? event.key.size() + event.payload.size() : 0;
    for (const Held& held : held_) sum += held.key.size() + held.payload.size();
    return sum;
  }

  std::uint64_t evictions() const { return evicted_.size() + 1; }

  // EventLog forgets the exact story of a type's keys when there are many: it may then tell a gap too much.
  bool coarse(OwnerId owner, TypeId type) const {
    std::size_t forgotten = 0;
    Sequence last = 0;
    bool ascending = true;
    for (const Evicted& gone : evicted_) {
      if (gone.owner != owner || gone.type != type || !states(type)) continue;
      ++forgotten;
      ascending = ascending && gone.sequence > last;
      last = gone.sequence;
    }
    return forgotten > 32 || !ascending;
  }

  // `own` 0: a read of public events alone.
  ModelBatch read(const ModelPlace& place, const std::vector<TypeId>& wanted, Sequence upto, std::size_t max_bytes,
                  OwnerId own) const {
    const auto readable = [&](const ModelEvent& event) {
      return event.kept && (event.owner == 0 || event.owner == own) && has(wanted, event.type);
    };
    ModelBatch batch;
    batch.status = place.resume;
    batch.next = place;
    batch.next.resume = Resume::ok;
    upto = std::min(upto, head());
    if (!place.states && place.after >= upto) return batch;
    std::vector<TypeId> lost;
    std::vector<TypeId> own_lost;
    if (!place.states || place.forgiven == 0) {
      lost = lossy(0, place, wanted);
      if (own != 0) own_lost = lossy(own, place, wanted);
      for (TypeId type = 0; type < types.size(); ++type) {
        if (has(lost, type) || has(own_lost, type)) batch.lossy.push_back(type);
      }
    }
    if (!batch.lossy.empty()) {
      if (place.resume != Resume::ok) {
        batch.lossy.clear();
        batch.more = true;
        return batch;
      }
      batch.status = Resume::gap;
      batch.from = place.after;
      for (const Evicted& gone : evicted_) {
        const bool told = gone.owner == 0 ? has(lost, gone.type) : gone.owner == own && has(own_lost, gone.type);
        if (told) batch.to = std::max(batch.to, gone.sequence);
      }
      std::vector<TypeId> anew;
      for (const TypeId type : batch.lossy) {
        if (types[type].retention.kind == Retention::Kind::latest_by_key) anew.push_back(type);
      }
      if (place.states || !anew.empty()) {
        batch.more = true;
        batch.next.forgiven = evictions();
        if (own != 0) batch.next.own_forgiven = evictions();
        if (anew.empty()) return batch;
        batch.next.shown = 0;
        if (place.states) anew.insert(anew.end(), place.states->begin(), place.states->end());
        batch.next.states = anew;
        return batch;
      }
    }
    std::size_t used = 0;
    const auto fits = [&](const ModelEvent& event) {
      used += event.key.size() + event.payload.size();
      return batch.events.empty() || used <= max_bytes;
    };
    if (place.states) {
      batch.snapshot = true;
      for (const ModelEvent& event : all) {
        if (event.removed || event.sequence <= place.shown || event.sequence > place.after) continue;
        if (!readable(event) || !has(*place.states, event.type) || !states(event.type)) continue;
        const bool hidden = std::any_of(all.begin(), all.end(), [&](const ModelEvent& newer) {
          return readable(newer) && newer.type == event.type && newer.key == event.key &&
                 newer.sequence > event.sequence && newer.sequence <= place.after;
        });
        if (hidden) continue;
        if (!fits(event)) {
          batch.more = true;
          return batch;
        }
        batch.events.push_back(event.sequence);
        batch.next.shown = event.sequence;
      }
      batch.snapshot_ended = true;
      batch.next.states.reset();
      batch.next.shown = 0;
      for (Sequence s = place.after + 1; s <= upto; ++s) batch.more |= readable(all[s - 1]);
      return batch;
    }
    batch.next.after = upto;
    for (Sequence s = place.after + 1; s <= upto; ++s) {
      if (!readable(all[s - 1])) continue;
      if (!fits(all[s - 1])) {
        batch.more = true;
        batch.next.after = batch.events.back();
        break;
      }
      batch.events.push_back(s);
    }
    batch.to = std::min(batch.to, batch.next.after);
    const auto forgive = [&](OwnerId owner, const std::vector<TypeId>& told, std::uint64_t& forgiven) {
      const bool level = std::none_of(evicted_.begin(), evicted_.end(), [&](const Evicted& gone) {
        return gone.owner == owner && gone.sequence > batch.next.after;
      });
      if (level) forgiven = 0;
      else if (told.empty() && !lossy(owner, batch.next, wanted).empty()) forgiven = evictions();
    };
    forgive(0, lost, batch.next.forgiven);
    if (own == 0) batch.next.own_forgiven = 0;
    else forgive(own, own_lost, batch.next.own_forgiven);
    return batch;
  }

 private:
  struct Held {
    OwnerId owner;
    TypeId type;
    std::string key;
    std::string payload;
    Steady due;
  };
  struct Evicted {
    OwnerId owner;
    TypeId type;
    Sequence sequence;
    Sequence birth;  // of a key; 0 in a history
  };

  static bool has(const std::vector<TypeId>& set, TypeId type) {
    return std::find(set.begin(), set.end(), type) != set.end();
  }
  std::chrono::nanoseconds interval(TypeId type) const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / types[type].retention.max_rate_hz));
  }
  ModelEvent* kept(OwnerId owner, TypeId type, const std::string& key) {
    for (ModelEvent& event : all) {
      if (event.kept && event.owner == owner && event.type == type && event.key == key) return &event;
    }
    return nullptr;
  }
  std::size_t keys(OwnerId owner, TypeId type) const {
    const auto kept_of_type = [&](const ModelEvent& event) {
      return event.kept && event.owner == owner && event.type == type;
    };
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), kept_of_type));
  }
  bool held(OwnerId owner, TypeId type, const std::string& key) const {
    return std::any_of(held_.begin(), held_.end(),
                       [&](const Held& h) { return h.owner == owner && h.type == type && h.key == key; });
  }
  void unhold(OwnerId owner, TypeId type, const std::string& key) {
    const auto it = [&](const Held& h) { return h.owner == owner && h.type == type && h.key == key; };
    held_.erase(std::remove_if(held_.begin(), held_.end(), it), held_.end());
  }
  void append(ModelEvent event) {
    event.sequence = head() + 1;
    all.push_back(std::move(event));
  }
  void publish(OwnerId owner, TypeId type, const std::string& key, const std::string& payload, bool removed,
               Steady now) {
    if (ModelEvent* old = kept(owner, type, key)) old->kept = false;
    else births_[{owner, type, key}] = head() + 1;
    if (!removed) published_[{owner, type, key}] = now;
    append({0, owner, type, key, payload, removed, now});
  }
  bool forget(OwnerId owner, TypeId type) {
    for (ModelEvent& event : all) {
      if (!event.kept || event.owner != owner || event.type != type || !event.removed) continue;
      if (held(owner, type, event.key)) continue;
      event.kept = false;
      event.forgotten = true;
      evicted_.push_back({owner, type, event.sequence, births_[{owner, type, event.key}]});
      published_.erase({owner, type, event.key});
      return true;
    }
    return false;
  }
  void trim(OwnerId owner, TypeId type, Steady now) {
    const Retention most = retention(owner, type);
    if (most.kind != Retention::Kind::history) return;
    for (;;) {
      ModelEvent* oldest = nullptr;
      std::size_t count = 0;
      std::size_t payloads = 0;
      for (ModelEvent& event : all) {
        if (!event.kept || event.owner != owner || event.type != type) continue;
        if (oldest == nullptr) oldest = &event;
        ++count;
        payloads += event.payload.size();
      }
      if (oldest == nullptr) return;
      const bool old = most.age.count() > 0 && oldest->at + most.age <= now;
      if (count <= most.events && (most.bytes == 0 || payloads <= most.bytes || count == 1) && !old) return;
      oldest->kept = false;
      evicted_.push_back({owner, type, oldest->sequence, 0});
    }
  }
  std::vector<TypeId> lossy(OwnerId owner, const ModelPlace& place, const std::vector<TypeId>& wanted) const {
    std::vector<TypeId> found;
    if (closed.count(owner) > 0) return found;
    const std::uint64_t forgiven = owner == 0 ? place.forgiven : place.own_forgiven;
    for (TypeId type = 0; type < types.size(); ++type) {
      for (std::size_t i = 0; i < evicted_.size(); ++i) {
        const Evicted& gone = evicted_[i];
        const bool of_type = gone.owner == owner && gone.type == type;
        const bool news = of_type && gone.sequence > place.after && i + 2 > forgiven;
        if (news && gone.birth <= place.after && has(wanted, type) && !has(found, type)) found.push_back(type);
      }
    }
    return found;
  }

  std::vector<Held> held_;  // in order of the first that was held back
  std::vector<Evicted> evicted_;
  std::map<std::tuple<OwnerId, TypeId, std::string>, Steady> published_;
  std::map<std::tuple<OwnerId, TypeId, std::string>, Sequence> births_;
};

}  // namespace pushwire::log
