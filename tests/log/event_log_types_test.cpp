#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

std::string complaint(LogBench& bench, std::string_view name, const Retention& retention) {
  try {
    bench.add(name, retention);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

TEST(EventLogTypes, ids_are_dense_and_names_stay) {
  LogBench bench;
  EXPECT_EQ(bench.add("a", history()), 0U);
  const std::string_view name = bench.log.name(0);
  for (TypeId id = 1; id < 300; ++id) EXPECT_EQ(bench.add("type" + std::to_string(id), latest()), id);
  EXPECT_EQ(bench.log.types(), 300U);
  EXPECT_EQ(name.data(), bench.log.name(0).data());
  EXPECT_EQ(bench.log.name(299), "type299");
}

TEST(EventLogTypes, the_same_registration_again_is_the_same_type) {
  LogBench bench;
  const TypeId type = bench.add("a", history(5).bytes(100));
  EXPECT_EQ(bench.add("a", history(5).bytes(100)), type);
  EXPECT_EQ(bench.log.types(), 1U);
}

TEST(EventLogTypes, another_retention_or_format_under_the_same_name_is_refused) {
  LogBench bench;
  bench.add("a", history(5));
  EXPECT_THROW(bench.add("a", history(6)), std::logic_error);
  EXPECT_THROW(bench.log.add_type("a", history(5), Event::Payload::bytes), std::logic_error);
}

TEST(EventLogTypes, one_type_over_the_limit_is_refused_and_known_ones_are_not) {
  LogLimits limits;
  limits.types = 2;
  LogBench bench(limits);
  bench.add("a", history());
  bench.add("b", history());
  EXPECT_THROW(bench.add("c", history()), std::length_error);
  EXPECT_EQ(bench.add("b", history()), 1U);
}

TEST(EventLogTypes, names_that_cannot_be_are_named) {
  LogBench bench;
  for (const std::string name : {"", ".a", "a b", "a*", "a/b", "\xC3\xA4"}) {
    EXPECT_NE(complaint(bench, name, history()).find("'" + name + "'"), std::string::npos) << name;
  }
  EXPECT_FALSE(complaint(bench, std::string(129, 'a'), history()).empty());
  EXPECT_TRUE(complaint(bench, std::string(128, 'a'), history()).empty());
  EXPECT_FALSE(complaint(bench, "pushwire.own", history()).empty());
  EXPECT_TRUE(complaint(bench, "pushwire", history()).empty());
  EXPECT_TRUE(complaint(bench, "Pushwire.own", history()).empty());
}

TEST(EventLogTypes, retentions_that_cannot_be_are_named_with_their_value) {
  LogBench bench;
  const auto expect = [&](const Retention& retention, std::string_view value) {
    const std::string sentence = complaint(bench, "odd", retention);
    EXPECT_NE(sentence.find("'odd'"), std::string::npos);
    EXPECT_NE(sentence.find(value), std::string::npos) << sentence;
  };
  expect(history(0), "not 0");
  expect(history(10'000'001), "10000001");
  expect(history(1).age(std::chrono::milliseconds(-3)), "-3");
  expect(latest_by_key().max_keys(0), "not 0");
  expect(latest_by_key().max_keys(10'000'001), "10000001");
  expect(latest().max_rate(-2), "-2");
  expect(latest().max_rate(std::numeric_limits<double>::infinity()), "inf");
  expect(latest().max_rate(std::numeric_limits<double>::quiet_NaN()), "nan");
  Retention limited_history = history(5);
  limited_history.max_rate_hz = 3;
  expect(limited_history, "3");
}

TEST(EventLogTypes, the_widest_retentions_are_accepted) {
  LogBench bench;
  bench.add("a", history(10'000'000).age(std::chrono::milliseconds::max()));
  bench.add("b", latest_by_key().max_keys(10'000'000).max_rate(1e-300));
  EXPECT_EQ(bench.emit(0, "1"), EmitStatus::ok);
  EXPECT_EQ(bench.emit(1, "k", "1"), EmitStatus::ok);
  EXPECT_EQ(bench.emit(1, "k", "2"), EmitStatus::held_back);
  bench.pass(1'000'000'000);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(0)).events), "a#1=1 b#2[k]=1");
}

TEST(EventLogAppend, keys_that_cannot_be_are_refused) {
  LogBench bench;
  const TypeId plain = bench.add("plain", history());
  const TypeId keyed = bench.add("keyed", latest_by_key());
  EXPECT_EQ(bench.emit(plain, "k", "1"), EmitStatus::bad_key);
  EXPECT_EQ(bench.emit(keyed, "1"), EmitStatus::bad_key);
  EXPECT_EQ(bench.emit(keyed, "\xFF", "1"), EmitStatus::bad_key);
  EXPECT_EQ(bench.emit(keyed, std::string(257, 'k'), "1"), EmitStatus::bad_key);
  EXPECT_EQ(bench.erase(plain, "k"), EmitStatus::bad_key);
  EXPECT_EQ(bench.erase(keyed, "\xFF"), EmitStatus::bad_key);
  EXPECT_EQ(bench.erase(keyed, std::string(257, 'k')), EmitStatus::bad_key);
  EXPECT_EQ(bench.log.head(), 0U);
  EXPECT_EQ(bench.emit(keyed, "", "1"), EmitStatus::ok);
  EXPECT_EQ(bench.emit(keyed, std::string(256, 'k'), "1"), EmitStatus::ok);
}

TEST(EventLogAppend, a_payload_over_the_limit_is_refused) {
  LogLimits limits;
  limits.event_bytes = 4;
  LogBench bench(limits);
  const TypeId type = bench.add("a", history());
  EXPECT_EQ(bench.emit(type, "12345"), EmitStatus::too_large);
  EXPECT_EQ(bench.emit(type, "1234"), EmitStatus::ok);
  EXPECT_EQ(bench.log.appended(), 1U);
}

TEST(EventLogAppend, an_event_is_complete_and_outlives_the_log) {
  EventPtr value;
  EventPtr tombstone;
  {
    LogBench bench;
    const TypeId type = bench.log.add_type("door", latest_by_key(), Event::Payload::bytes);
    bench.log.append(type, true, "front", "open", Event::Payload::bytes, bench.now());
    value = bench.read(bench.after(0)).events.at(0);
    bench.erase(type, "front");
    tombstone = bench.read(bench.after(0)).events.at(0);
  }
  EXPECT_EQ(value->id.epoch, kEpoch);
  EXPECT_EQ(value->id.sequence, 1U);
  EXPECT_EQ(value->type, "door");
  EXPECT_EQ(value->key, "front");
  EXPECT_EQ(value->payload, "open");
  EXPECT_EQ(value->format, Event::Payload::bytes);
  EXPECT_TRUE(value->keyed);
  EXPECT_FALSE(value->removed);
  EXPECT_EQ(value->at_ms, 1'700'001'000'000);
  EXPECT_EQ(tombstone->id.sequence, 2U);
  EXPECT_EQ(tombstone->key, "front");
  EXPECT_TRUE(tombstone->removed);
  EXPECT_TRUE(tombstone->payload.empty());
}

TEST(EmitStatus, has_a_word_for_logs) {
  EXPECT_EQ(to_string(EmitStatus::ok), "ok");
  EXPECT_EQ(to_string(EmitStatus::held_back), "held_back");
  EXPECT_EQ(to_string(EmitStatus::too_large), "too_large");
  EXPECT_EQ(to_string(EmitStatus::detached), "detached");
}

}  // namespace
}  // namespace pushwire::log
