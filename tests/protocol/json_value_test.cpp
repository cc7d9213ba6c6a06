#include "pushwire/json_value.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/raw_json.hpp"

namespace pushwire {
namespace {

using Kind = JsonValue::Kind;

JsonDocument parsed(std::string_view text) {
  auto document = JsonDocument::parse(text);
  EXPECT_TRUE(document) << text;
  return std::move(*document);
}

// What the error that `f` throws says.
template <class F>
std::string fault(F&& f) {
  try {
    f();
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "no error";
}

template <class T>
std::string integer_fault(std::string_view text) {
  const JsonDocument document = parsed(text);
  return fault([&] { document.root().integer<T>(); });
}

template <class T>
T integer(std::string_view text) {
  return parsed(text).root().integer<T>();
}

TEST(JsonDocument, takes_exactly_one_json_text) {
  for (const std::string text : {"null", " 1 ", "\"\"", "[]", "{\"a\":[1,{}]}"}) {
    EXPECT_TRUE(JsonDocument::parse(text)) << text;
  }
  for (const std::string text : {"", " ", "nul", "1 2", "[1,]", "{a:1}", "[", "]", "}{", "'a'", "NaN", "// c\n1",
                                 "\xEF\xBB\xBF"
                                 "1",
                                 "\"\x80\"", "\"\xED\xA0\x80\"", "\"\\ud800\"", "1e999"}) {
    EXPECT_FALSE(JsonDocument::parse(text)) << testing::PrintToString(text);
  }
  EXPECT_FALSE(JsonDocument::parse(std::string_view("1\0", 2)));
  EXPECT_FALSE(JsonDocument::parse(std::string_view("\"\0\"", 3)));
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonDocument, refuses_what_nests_deeper_than_it_is_told) {
  EXPECT_TRUE(JsonDocument::parse(nested(32)));
  EXPECT_FALSE(JsonDocument::parse(nested(33)));
  EXPECT_FALSE(JsonDocument::parse("{\"a\":" + nested(32) + "}"));
  EXPECT_TRUE(JsonDocument::parse(nested(2), 2));
  EXPECT_FALSE(JsonDocument::parse(nested(3), 2));
  EXPECT_TRUE(JsonDocument::parse("\"[[[[\\\"[[[[\"", 0));
  EXPECT_TRUE(JsonDocument::parse("[[],[],[],{},{}]", 2));
  EXPECT_FALSE(JsonDocument::parse("[]", 0));
}

TEST(JsonDocument, never_nests_deeper_than_its_own_functions_can_follow) {
  const auto document = JsonDocument::parse(nested(1000), std::numeric_limits<std::size_t>::max());
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text(), nested(1000));
  EXPECT_FALSE(JsonDocument::parse(nested(1001), std::numeric_limits<std::size_t>::max()));
  EXPECT_FALSE(JsonDocument::parse(nested(1'000'000), std::numeric_limits<std::size_t>::max()));
}

TEST(JsonDocument, may_be_moved_while_it_is_viewed) {
  JsonDocument first = parsed("[\"text\"]");
  const JsonValue item = first.root()[0];
  const JsonDocument second = std::move(first);
  EXPECT_EQ(item.string(), "text");
  EXPECT_EQ(second.root().size(), 1u);
  EXPECT_TRUE(first.root().is_null());  // NOLINT(bugprone-use-after-move): it says what is left
}

TEST(JsonValue, of_no_document_is_null) {
  EXPECT_EQ(JsonValue().kind(), Kind::null);
  EXPECT_EQ(JsonValue().text(), "null");
  EXPECT_EQ(fault([] { JsonValue().number(); }), "expected a number, found null");
}

TEST(JsonValue, has_one_kind) {
  const JsonDocument document = parsed(R"([null,true,-1,18446744073709551615,1.5,"a",[],{}])");
  const std::vector<Kind> kinds{Kind::null,   Kind::boolean, Kind::number, Kind::number,
                                Kind::number, Kind::string,  Kind::array,  Kind::object};
  ASSERT_EQ(document.root().size(), kinds.size());
  for (std::size_t index = 0; index < kinds.size(); ++index) EXPECT_EQ(document.root()[index].kind(), kinds[index]);
}

TEST(JsonValue, says_what_it_is_where_something_else_is_expected) {
  const JsonDocument document = parsed(R"([null,true,1,"a",[],{}])");
  const JsonValue list = document.root();
  EXPECT_EQ(fault([&] { list[0].boolean(); }), "expected true or false, found null");
  EXPECT_EQ(fault([&] { list[1].number(); }), "expected a number, found a boolean");
  EXPECT_EQ(fault([&] { list[2].string(); }), "expected a string, found a number");
  EXPECT_EQ(fault([&] { list[3].size(); }), "expected an array or an object, found a string");
  EXPECT_EQ(fault([&] { list[4].find("a"); }), "expected an object, found an array");
  EXPECT_EQ(fault([&] { list[4].at("a"); }), "expected an object, found an array");
  EXPECT_EQ(fault([&] { list[4].for_each_member([](std::string_view, JsonValue) {}); }),
            "expected an object, found an array");
  EXPECT_EQ(fault([&] { list[5][0]; }), "expected an array, found an object");
  EXPECT_EQ(fault([&] { list[5].array_size(); }), "expected an array, found an object");
  EXPECT_EQ(fault([&] { list[3].integer<int>(); }), "expected an integer, found a string");
  EXPECT_EQ(fault([&] { list[0].integer<unsigned>(); }), "expected an integer, found null");
}

TEST(JsonValue, reads_integers_up_to_the_ends_of_their_types) {
  EXPECT_EQ(integer<std::uint8_t>("255"), 255);
  EXPECT_EQ(integer<std::int8_t>("-128"), -128);
  EXPECT_EQ(integer<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(integer<std::int64_t>("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(integer<unsigned>("-0"), 0u);
  EXPECT_EQ(integer<char>("97"), 'a');
}

TEST(JsonValue, reads_integers_that_are_written_in_another_way) {
  EXPECT_EQ(integer<int>("1e3"), 1000);
  EXPECT_EQ(integer<std::uint8_t>("2.0"), 2);
  EXPECT_EQ(integer<int>("-2.50e1"), -25);
  EXPECT_EQ(integer<unsigned>("-0.0"), 0u);
  EXPECT_EQ(integer<std::uint64_t>("9007199254740992.0"), 9007199254740992u);
}

TEST(JsonValue, refuses_integers_that_the_type_cannot_hold_or_that_are_none) {
  EXPECT_EQ(integer_fault<std::uint8_t>("300"), "expected an integer of 0 to 255, found 300");
  EXPECT_EQ(integer_fault<std::uint8_t>("256.0"), "expected an integer of 0 to 255, found 256.0");
  EXPECT_EQ(integer_fault<std::uint8_t>("1.5"), "expected an integer of 0 to 255, found 1.5");
  EXPECT_EQ(integer_fault<std::uint8_t>("-1"), "expected an integer of 0 to 255, found -1");
  EXPECT_EQ(integer_fault<std::uint8_t>("-1.0"), "expected an integer of 0 to 255, found -1.0");
  EXPECT_EQ(integer_fault<std::int8_t>("-129"), "expected an integer of -128 to 127, found -129");
  EXPECT_EQ(integer_fault<std::int16_t>("32768"), "expected an integer of -32768 to 32767, found 32768");
  EXPECT_EQ(integer_fault<std::int64_t>("9223372036854775808"),
            "expected an integer of -9223372036854775808 to 9223372036854775807, found 9223372036854775808");
  EXPECT_EQ(integer_fault<std::uint64_t>("1e308"), "expected an integer of 0 to 18446744073709551615, found 1e+308");
}

// The nearest doubles of these are integers of the type, which are not what was sent.
TEST(JsonValue, refuses_integers_that_a_double_may_have_changed) {
  EXPECT_NE(integer_fault<std::int64_t>("-9223372036854775809"), "no error");
  EXPECT_NE(integer_fault<std::int64_t>("9007199254740995.0"), "no error");
  EXPECT_NE(integer_fault<std::uint64_t>("18446744073709551616"), "no error");
  EXPECT_NE(integer_fault<std::int64_t>("1e18"), "no error");
}

TEST(JsonValue, finds_members_and_the_last_of_the_same_name) {
  const JsonDocument document = parsed(R"({"b":1,"a":[1],"":3,"a":{"x":4},"n\u0000":5})");
  const JsonValue object = document.root();
  EXPECT_EQ(object.size(), 4u);
  EXPECT_EQ(object.at("a").text(), R"({"x":4})");
  EXPECT_EQ(object.find("")->number(), 3);
  EXPECT_EQ(object.at(std::string_view("n\0", 2)).number(), 5);
  EXPECT_FALSE(object.find("n"));
  EXPECT_EQ(fault([&] { object.at("n"); }), "n: is missing");
  EXPECT_EQ(fault([&] { document.root()[0]; }), "expected an array, found an object");
}

TEST(JsonValue, has_no_item_behind_the_last) {
  const JsonDocument document = parsed("[7]");
  EXPECT_EQ(document.root()[0].number(), 7);
  EXPECT_EQ(fault([&] { document.root()[1]; }), "[1]: is missing, the array has 1 item");
  EXPECT_EQ(fault([&] { document.root()[std::numeric_limits<std::size_t>::max()]; }),
            "[18446744073709551615]: is missing, the array has 1 item");
}

TEST(JsonValue, visits_members_in_the_order_of_their_names) {
  const JsonDocument document = parsed(R"({"b":1,"a":2,"B":3})");
  std::string seen;
  document.root().for_each_member([&](std::string_view name, JsonValue value) { (seen += name) += value.text(); });
  EXPECT_EQ(seen, "B3a2b1");
}

TEST(JsonValue, puts_the_name_before_what_a_visitor_throws) {
  const JsonDocument document = parsed(R"({"a":1,"b":"x"})");
  const auto visit = [](std::string_view, const JsonValue& value) { value.number(); };
  EXPECT_EQ(fault([&] { document.root().for_each_member(visit); }), "b: expected a number, found a string");
}

TEST(JsonValue, has_a_text_that_reads_back_as_the_same) {
  for (const std::string text :
       {"null", "true", "-1", "0.1", "1e+300", R"("a\"b\\\n\u0001é😀")", "[[],{}]", R"({"a":[1,2],"b":{"c":null}})"}) {
    EXPECT_EQ(parsed(text).root().text(), text);
  }
  EXPECT_EQ(parsed(" { \"b\" : 1.50 , \"a\" : \"\\u0041\" } ").root().text(), R"({"a":"A","b":1.5})");
}

TEST(DecodeError, grows_a_path_from_the_inside) {
  DecodeError error("expected a number, found a string");
  EXPECT_STREQ(error.what(), "expected a number, found a string");
  EXPECT_EQ(error.path(), "");
  error.prefix("celsius");
  error.prefix(3);
  error.prefix("points");
  const DecodeError inner = error;
  error.prefix("data");
  EXPECT_STREQ(error.what(), "data.points[3].celsius: expected a number, found a string");
  EXPECT_EQ(error.path(), "data.points[3].celsius");
  EXPECT_EQ(error.reason(), "expected a number, found a string");
  EXPECT_EQ(inner.path(), "points[3].celsius");
}

TEST(DecodeError, shows_any_name_in_a_bounded_and_printable_form) {
  const auto path = [](std::string_view name) {
    DecodeError error("x");
    error.prefix(name);
    return error.path();
  };
  EXPECT_EQ(path("max-rate_2$"), "max-rate_2$");
  EXPECT_EQ(path(""), R"([""])");
  EXPECT_EQ(path("two words"), R"(["two words"])");
  EXPECT_EQ(path("3"), R"(["3"])");
  EXPECT_EQ(path("a.b"), R"(["a.b"])");
  EXPECT_EQ(path("a\"]\\\n\x7F\xC3\xA9"), R"(["a?]?????"])");
  EXPECT_EQ(path(std::string(32, 'a')), std::string(32, 'a'));
  EXPECT_EQ(path(std::string(1'000'000, 'a')), "[\"" + std::string(32, 'a') + "…\"]");
}

TEST(DecodeError, is_bounded_however_deep_the_place_and_long_the_reason) {
  DecodeError error(std::string(1'000'000, 'r'));
  for (int level = 0; level < 1000; ++level) error.prefix("level");
  error.prefix("outermost");
  EXPECT_EQ(error.path().size(), 256u);
  EXPECT_EQ(error.path().substr(0, 21), "outermost.level.level");
  EXPECT_EQ(error.path().substr(253), "…");
  EXPECT_EQ(error.reason().size(), 256u);
  EXPECT_EQ(error.reason().substr(253), "…");
}

TEST(DecodeError, shows_a_reason_without_control_characters_and_broken_utf8) {
  EXPECT_EQ(DecodeError("a\r\nb\x1b[0m\x7F").reason(), "a??b?[0m?");
  EXPECT_EQ(DecodeError("größer als 3 €").reason(), "größer als 3 €");
  EXPECT_EQ(DecodeError("\xC2\x85\xFF\xE2\x82").reason(), "???");
  std::string long_one = "a";
  for (int count = 0; count < 100; ++count) long_one += "€";
  EXPECT_TRUE(is_json('"' + DecodeError(long_one).reason() + '"'));  // cut between characters
  EXPECT_LE(DecodeError(long_one).reason().size(), 256u);
}

nlohmann::json random_json(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 9 : 6)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(std::uint64_t{random()} << 32 | random());
    case 3: return std::uint64_t{random()} << 32 | random();
    case 4: return std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 1200) - 600);
    case 5: {
      std::string text;
      for (auto left = random() % 10; left > 0; --left) text += static_cast<char>(random() % 0x80);
      return text + (random() % 2 == 0 ? "€" : "");
    }
    case 6:
    case 7: {
      nlohmann::json list = nlohmann::json::array();
      for (auto left = random() % 5; left > 0; --left) list.push_back(random_json(random, depth - 1));
      return list;
    }
    default: {
      nlohmann::json object = nlohmann::json::object();
      for (auto left = random() % 5; left > 0; --left) {
        object[std::string(1, static_cast<char>('a' + random() % 26))] = random_json(random, depth - 1);
      }
      return object;
    }
  }
}

