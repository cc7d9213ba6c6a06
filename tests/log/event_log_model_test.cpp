// Random programs against EventLog: each batch is what a naive model says, and, judged without the model's rules, no
// reader misses an event or a state that it was not told of.
#include "log/event_log_model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

const std::vector<std::string> kNames{"a.x", "a.y", "b.x", "b.y", "c", "a.x.deep"};

struct Session {
  std::shared_ptr<OwnerId> who;
  PrivateEventsPtr events;
};

struct World {
  World(unsigned seed, LogLimits limits) : random(seed), bench(limits) { model.limits = limits; }

  std::size_t any(std::size_t below) { return random() % below; }
  bool chance(std::size_t percent) { return any(100) < percent; }

  void add_type() {
    if (model.types.size() == kNames.size()) return;
    const std::string& name = kNames[model.types.size()];
    Retention retention;
    if (const std::size_t kind = any(3); kind == 0) {
      History some = history(1 + any(6));
      if (chance(30)) some.bytes(1 + any(30));
      if (chance(30)) some.age(std::chrono::milliseconds(1 + any(60)));
      retention = some;
    } else if (kind == 1) {
      retention = chance(30) ? latest().max_rate(100) : latest();
    } else {
      LatestByKey some = latest_by_key().max_keys(1 + any(4));
      if (chance(30)) some.max_rate(50);
      retention = some;
    }
    const bool restricted = chance(30);
    ASSERT_EQ(bench.add(name, retention, restricted), model.types.size());
    model.types.push_back({name, retention, restricted});
    std::size_t all = 0;
    for (const EventLogModel::Type& type : model.types) all += type.restricted ? 1 : 0;
    ASSERT_EQ(bench.log.restricted_types(), all);
  }
  // Owner `i + 1` is sessions[i].
  void open() {
    const auto who = std::make_shared<OwnerId>(sessions.size() + 1);
    sessions.push_back({who, bench.log.open_private(who)});
  }
  void close() {
    if (sessions.empty()) return;
    const OwnerId owner = any_owner();
    const Sequence head = events_of(owner)->head();
    bench.log.close_private(*events_of(owner));
    if (model.closed.count(owner) == 0 && sessions.size() < 8) open();
    model.close(owner);
    ASSERT_EQ(events_of(owner)->head(), head);
    note_news();
    news.erase(std::remove(news.begin(), news.end(), owner), news.end());
  }
  OwnerId any_owner() { return 1 + any(sessions.size()); }
  PrivateEvents* events_of(OwnerId owner) const { return owner == 0 ? nullptr : sessions[owner - 1].events.get(); }
  void note_news() {
    for (; noted < model.all.size(); ++noted) {
      const OwnerId owner = model.all[noted].owner;
      if (owner != 0 && std::count(news.begin(), news.end(), owner) == 0) news.push_back(owner);
    }
  }
  void take_news() {
    note_news();
    std::vector<std::shared_ptr<void>> owners;
    bench.log.take_private_news(owners);
    std::vector<OwnerId> got;
    for (const std::shared_ptr<void>& who : owners) got.push_back(*std::static_pointer_cast<OwnerId>(who));
    ASSERT_EQ(got, news);
    news.clear();
  }
  void types_between() {
    const Sequence after = any(model.head() + 1);
    const Sequence upto = after + any(model.head() + 2 - after);
    std::vector<TypeId> types;
    if (!bench.log.types_between(after, upto, types)) {
      ASSERT_GT(model.head() - after, model.limits.indexed);
      return;
    }
    std::set<TypeId> all;
    for (Sequence s = after + 1; s <= std::min(upto, model.head()); ++s) {
      if (model.all[s - 1].owner == 0) all.insert(model.all[s - 1].type);
    }
    std::sort(types.begin(), types.end());
    ASSERT_EQ(types, std::vector<TypeId>(all.begin(), all.end()));
  }
  bool keyed(TypeId type) const { return model.types[type].retention.kind == Retention::Kind::latest_by_key; }
  std::string any_key() { return "k" + std::to_string(any(6)); }

