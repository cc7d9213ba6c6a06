#include "pushwire/handler.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "protocol/fake_reply_sink.hpp"

namespace {

struct Point {
  double x;
  double y;
};

struct Unwritable {};

}  // namespace

template <>
struct pushwire::Codec<Point> {
  static void encode(const Point& point, std::string& out) {
    out += "{\"x\":";
    Codec<double>::encode(point.x, out);
    out += ",\"y\":";
    Codec<double>::encode(point.y, out);
    out += '}';
  }
  static Point decode(const JsonValue& value) { return {value.get<double>("x"), value.get<double>("y")}; }
};

template <>
struct pushwire::Codec<Unwritable> {
  static void encode(const Unwritable&, std::string&) { throw std::length_error("too much"); }
};

namespace pushwire {
namespace {

using detail::Handler;
using detail::make_handler;

Message message_of(std::string_view json) {
  Message message;
  message.session.id = "s-1";
  message.session.identity.name = "ada";
  message.name = "setpoint";
  message.json = json;
  message.bytes = "\x01\x02";
  return message;
}

// Handles one message and gives what was answered; throws what the handler throws.
std::string answer(const Handler& handler, std::string_view json = "null") {
  const auto document = JsonDocument::parse(json);
  const auto sink = std::make_shared<FakeReplySink>();
  handler(message_of(json), document->root(), sink);
  return sink->said();
}

std::string fault(const Handler& handler, std::string_view json) {
  try {
    answer(handler, json);
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Handler, answers_with_what_the_callable_returns) {
  EXPECT_EQ(answer(make_handler([](double celsius) { return celsius * 2; }), "21"), "42");
  EXPECT_EQ(answer(make_handler([](const std::string& text) { return text + "!"; }), "\"a\""), "\"a!\"");
  EXPECT_EQ(answer(make_handler([](Point point) {
                     return Point{point.y, point.x};
                   }),
                   R"({"x":1,"y":2})"),
            R"({"x":2,"y":1})");
  EXPECT_EQ(answer(make_handler([] { return std::vector<int>{1, 2}; })), "[1,2]");
  EXPECT_EQ(answer(make_handler([] { return "text"; })), "\"text\"");
  EXPECT_EQ(answer(make_handler([] { return std::string_view("text"); })), "\"text\"");
  EXPECT_EQ(answer(make_handler([] { return std::optional<int>(); })), "null");
  EXPECT_EQ(answer(make_handler([] { return raw_json("{}"); })), "{}");
  EXPECT_EQ(answer(make_handler([] { return std::vector<std::uint8_t>{1}; })), "\"AQ==\"");
}

TEST(Handler, answers_null_where_the_callable_returns_nothing) {
  EXPECT_EQ(answer(make_handler([] {})), "null");
  EXPECT_EQ(answer(make_handler([](int) {}), "7"), "null");
}

TEST(Handler, answers_with_a_reference_by_its_value) {
  static const std::string text = "kept";
  EXPECT_EQ(answer(make_handler([]() -> const std::string& { return text; })), "\"kept\"");
}

TEST(Handler, ignores_data_that_nobody_takes) {
  EXPECT_EQ(answer(make_handler([] { return 1; }), R"({"a":[]})"), "1");
  EXPECT_EQ(answer(make_handler([](const Message&) { return 1; }), "\"x\""), "1");
}

TEST(Handler, tells_who_says_what) {
  const auto who = [](const Message& message) {
    return message.name + ' ' + message.identity().name + ' ' + message.session.id + ' ' + std::string(message.json) +
           std::to_string(message.bytes.size());
  };
  EXPECT_EQ(answer(make_handler(who), "[ 1 ]"), "\"setpoint ada s-1 [ 1 ]2\"");
  EXPECT_EQ(answer(make_handler([](Message message) { return message.name; })), "\"setpoint\"");
}

TEST(Handler, replies_by_the_reply_that_it_takes) {
  EXPECT_EQ(answer(make_handler([](Reply<int> reply) { reply(7); })), "7");
  EXPECT_EQ(answer(make_handler([](const Reply<std::string>& reply) { reply.send("x"); })), "\"x\"");
  EXPECT_EQ(answer(make_handler([](Reply<void> reply) { reply(); })), "null");
  EXPECT_EQ(answer(make_handler([](Reply<int> reply) { reply.error("busy", "Later."); })), "busy: Later.");
}

TEST(Handler, leaves_a_reply_open_that_is_kept) {
  Reply<int> kept;
  const auto sink = std::make_shared<FakeReplySink>();
  make_handler([&](Reply<int> reply) { kept = std::move(reply); })(message_of("null"), JsonValue(), sink);
  EXPECT_FALSE(sink->answered());
  EXPECT_TRUE(kept(3));
  EXPECT_EQ(sink->said(), "3");
}

TEST(Handler, takes_its_parameters_in_any_order) {
  const auto say = [](const Message& message, int data) { return message.name + std::to_string(data); };
  EXPECT_EQ(answer(make_handler(say), "1"), "\"setpoint1\"");
  EXPECT_EQ(answer(make_handler([&](int data, const Message& message) { return say(message, data); }), "1"),
            "\"setpoint1\"");
  const auto reply_with = [&](const Reply<std::string>& reply, const Message& message, int data) {
    reply(say(message, data));
  };
  EXPECT_EQ(answer(make_handler(reply_with), "1"), "\"setpoint1\"");
  EXPECT_EQ(answer(make_handler([&](int d, Reply<std::string> r, const Message& m) { reply_with(r, m, d); }), "1"),
            "\"setpoint1\"");
  EXPECT_EQ(answer(make_handler([&](const Message& m, int d, Reply<std::string> r) { reply_with(r, m, d); }), "1"),
            "\"setpoint1\"");
}

TEST(Handler, takes_its_data_by_value_and_by_any_reference) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(answer(make_handler([](Names names) { return names.size(); }), R"(["a"])"), "1");
  EXPECT_EQ(answer(make_handler([](const Names& names) { return names.size(); }), R"(["a"])"), "1");
  EXPECT_EQ(answer(make_handler([](const Names names) { return names.size(); }), R"(["a"])"), "1");
  EXPECT_EQ(answer(make_handler([](Names&& names) { return Names(std::move(names)).size(); }), R"(["a"])"), "1");
  EXPECT_EQ(answer(make_handler([](Names& names) { return names.emplace_back("b"), names; }), R"(["a"])"),
            R"(["a","b"])");
}

TEST(Handler, takes_any_data_as_json) {
  const auto sum = [](const JsonValue& data) { return data.at("a").number() + data.get<double>("b"); };
  EXPECT_EQ(answer(make_handler(sum), R"({"a":1,"b":2})"), "3");
  EXPECT_EQ(answer(make_handler([](JsonValue data) { return data; }), "[1, 2]"), "[1,2]");
  EXPECT_EQ(answer(make_handler([](const RawJson& data) { return data; }), "[1.50, 123456789012345678901]"),
            "[1.50, 123456789012345678901]");  // as sent
  EXPECT_EQ(answer(make_handler([](std::optional<int> data) { return data.has_value(); })), "false");
  EXPECT_EQ(answer(make_handler([](std::vector<std::byte> data) { return data.size(); }), "\"AQI=\""), "2");
}

TEST(Handler, names_the_place_of_data_that_is_not_what_the_callable_takes) {
  bool called = false;
  const Handler points = make_handler([&](const std::vector<Point>&) { called = true; });
  EXPECT_EQ(fault(points, "7"), "data: expected an array, found a number");
  EXPECT_EQ(fault(points, R"([{"x":1,"y":1},{"x":1}])"), "data[1].y: is missing");
  EXPECT_EQ(fault(points, R"([{"x":"1"}])"), "data[0].x: expected a number, found a string");
  EXPECT_EQ(fault(make_handler([&](std::uint8_t) { called = true; }), "300"),
            "data: expected an integer of 0 to 255, found 300");
  EXPECT_EQ(fault(make_handler([&](int, Reply<int>) { called = true; }), "null"),
            "data: expected an integer, found null");
  EXPECT_FALSE(called);
}

TEST(Handler, names_the_place_also_where_the_callable_reads_the_json_itself) {
  EXPECT_EQ(fault(make_handler([](const JsonValue& data) { return data.get<double>("celsius"); }), "{}"),
            "data.celsius: is missing");
  EXPECT_EQ(fault(make_handler([](int) { throw DecodeError("of its own"); }), "1"), "of its own");
}

TEST(Handler, lets_out_what_the_callable_throws_and_has_not_answered_then) {
  const auto sink = std::make_shared<FakeReplySink>();
  const auto handle = [&](const Handler& handler) { handler(message_of("1"), JsonValue(), sink); };
  EXPECT_THROW(handle(make_handler([]() -> int { throw RequestError("not-now", "Later."); })), RequestError);
  EXPECT_THROW(handle(make_handler([] { throw 7; })), int);
  EXPECT_THROW(handle(make_handler([] { return Unwritable(); })), std::length_error);
  EXPECT_THROW(handle(make_handler([] { return raw_json("{"); })), std::invalid_argument);
  EXPECT_FALSE(sink->answered());
}

int twice(int value) { return value * 2; }
int thrice(int value) noexcept { return value * 3; }

struct Functor {
  int calls = 0;
  int operator()(int value) { return value + ++calls; }
};

TEST(Handler, is_made_of_functions_and_objects) {
  EXPECT_EQ(answer(make_handler(twice), "2"), "4");
  EXPECT_EQ(answer(make_handler(&twice), "2"), "4");
  EXPECT_EQ(answer(make_handler(thrice), "2"), "6");
  EXPECT_EQ(answer(make_handler(&thrice), "2"), "6");
  EXPECT_EQ(answer(make_handler(std::function<int(int)>(twice)), "2"), "4");
  const std::function<void(const Message&, Reply<int>)> with_reply = [](const Message&, Reply<int> reply) { reply(1); };
  EXPECT_EQ(answer(make_handler(with_reply)), "1");
  EXPECT_EQ(answer(make_handler([](int value) noexcept { return value; }), "2"), "2");
  EXPECT_EQ(answer(make_handler(Functor()), "2"), "3");
}

TEST(Handler, keeps_one_callable_which_may_change_and_need_not_be_copied) {
  Handler handler = make_handler([count = 0]() mutable { return ++count; });
  const Handler copy = handler;
  EXPECT_EQ(answer(handler), "1");
  EXPECT_EQ(answer(copy), "2");

  auto owned = std::make_unique<int>(5);
  EXPECT_EQ(answer(make_handler([owned = std::move(owned)](int by) { return *owned * by; }), "3"), "15");

  Functor functor;
  const Handler of_a_copy = make_handler(functor);
  EXPECT_EQ(answer(of_a_copy, "1"), "2");
  EXPECT_EQ(answer(of_a_copy, "1"), "3");
  EXPECT_EQ(functor.calls, 0);
}

TEST(Handler, needs_nobody_who_waits) {
  int calls = 0;
  const auto run = [&](const Handler& handler) { handler(message_of("1"), JsonDocument::parse("1")->root(), nullptr); };
  run(make_handler([&] { ++calls; }));
  run(make_handler([&](int) { return ++calls; }));
  run(make_handler([&](Reply<int> reply) { calls += reply(1) ? 0 : 1; }));
  EXPECT_EQ(calls, 3);
}

TEST(Handler, cannot_be_made_of_a_function_that_is_none) {
  EXPECT_THROW(make_handler(std::function<void()>()), std::invalid_argument);
  int (*const none)(int) = nullptr;
  EXPECT_THROW(make_handler(none), std::invalid_argument);
}

}  // namespace
}  // namespace pushwire
