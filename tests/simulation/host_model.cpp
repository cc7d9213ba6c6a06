#include "simulation/host_model.hpp"

#include <atomic>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace pushwire::simulation {

namespace {

constexpr const char* kNames[] = {"log",           "alarm",       "sensor.a", "sensor.b",
                                  "sensor.deep.x", "room:1",      "position", "sensor.deep",
                                  "chat",          "sensor-list", "x",        "frames.raw"};
constexpr std::size_t kKeys = 6;

std::string canonical_of(const std::string& payload, Event::Payload format) {
  return format == Event::Payload::bytes ? payload : nlohmann::json::parse(payload).dump();
}

}  // namespace

// --- types ---

std::optional<TypeIndex> HostModel::type(std::string_view name) const noexcept {
  for (TypeIndex i = 0; i < types_.size(); ++i) {
    if (types_[i].name == name) return i;
  }
  return std::nullopt;
}

void HostModel::add_type() {
  if (types_.size() >= settings_.most_types || types_.size() >= std::size(kNames)) return;
  Random& random = parts_.random;
  HostType type;
  std::size_t at = random.below(std::size(kNames));
  while (this->type(kNames[at])) at = (at + 1) % std::size(kNames);
  type.name = kNames[at];
  type.format = random.one_in(4) ? Event::Payload::bytes : Event::Payload::json;
  switch (random.below(5)) {
    case 0: type.retention = latest(); break;
    case 1:
    case 2: type.retention = latest_by_key().max_keys(random.one_in(2) ? random.between(2, kKeys) : 100); break;
    default: {
      History history = pushwire::history(random.one_in(3) ? random.between(1, 6) : random.between(10, 400));
      if (random.one_in(4)) history.bytes(random.between(1, settings_.most_payload * 2));
      if (random.one_in(4)) history.age(std::chrono::milliseconds(random.between(1, 2000)));
      type.retention = history;
    }
  }
  if (type.states() && settings_.rates && random.one_in(3)) {
    type.retention.max_rate_hz = static_cast<double>(random.between(5, 1000));
  }
  const log::TypeId id = parts_.log.add_type(type.name, type.retention, type.format);
  parts_.watchers.add_type(type.name);
  if (id != types_.size()) parts_.verdict.fail("a type's id is not its order of registration");
  types_.push_back(std::move(type));
}

// --- emitting ---

// Unique, so that what a client holds can be traced to its emission.
std::string HostModel::payload(const HostType& type) {
  Random& random = parts_.random;
  const std::string number = std::to_string(++payloads_);
  std::string filler;
  std::size_t size = random.one_in(4) ? random.skewed(settings_.most_payload) : random.below(40);
  if (type.format == Event::Payload::bytes) {
    if (!type.states() && random.one_in(8)) return {};
    filler.resize(size);
    for (char& c : filler) c = static_cast<char>(random.next());
    return number + '\n' + filler;
  }
  for (; size > 0; --size) filler += "abc \\n{}[]:,xyz"[random.below(15)];
  std::string text;
  append_json_string(filler, text);
  switch (random.below(4)) {
    case 0: return number;
    case 1: return "[" + number + "," + text + "]";
    case 2:  // lines, which SSE has to take apart
      return "{\"n\":" + number + (random.one_in(2) ? ",\n\"x\":" : ",\r\n\"x\":\r") + text + "\n}";
    default: return "{\"n\":" + number + ",\"x\":" + text + "}";
  }
}

void HostModel::act() {
  Random& random = parts_.random;
  sync();
  if (types_.empty() || random.one_in(40)) return add_type();
  if (random.one_in(30)) return misuse();
  const auto type = static_cast<TypeIndex>(random.below(types_.size()));
  if (types_[type].keyed() && random.one_in(3)) return erase(type, "k" + std::to_string(random.below(kKeys)));
  if (random.one_in(8)) burst();
  else emit(type);
}

void HostModel::burst() {
  if (types_.empty()) return;
  Random& random = parts_.random;
  const auto type = static_cast<TypeIndex>(random.below(types_.size()));
  const bool one_type = random.one_in(2);
  for (std::size_t n = random.between(2, 40); n > 0; --n) {
    emit(one_type ? type : static_cast<TypeIndex>(random.below(types_.size())));
  }
}

void HostModel::emit(TypeIndex type) {
  const std::string key = types_[type].keyed() ? "k" + std::to_string(parts_.random.below(kKeys)) : std::string();
  append(type, key, payload(types_[type]));
}

// Those that cannot be forgotten to make room for another.
std::size_t HostModel::keys_in_use(const HostType& type) const noexcept {
  std::size_t count = 0;
  for (const auto& [key, id] : type.present) {
    if (!find(id)->removed || type.held.count(key) != 0) ++count;
  }
  return count;
}

// As Emitter does: append first, look for watchers second.
void HostModel::wake(TypeIndex type, EmitStatus status) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (status == EmitStatus::held_back || (status == EmitStatus::ok && parts_.watchers.watched(type))) parts_.wake();
}