  void emit() {
    const TypeId type = static_cast<TypeId>(any(model.types.size()));
    const std::string key = keyed(type) ? any_key() : "";
    const std::string payload = std::string(any(10), 'x') + std::to_string(model.head());
    const OwnerId owner = chance(private_part) ? any_owner() : 0;
    EmitStatus status = EmitStatus::ok;
    if (owner == 0) status = keyed(type) ? bench.emit(type, key, payload) : bench.emit(type, payload);
    else if (keyed(type)) status = bench.emit_to(*events_of(owner), type, key, payload);
    else status = bench.emit_to(*events_of(owner), type, payload);
    ASSERT_EQ(status, model.emit(owner, type, key, payload, bench.now().steady));
  }
  void erase() {
    const TypeId type = static_cast<TypeId>(any(model.types.size()));
    if (!keyed(type)) return;
    const std::string key = any_key();
    const OwnerId owner = chance(private_part) ? any_owner() : 0;
    const EmitStatus status = owner == 0 ? bench.erase(type, key) : bench.erase_of(*events_of(owner), type, key);
    ASSERT_EQ(status, model.erase(owner, type, key, bench.now().steady));
  }
  void advance() {
    bench.pass(static_cast<std::int64_t>(any(15)));
    bench.log.advance(bench.now());
    model.advance(bench.now().steady, sessions.size());
    ASSERT_EQ(bench.log.next_due(), model.next_due());
  }
  void compare() {
    ASSERT_EQ(bench.log.head(), model.head());
    ASSERT_EQ(bench.log.bytes(), model.bytes());
    for (OwnerId owner = 1; owner <= sessions.size(); ++owner) {
      ASSERT_EQ(events_of(owner)->head(), model.head_of(owner));
    }
  }

  std::mt19937 random;
  LogBench bench;
  EventLogModel model;
  std::vector<Session> sessions;
  std::size_t private_part = 0;  // of emissions, in percent
  std::vector<OwnerId> news;
  std::size_t noted = 0;  // events that `news` knows of
};

// A client: applies batches as the protocol asks of one, and remembers what it was promised.
class Reader {
 public:
  explicit Reader(World& world) : w(world) { subscribe(); }

  void start() {
    begin.clear();
    excused.clear();
    told.clear();
    known.clear();
    delivered.clear();
    states_count = true;
    planned.reset();
    owner = w.any(w.sessions.size() + 1);
    const std::size_t how = w.any(4);
    Sequence head = w.model.head();
    if (how == 0) {
      place = w.bench.log.newcomer(subscription);
      expected = {head, 0, w.model.evictions(), 0, wanted(), Resume::fresh};
      if (w.chance(30)) {  // one who begins where others stand
        place.after = expected.after = head = w.any(head + 1);
        place.forgiven = expected.forgiven = 0;
      }
      for (TypeId type = 0; type < w.model.types.size(); ++type) begin[type] = head;
    } else if (how == 1) {
      const Sequence after = w.any(head + 1);
      place = w.bench.log.resume({kEpoch, after}, nullptr);
      expected = {after, 0, 0, 0, std::nullopt, Resume::ok};
      for (TypeId type = 0; type < w.model.types.size(); ++type) begin[type] = after;
      states_count = false;  // it knows none from before
    } else {
      place = how == 2 ? w.bench.log.earliest() : w.bench.log.resume({kEpoch, head + 1}, subscription);
      expected = {
          0, 0, w.model.evictions(), w.model.evictions(), std::nullopt, how == 2 ? Resume::fresh : Resume::reset};
      for (const ModelEvent& event : w.model.all) {
        if (!event.kept) excused.insert(event.sequence);
      }
    }
  }

  // Comes back with its own cursor, perhaps wanting other types.
  void resume() {
    if (place.snapshot_due()) return start();
    const std::vector<TypeId> before = wanted();
    std::vector<std::string> fresh_names;
    std::vector<TypeId> fresh;
    planned.reset();
    if (w.chance(50)) subscribe();
    for (TypeId type = 0; type < w.model.types.size(); ++type) {
      const bool had = has(before, type);
      if (!wants(type)) forget_states(type);
      if (!wants(type) || had) continue;
      begin[type] = place.after;
      if (w.model.types[type].retention.kind == Retention::Kind::history) continue;
      fresh.push_back(type);
      fresh_names.push_back(w.model.types[type].name);
    }
    const SubscriptionPtr states = fresh.empty() ? nullptr : w.bench.log.subscribe(fresh_names, visible);
    place = w.bench.log.resume({kEpoch, place.after}, states);
    expected = {place.after, 0, 0, 0, std::nullopt, Resume::ok};
    if (!fresh.empty()) expected.states = fresh;
  }