TEST(JsonDocument, of_random_json_has_the_text_that_it_was_parsed_from) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_json(random, 6).dump();
    const auto document = JsonDocument::parse(text);
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(document->root().text(), text);
  }
}

// Every function is called on every value of what is taken.
void read_all(const JsonValue& value) {
  fault([&] { value.boolean(); });
  fault([&] { value.number(); });
  fault([&] { value.integer<std::int64_t>(); });
  fault([&] { value.integer<std::uint16_t>(); });
  fault([&] { value.string(); });
  fault([&] { value.get<std::vector<std::vector<double>>>(); });
  fault([&] { value.for_each_member([](std::string_view, JsonValue member) { read_all(member); }); });
  if (value.kind() != Kind::array) return;
  for (std::size_t index = 0; index < value.size(); ++index) read_all(value[index]);
}

TEST(JsonDocument, takes_of_random_bytes_what_is_json) {
  std::mt19937 random(8);
  const std::string_view pieces = "{}[]\",:\\ 0123456789.eE+-truefalsn\xC3\xA9\xE2\x82\xAC\xF0\x80\xFF\n";
  int taken = 0;
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    if (round % 3 == 0) {  // JSON with a few bytes changed
      text = random_json(random, 3).dump();
      for (auto left = random() % 3; left > 0; --left) text[random() % text.size()] = pieces[random() % pieces.size()];
    } else if (round % 3 == 1) {
      for (auto left = random() % 12; left > 0; --left) text += pieces[random() % pieces.size()];
    } else {
      for (auto left = random() % 12; left > 0; --left) text += static_cast<char>(random());
    }
    const auto document = JsonDocument::parse(text);
    ASSERT_EQ(document.has_value(), is_json(text)) << testing::PrintToString(text);
    if (!document) continue;
    ++taken;
    read_all(document->root());
    EXPECT_TRUE(is_json(document->root().text())) << testing::PrintToString(text);
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace pushwire