void HostModel::append(TypeIndex index, const std::string& key, std::string payload) {
  sync();
  HostType& type = types_[index];
  const log::Moment now = parts_.clock.now();
  const EmitStatus status = parts_.log.append(index, type.keyed(), key, payload, type.format, now);
  if (status == EmitStatus::held_back) {
    if (type.retention.max_rate_hz == 0) parts_.verdict.fail("held back without a rate: " + type.name);
    type.held[key] = std::move(payload);
  } else if (status == EmitStatus::ok) {
    type.held.erase(key);
    record(index, key, std::move(payload), false, now.unix_ms);
  } else if (status != EmitStatus::too_many_keys || keys_in_use(type) < type.retention.max_keys) {
    parts_.verdict.fail("emit on " + type.name + " answered " + std::string(to_string(status)));
  }
  if (parts_.log.head() != head()) parts_.verdict.fail("an emission moved the head by another step than one");
  wake(index, status);
}

void HostModel::erase(TypeIndex index, const std::string& key) {
  sync();
  HostType& type = types_[index];
  const log::Moment now = parts_.clock.now();
  const EmitStatus status = parts_.log.erase(index, key, now);
  type.held.erase(key);
  const auto present = type.present.find(key);
  if (status != EmitStatus::ok) parts_.verdict.fail("erase answered " + std::string(to_string(status)));
  if (present != type.present.end() && !find(present->second)->removed) record(index, key, {}, true, now.unix_ms);
  if (parts_.log.head() != head()) parts_.verdict.fail("an erasure moved the head by another step than it should");
  wake(index, status);
}

void HostModel::misuse() {
  const auto type = static_cast<TypeIndex>(parts_.random.below(types_.size()));
  const HostType& of = types_[type];
  const log::Moment now = parts_.clock.now();
  const std::string large(settings_.event_bytes + 1, 'x');
  const EmitStatus wrong_key = parts_.log.append(type, !of.keyed(), "k", "1", of.format, now);
  const EmitStatus too_large = parts_.log.append(type, of.keyed(), "k0", large, of.format, now);
  if (wrong_key != EmitStatus::bad_key || too_large != EmitStatus::too_large || parts_.log.head() != head()) {
    parts_.verdict.fail("a wrong emission on " + of.name + " was not refused");
  }
}

// --- the record ---

void HostModel::record(TypeIndex index, const std::string& key, std::string payload, bool removed, std::int64_t at_ms) {
  HostType& type = types_[index];
  Emitted event;
  event.id = head() + 1;
  event.type = index;
  event.key = key;
  event.removed = removed;
  event.at_ms = at_ms;
  if (!removed) {
    event.canonical = canonical_of(payload, type.format);
    by_payload_.emplace(event.canonical, event.id);
  }
  event.payload = std::move(payload);
  parts_.verdict.note([&] {
    return "emitted " + type.name + "#" + std::to_string(event.id) + " " + key + (removed ? " removed" : "");
  });
  if (type.states()) {
    Sequence& present = type.present[key];
    if (present != 0) emitted_[present - 1].replaced = parts_.verdict.step;
    present = event.id;
  } else {
    type.kept.emplace_back(event.id, parts_.clock.steady());
    type.kept_bytes += event.payload.size();
  }
  emitted_.push_back(std::move(event));
  if (!type.states()) let_go(type);
}

void HostModel::let_go(HostType& type) {
  const Retention& keep = type.retention;
  const auto over = [&] {
    if (type.kept.empty()) return false;
    return type.kept.size() > keep.events ||
           (keep.bytes != 0 && type.kept_bytes > keep.bytes && type.kept.size() > 1) ||
           (keep.age.count() != 0 && type.kept.front().second + keep.age <= parts_.clock.steady());
  };
  while (over()) {
    Emitted& oldest = emitted_[type.kept.front().first - 1];
    oldest.gone = parts_.verdict.step;
    parts_.verdict.note([&] { return "gone " + type.name + "#" + std::to_string(oldest.id); });
    type.kept_bytes -= oldest.payload.size();
    type.kept.pop_front();
  }
}

// The log published a state that it had held back: which one is told by its payload.
void HostModel::record_held(Sequence id) {
  log::Place place;
  place.after = id - 1;
  place.forgiven = ~std::uint64_t{0};  // losses are not the question here
  const auto everything = parts_.log.subscribe({});
  const log::Batch batch = parts_.log.read(place, *everything, id, 1);
  if (batch.events.size() != 1 || batch.events[0]->id.sequence != id) {
    return parts_.verdict.fail("event " + std::to_string(id) + " came by itself and is not there");
  }
  const Event& event = *batch.events[0];
  const auto index = type(event.type);
  const auto held = types_[*index].held.find(std::string(event.key));
  if (held == types_[*index].held.end() || held->second != event.payload) {
    return parts_.verdict.fail("event " + std::to_string(id) + " was not held back, yet came by itself");
  }
  std::string payload = std::move(held->second);
  types_[*index].held.erase(held);
  record(*index, std::string(event.key), std::move(payload), false, event.at_ms);
}

void HostModel::sync() {
  while (head() < parts_.log.head() && !parts_.verdict.failed()) record_held(head() + 1);
  for (HostType& type : types_) {
    if (type.retention.age.count() != 0) let_go(type);
  }
}

const Emitted* HostModel::find(std::string_view payload) const {
  const auto found = by_payload_.find(payload);
  return found == by_payload_.end() ? nullptr : find(found->second);
}

bool HostModel::holds_back() const noexcept {
  for (const HostType& type : types_) {
    if (!type.held.empty()) return true;
  }
  return false;
}

}  // namespace pushwire::simulation