  // Decides, as of now, to read without its own events if those do not concern it.
  void plan() {
    if (!concerns(w.events_of(owner), place)) planned = w.model.head();
  }

  void read(Sequence upto) {
    const std::size_t max_bytes = w.chance(60) ? w.any(25) : 1000;
    OwnerId own = owner;
    const bool concerned =
        owner != 0 && (w.model.head_of(owner) > place.after || (place.snapshot_due() && has_states()));
    ASSERT_EQ(concerns(w.events_of(owner), place), concerned);
    if (planned) upto = *planned;
    if (planned || (!concerned && w.chance(50))) own = 0;
    planned.reset();
    const ModelBatch model = w.model.read(expected, wanted(), upto, max_bytes, own);
    const Batch batch = w.bench.log.read(place, *subscription, upto, max_bytes, w.events_of(own));
    const bool coarse = any_coarse();
    if (!coarse || text_of(model) == text_of(batch)) {
      ASSERT_EQ(text_of(batch), text_of(model));
      ASSERT_TRUE(batch.more == model.more || (batch.snapshot_ended && batch.more));
      expected = model.next;
    } else {
      ASSERT_TRUE(batch.status == Resume::gap || (place.resume != Resume::ok && batch.events.empty() && batch.more));
    }
    apply(batch);
    if (coarse) adopt(batch.next);
    place = batch.next;
  }

  void finish() {
    int reads = 0;
    planned.reset();
    const bool closed = w.model.closed.count(owner) > 0;
    while (place.snapshot_due() || place.resume != Resume::ok || place.after < w.model.head()) {
      ASSERT_NO_FATAL_FAILURE(read(w.model.head()));
      ASSERT_LT(++reads, 5000);
    }
    // The newest that is kept of each state, and the newest tombstone that is not.
    States states;
    std::map<States::key_type, Sequence> forgotten;
    for (const ModelEvent& event : w.model.all) {
      if (!wants(event.type) || (event.owner != 0 && (event.owner != owner || closed))) continue;
      const States::key_type state{w.model.types[event.type].name, event.key};
      if (!w.model.states(event.type)) {
        const bool due = event.sequence > begin[event.type] && excused.count(event.sequence) == 0;
        ASSERT_TRUE(!due || delivered.count(event.sequence) == 1 || was_told(event)) << event.sequence;
      } else if (event.kept) {
        if (event.removed) states.erase(state);
        else states[state] = {event.sequence, event.payload};
      }
      if (event.forgotten) forgotten[state] = event.sequence;
    }
    if (!states_count || closed) return;
    // A reader that heard a tombstone does not see the other side's older state come back when that is forgotten.
    for (auto state = states.begin(); state != states.end();) {
      const bool hidden = known.count(state->first) == 0 && forgotten[state->first] > state->second.first;
      state = hidden ? states.erase(state) : std::next(state);
    }
    ASSERT_EQ(known, states);
  }

  SubscriptionPtr subscription;

 private:
  using States = std::map<std::pair<std::string, std::string>, std::pair<Sequence, std::string>>;

