// A deliberately naive event log: everything that ever happened in vectors, every question a linear scan. It says what
// EventLog has to answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/event_log.hpp"

namespace pushwire::log {

struct ModelEvent {
  Sequence sequence = 0;
  TypeId type = 0;
  std::string key;
  std::string payload;
  bool removed = false;
  Steady at{};
  bool kept = true;
};

struct ModelPlace {
  Sequence after = 0;
  Sequence shown = 0;
  std::uint64_t forgiven = 0;
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
  };

  std::vector<Type> types;
  std::vector<ModelEvent> all;  // all[i].sequence == i + 1
  std::size_t event_bytes = 1000;

  Sequence head() const { return all.size(); }

  EmitStatus emit(TypeId type, const std::string& key, const std::string& payload, Steady now) {
    if (payload.size() > event_bytes) return EmitStatus::too_large;
    const Retention& kind = types[type].retention;
    if (kind.kind != Retention::Kind::history) {
      const auto known = published_.find({type, key});
      if (known != published_.end() && kind.max_rate_hz > 0 && now < known->second + interval(type)) {
        for (Held& held : held_) {
          if (held.type != type || held.key != key) continue;
          held.payload = payload;
          return EmitStatus::held_back;
        }
        held_.push_back({type, key, payload, known->second + interval(type)});
        return EmitStatus::held_back;
      }
      if (kept(type, key) == nullptr && keys(type) >= kind.max_keys && kind.kind != Retention::Kind::latest) {
        if (!forget(type)) return EmitStatus::too_many_keys;
      }
      unhold(type, key);
      publish(type, key, payload, false, now);
      return EmitStatus::ok;
    }
    append({0, type, key, payload, false, now, true});
    trim(type, now);
    return EmitStatus::ok;
  }

  void erase(TypeId type, const std::string& key, Steady now) {
    unhold(type, key);
    const ModelEvent* state = kept(type, key);
    if (state != nullptr && !state->removed) publish(type, key, "", true, now);
  }