  static bool has(const std::vector<TypeId>& set, TypeId type) {
    return std::find(set.begin(), set.end(), type) != set.end();
  }
  void subscribe() {
    patterns.clear();
    const std::size_t count = w.any(3);
    const std::vector<std::string> choice{"a.x", "a.y", "b.x", "c", "a.*", "b.*", "*", "none"};
    for (std::size_t i = 0; i < count; ++i) patterns.push_back(choice[w.any(choice.size())]);
    visible.clear();
    for (TypeId type = 0; type < w.model.types.size(); ++type) {
      if (w.model.types[type].restricted ? w.chance(50) : w.chance(5)) visible.insert(visible.begin(), type);
    }
    subscription = w.bench.log.subscribe(patterns, visible);
  }
  bool has_states() const {
    if (w.model.closed.count(owner) > 0) return false;
    return std::any_of(w.model.all.begin(), w.model.all.end(),
                       [&](const ModelEvent& event) { return event.owner == owner && w.model.states(event.type); });
  }
  bool wants(TypeId type) const {
    if (w.model.types[type].restricted && !has(visible, type)) return false;
    const std::string& name = w.model.types[type].name;
    for (const std::string& pattern : patterns) {
      if (pattern == name || pattern == "*") return true;
      if (pattern.back() == '*' && name.rfind(pattern.substr(0, pattern.size() - 1), 0) == 0) return true;
    }
    return patterns.empty();
  }
  std::vector<TypeId> wanted() const {
    std::vector<TypeId> types;
    for (TypeId type = 0; type < w.model.types.size(); ++type) {
      if (wants(type)) types.push_back(type);
    }
    return types;
  }
  bool any_coarse() const {
    const std::vector<TypeId> types = wanted();
    return std::any_of(types.begin(), types.end(), [&](TypeId type) {
      return w.model.coarse(0, type) || (owner != 0 && w.model.coarse(owner, type));
    });
  }
  void adopt(const Place& next) {
    expected = {next.after, next.shown, next.forgiven, next.own_forgiven, std::nullopt, next.resume};
    if (!next.snapshot_due()) return;
    expected.states.emplace();
    for (TypeId type = 0; type < w.model.types.size(); ++type) {
      const EventLogModel::Type& of = w.model.types[type];
      if (next.states->includes(type, of.name, of.restricted)) expected.states->push_back(type);
    }
  }
  void forget_states(TypeId type) {
    const std::string& name = w.model.types[type].name;
    for (auto at = known.begin(); at != known.end();) at = at->first.first == name ? known.erase(at) : std::next(at);
  }
  bool was_told(const ModelEvent& event) const {
    return std::any_of(told.begin(), told.end(), [&](const Loss& loss) {
      return event.sequence > loss.from && event.sequence <= loss.to &&
             std::count(loss.types.begin(), loss.types.end(), w.model.types[event.type].name) == 1;
    });
  }

  void apply(const Batch& batch) {
    if (batch.status == Resume::gap) {
      told.push_back(batch.loss);
      for (const std::string& name : batch.loss.types) {
        const auto it = [&](TypeId type) { return w.model.types[type].name == name; };
        const std::vector<TypeId> types = wanted();
        ASSERT_TRUE(std::any_of(types.begin(), types.end(), it)) << name;
      }
      for (TypeId type = 0; type < w.model.types.size(); ++type) {
        const std::string& name = w.model.types[type].name;
        if (w.keyed(type) && std::count(batch.loss.types.begin(), batch.loss.types.end(), name) > 0) {
          forget_states(type);
        }
      }
    }
    for (const EventPtr& event : batch.events) {
      const Sequence sequence = event->id.sequence;
      const ModelEvent& truth = w.model.all.at(sequence - 1);
      const std::string& name = w.model.types[truth.type].name;
      ASSERT_TRUE(wants(truth.type)) << name;
      ASSERT_TRUE(truth.owner == 0 || truth.owner == owner);
      ASSERT_EQ(event->type, name);
      ASSERT_EQ(event->key, truth.key);
      ASSERT_EQ(event->payload, truth.payload);
      ASSERT_EQ(event->removed, truth.removed);
      ASSERT_EQ(event->keyed, w.keyed(truth.type));
      if (batch.snapshot) {
        ASSERT_LE(sequence, batch.next.after);
      } else {
        ASSERT_TRUE(delivered.empty() || sequence > *delivered.rbegin());
        ASSERT_TRUE(sequence > place.after && sequence <= batch.next.after);
        delivered.insert(sequence);
      }
      if (!w.model.states(truth.type)) continue;
      if (event->removed) known.erase({name, truth.key});
      else known[{name, truth.key}] = {sequence, truth.payload};
    }
  }