  void advance(Steady now) {
    for (TypeId type = 0; type < types.size(); ++type) trim(type, now);
    for (;;) {
      auto next = held_.end();
      for (auto held = held_.begin(); held != held_.end(); ++held) {
        if (held->due <= now && (next == held_.end() || held->due < next->due)) next = held;
      }
      if (next == held_.end()) return;
      const Held held = *next;
      held_.erase(next);
      publish(held.type, held.key, held.payload, false, now);
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
  bool coarse(TypeId type) const {
    std::size_t forgotten = 0;
    Sequence last = 0;
    bool ascending = true;
    for (const Evicted& gone : evicted_) {
      if (gone.type != type || types[type].retention.kind == Retention::Kind::history) continue;
      ++forgotten;
      ascending = ascending && gone.sequence > last;
      last = gone.sequence;
    }
    return forgotten > 32 || !ascending;
  }

  ModelBatch read(const ModelPlace& place, const std::vector<TypeId>& wanted, Sequence upto,
                  std::size_t max_bytes) const {
    ModelBatch batch;
    batch.status = place.resume;
    batch.next = place;
    batch.next.resume = Resume::ok;
    upto = std::min(upto, head());
    if (!place.states && place.after >= upto) return batch;
    if (!place.states || place.forgiven == 0) batch.lossy = lossy(place, wanted);
    if (!batch.lossy.empty()) {
      if (place.resume != Resume::ok) {
        batch.lossy.clear();
        batch.more = true;
        return batch;
      }
      batch.status = Resume::gap;
      batch.from = place.after;
      for (const Evicted& gone : evicted_) {
        if (has(batch.lossy, gone.type)) batch.to = std::max(batch.to, gone.sequence);
      }
      std::vector<TypeId> anew;
      for (const TypeId type : batch.lossy) {
        if (types[type].retention.kind == Retention::Kind::latest_by_key) anew.push_back(type);
      }
      if (place.states || !anew.empty()) {
        batch.more = true;
        batch.next.forgiven = evictions();
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
        if (!event.kept || event.removed || event.sequence <= place.shown || event.sequence > place.after) continue;
        if (!has(wanted, event.type) || !has(*place.states, event.type)) continue;
        if (types[event.type].retention.kind == Retention::Kind::history) continue;
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
      for (Sequence s = place.after + 1; s <= upto; ++s) batch.more |= all[s - 1].kept && has(wanted, all[s - 1].type);
      return batch;
    }
    batch.next.after = upto;
    for (Sequence s = place.after + 1; s <= upto; ++s) {
      if (!all[s - 1].kept || !has(wanted, all[s - 1].type)) continue;
      if (!fits(all[s - 1])) {
        batch.more = true;
        batch.next.after = batch.events.back();
        break;
      }
      batch.events.push_back(s);
    }
    batch.to = std::min(batch.to, batch.next.after);
    if (std::none_of(evicted_.begin(), evicted_.end(),
                     [&](const Evicted& gone) { return gone.sequence > batch.next.after; })) {
      batch.next.forgiven = 0;
    } else if (batch.lossy.empty() && !lossy(batch.next, wanted).empty()) {
      batch.next.forgiven = evictions();
    }
    return batch;
  }

 private:
  struct Held {
    TypeId type;
    std::string key;
    std::string payload;
    Steady due;
  };
  struct Evicted {
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
  ModelEvent* kept(TypeId type, const std::string& key) {
    for (ModelEvent& event : all) {
      if (event.kept && event.type == type && event.key == key) return &event;
    }
    return nullptr;
  }
  std::size_t keys(TypeId type) const {
    const auto kept_of_type = [&](const ModelEvent& event) { return event.kept && event.type == type; };
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), kept_of_type));
  }
  bool held(TypeId type, const std::string& key) const {
    return std::any_of(held_.begin(), held_.end(), [&](const Held& h) { return h.type == type && h.key == key; });
  }
  void unhold(TypeId type, const std::string& key) {
    held_.erase(
        std::remove_if(held_.begin(), held_.end(), [&](const Held& h) { return h.type == type && h.key == key; }),
        held_.end());
  }
  void append(ModelEvent event) {
    event.sequence = head() + 1;
    all.push_back(std::move(event));
  }
  void publish(TypeId type, const std::string& key, const std::string& payload, bool removed, Steady now) {
    if (ModelEvent* old = kept(type, key)) old->kept = false;
    else births_[{type, key}] = head() + 1;
    if (!removed) published_[{type, key}] = now;
    append({0, type, key, payload, removed, now, true});
  }
  bool forget(TypeId type) {
    for (ModelEvent& event : all) {
      if (!event.kept || event.type != type || !event.removed || held(type, event.key)) continue;
      event.kept = false;
      evicted_.push_back({type, event.sequence, births_[{type, event.key}]});
      published_.erase({type, event.key});
      return true;
    }
    return false;
  }
  void trim(TypeId type, Steady now) {
    const Retention& limits = types[type].retention;
    if (limits.kind != Retention::Kind::history) return;
    for (;;) {
      ModelEvent* oldest = nullptr;
      std::size_t count = 0;
      std::size_t payloads = 0;
      for (ModelEvent& event : all) {
        if (!event.kept || event.type != type) continue;
        if (oldest == nullptr) oldest = &event;
        ++count;
        payloads += event.payload.size();
      }
      if (oldest == nullptr) return;
      const bool old = limits.age.count() > 0 && oldest->at + limits.age <= now;
      if (count <= limits.events && (limits.bytes == 0 || payloads <= limits.bytes || count == 1) && !old) return;
      oldest->kept = false;
      evicted_.push_back({type, oldest->sequence, 0});
    }
  }
  std::vector<TypeId> lossy(const ModelPlace& place, const std::vector<TypeId>& wanted) const {
    std::vector<TypeId> found;
    for (TypeId type = 0; type < types.size(); ++type) {
      for (std::size_t i = 0; i < evicted_.size(); ++i) {
        const Evicted& gone = evicted_[i];
        const bool news = gone.type == type && gone.sequence > place.after && i + 2 > place.forgiven;
        if (news && gone.birth <= place.after && has(wanted, type) && !has(found, type)) found.push_back(type);
      }
    }
    return found;
  }

  std::vector<Held> held_;  // in order of the first that was held back
  std::vector<Evicted> evicted_;
  std::map<std::pair<TypeId, std::string>, Steady> published_;
  std::map<std::pair<TypeId, std::string>, Sequence> births_;
};

}  // namespace pushwire::log