  std::string text_of(const Batch& batch) const {
    std::vector<Sequence> events;
    for (const EventPtr& event : batch.events) events.push_back(event->id.sequence);
    return text_of(batch.status, batch.status == Resume::gap ? text(batch.loss) : "", batch.snapshot, events,
                   batch.next.after, batch.snapshot_ended, batch.next.snapshot_due());
  }
  std::string text_of(const ModelBatch& batch) const {
    Loss loss;
    for (const TypeId type : batch.lossy) loss.types.push_back(w.model.types[type].name);
    loss.from = batch.from;
    loss.to = batch.to;
    return text_of(batch.status, batch.status == Resume::gap ? text(loss) : "", batch.snapshot, batch.events,
                   batch.next.after, batch.snapshot_ended, batch.next.states.has_value());
  }
  static std::string text_of(Resume status, const std::string& loss, bool snapshot, const std::vector<Sequence>& events,
                             Sequence after, bool ended, bool due) {
    std::string out = std::to_string(static_cast<int>(status)) + ' ' + loss + (snapshot ? " snapshot:" : " news:");
    for (const Sequence sequence : events) out += ' ' + std::to_string(sequence);
    return out + " next " + std::to_string(after) + (ended ? " ended" : "") + (due ? " snapshot due" : "");
  }

  World& w;
  std::vector<std::string> patterns;
  std::vector<TypeId> visible;
  OwnerId owner = 0;
  Place place;
  std::optional<Sequence> planned;
  ModelPlace expected;
  bool states_count = true;
  std::map<TypeId, Sequence> begin;  // everything of the type after it is due
  std::set<Sequence> excused;        // but these were gone when it asked for what there was
  std::vector<Loss> told;
  std::set<Sequence> delivered;
  States known;
};

void run(unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  LogLimits limits;
  limits.indexed = std::size_t{1} << (2 * (1 + seed % 4));
  limits.private_events = 1 + seed % 5;
  limits.private_bytes = 1 + seed % 31;
  limits.private_keys = 1 + seed % 3;
  World world(seed, limits);
  world.private_part = seed % 3 == 0 ? 0 : 10 + world.any(60);
  for (std::size_t i = world.private_part == 0 ? 0 : 1 + world.any(3); i > 0; --i) world.open();
  for (std::size_t i = 1 + world.any(4); i > 0; --i) world.add_type();
  std::vector<Reader> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(world).start();
  const std::size_t steps = seed % 16 == 0 ? 400 : 120;
  const std::size_t reading = 5 + world.any(30);
  for (std::size_t i = 0; i < steps; ++i) {
    Reader& reader = readers[world.any(readers.size())];
    const std::size_t what = world.any(100);
    if (what < reading) ASSERT_NO_FATAL_FAILURE(reader.read(world.any(world.model.head() + 2)));
    else if (what < reading + 10) ASSERT_NO_FATAL_FAILURE(world.advance());
    else if (what < reading + 22) ASSERT_NO_FATAL_FAILURE(world.erase());
    else if (what < reading + 26) ASSERT_NO_FATAL_FAILURE(reader.resume());
    else if (what < reading + 28) ASSERT_NO_FATAL_FAILURE(reader.start());
    else if (what < reading + 29) ASSERT_NO_FATAL_FAILURE(world.add_type());
    else if (what < reading + 30) ASSERT_NO_FATAL_FAILURE(world.close());
    else if (what < reading + 33) ASSERT_NO_FATAL_FAILURE(world.take_news());
    else if (what < reading + 35) ASSERT_NO_FATAL_FAILURE(world.types_between());
    else if (what < reading + 40) reader.plan();
    else ASSERT_NO_FATAL_FAILURE(world.emit());
    ASSERT_NO_FATAL_FAILURE(world.compare());
  }
  for (Reader& reader : readers) ASSERT_NO_FATAL_FAILURE(reader.finish());
  world.take_news();
}

TEST(EventLogModel, readers_of_random_programs_get_what_the_model_says_and_miss_nothing_untold) {
  const char* const scale = std::getenv("PUSHWIRE_TEST_SCALE");
  const double factor = scale == nullptr ? 1 : std::atof(scale);
  const unsigned seeds = static_cast<unsigned>(2000 * factor);
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    run(seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace pushwire::log
