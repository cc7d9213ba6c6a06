#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "pushwire/codec.hpp"
#include "pushwire/json.hpp"

namespace {

struct Point {
  double x;
  double y;
};

struct Reading {
  double celsius = 0;
  std::string at;
};
void from_json(const nlohmann::json& json, Reading& reading) {
  json.at("celsius").get_to(reading.celsius);
  json.at("at").get_to(reading.at);
}

struct OnlyWritten {
  int value;
};

struct OnlyRead {
  int value;
};

struct Neither {};

enum class Mode : std::uint8_t { off = 0, on = 7 };
enum class Flag : bool { no, yes };

}  // namespace

PUSHWIRE_NLOHMANN(Reading)

template <>
struct pushwire::Codec<Point> {
  static Point decode(const JsonValue& value) { return {value.get<double>("x"), value.get<double>("y")}; }
};

template <>
struct pushwire::Codec<OnlyWritten> {
  static void encode(const OnlyWritten& value, std::string& out) { out += std::to_string(value.value); }
};

template <>
struct pushwire::Codec<OnlyRead> {
  static OnlyRead decode(const JsonValue& value) { return {value.integer<int>()}; }
};

namespace pushwire {
namespace {

template <class T>
T decoded(std::string_view text) {
  const auto document = JsonDocument::parse(text);
  EXPECT_TRUE(document) << text;
  return document->root().get<T>();
}

// What is wrong with `text` as a T.
template <class T>
std::string fault(std::string_view text) {
  try {
    decoded<T>(text);
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "no error";
}

// Written and read back.
template <class T>
T through_json(const T& value) {
  std::string text;
  Codec<T>::encode(value, text);
  return decoded<T>(text);
}

template <class T>
void expect_round_trips(std::initializer_list<T> values) {
  for (const T& value : values) EXPECT_EQ(through_json(value), value);
}

template <class T>
void expect_numbers_round_trip() {
  using Limits = std::numeric_limits<T>;
  expect_round_trips<T>({T{0}, T{1}, Limits::min(), Limits::max(), Limits::lowest()});
}

TEST(CodecDecode, reads_every_number_that_encode_writes) {
  expect_numbers_round_trip<char>();
  expect_numbers_round_trip<signed char>();
  expect_numbers_round_trip<unsigned char>();
  expect_numbers_round_trip<short>();
  expect_numbers_round_trip<unsigned short>();
  expect_numbers_round_trip<int>();
  expect_numbers_round_trip<unsigned>();
  expect_numbers_round_trip<long>();
  expect_numbers_round_trip<unsigned long>();
  expect_numbers_round_trip<long long>();
  expect_numbers_round_trip<unsigned long long>();
  expect_numbers_round_trip<float>();
  expect_numbers_round_trip<double>();
  expect_round_trips<float>({0.1f, -21.5f, std::numeric_limits<float>::denorm_min()});
  expect_round_trips<double>({0.1, 5e-324, -1e-300});
  expect_round_trips<long double>({0.5L, static_cast<long double>(-1e300)});
}

TEST(CodecDecode, reads_null_as_the_number_that_json_lacks) {
  EXPECT_TRUE(std::isnan(through_json(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(std::isnan(through_json(std::numeric_limits<float>::infinity())));
  EXPECT_TRUE(std::isnan(decoded<long double>("null")));
  EXPECT_EQ(fault<int>("null"), "expected an integer, found null");
}

TEST(CodecDecode, reads_bool_enum_and_optional) {
  expect_round_trips<bool>({true, false});
  expect_round_trips<Mode>({Mode::off, Mode::on, static_cast<Mode>(9)});
  expect_round_trips<Flag>({Flag::no, Flag::yes});
  expect_round_trips<std::optional<int>>({3, std::nullopt});
  expect_round_trips<std::optional<std::vector<int>>>({std::vector<int>{}, std::nullopt});
}

TEST(CodecDecode, reads_strings_of_any_characters) {
  expect_round_trips<std::string>({"", "tick", "a\"b\\\n\t\x01", "é €😀", std::string("a\0b", 3)});
}

TEST(CodecDecode, reads_nested_ranges_and_maps) {
  expect_round_trips<std::vector<std::vector<int>>>({{}, {{1, 2}, {}, {3}}});
  expect_round_trips<std::vector<bool>>({{}, {true, false, true}});
  expect_round_trips<std::array<double, 3>>({{1, 2.5, -3}});
  expect_round_trips<std::array<std::string, 0>>({{}});
  expect_round_trips<std::map<std::string, std::vector<double>>>({{}, {{"a", {1.5}}, {"b\"", {}}, {"", {2}}}});
  expect_round_trips<std::unordered_map<std::string, std::optional<int>>>({{{"k", std::nullopt}, {"l", 1}}});
  expect_round_trips<std::map<std::string, std::map<std::string, Mode>>>({{{"a", {{"b", Mode::on}}}}});
}

TEST(CodecDecode, reads_bytes_from_base64) {
  expect_round_trips<std::vector<std::uint8_t>>({{}, {0}, {0, 255}, {0, 1, 2, 255, 254}});
  expect_round_trips<std::vector<std::byte>>({{std::byte{7}, std::byte{200}}});
  expect_round_trips<std::vector<std::vector<std::uint8_t>>>({{{1}, {}, {2, 3}}});
}

TEST(CodecDecode, reads_any_json_as_its_text) {
  EXPECT_EQ(decoded<RawJson>(R"({"a":[1,"x"]})").text, R"({"a":[1,"x"]})");
  EXPECT_TRUE(decoded<RawJson>("null").checked);
  EXPECT_EQ(decoded<std::vector<RawJson>>("[1,null]")[1].text, "null");
}

TEST(CodecDecode, gives_values_as_they_are) {
  const auto document = JsonDocument::parse(R"([1,{"a":2}])");
  const auto values = document->root().get<std::vector<JsonValue>>();
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[1].at("a").number(), 2);
  std::string text;
  Codec<std::vector<JsonValue>>::encode(values, text);
  EXPECT_EQ(text, R"([1,{"a":2}])");
}

TEST(CodecDecode, takes_any_number_for_a_floating_point_type) {
  EXPECT_EQ(decoded<double>("1"), 1);
  EXPECT_EQ(decoded<float>("18446744073709551615"), 18446744073709551616.0f);
  EXPECT_EQ(decoded<float>("0.1"), 0.1f);
  EXPECT_EQ(decoded<float>("1e-300"), 0.0f);
  EXPECT_EQ(fault<float>("1e300"), "expected a number of single precision, found 1e+300");
  EXPECT_EQ(fault<float>("-3.41e38"), "expected a number of single precision, found -3.41e+38");
}

TEST(CodecDecode, says_what_was_expected_and_what_was_found) {
  EXPECT_EQ(fault<bool>("1"), "expected true or false, found a number");
  EXPECT_EQ(fault<bool>("\"true\""), "expected true or false, found a string");
  EXPECT_EQ(fault<double>("\"1\""), "expected a number, found a string");
  EXPECT_EQ(fault<int>("true"), "expected an integer, found a boolean");
  EXPECT_EQ(fault<std::uint8_t>("300"), "expected an integer of 0 to 255, found 300");
  EXPECT_EQ(fault<char>("1.5").substr(0, 22), "expected an integer of");
  EXPECT_EQ(fault<Mode>("256"), "expected an integer of 0 to 255, found 256");
  EXPECT_EQ(fault<Flag>("0"), "expected true or false, found a number");
  EXPECT_EQ(fault<std::string>("null"), "expected a string, found null");
  EXPECT_EQ(fault<std::optional<int>>("[]"), "expected an integer, found an array");
  EXPECT_EQ(fault<std::vector<int>>("{}"), "expected an array, found an object");
  EXPECT_EQ((fault<std::map<std::string, int>>("[]")), "expected an object, found an array");
  EXPECT_EQ((fault<std::array<int, 3>>("[1,2]")), "expected an array of 3, found one of 2");
  EXPECT_EQ((fault<std::array<int, 0>>("[1]")), "expected an array of 0, found one of 1");
  EXPECT_EQ((fault<std::array<int, 1>>("{\"a\":1}")), "expected an array, found an object");
  EXPECT_EQ(fault<std::vector<std::byte>>("\"AA\""),
            "expected bytes in base64 (RFC 4648 section 4, padded), found another string");
  EXPECT_EQ(fault<std::vector<std::uint8_t>>("[1,2]"), "expected a string, found an array");
}

TEST(CodecDecode, names_the_place_in_what_is_nested) {
  EXPECT_EQ(fault<std::vector<int>>("[1,\"x\"]"), "[1]: expected an integer, found a string");
  EXPECT_EQ((fault<std::array<std::vector<bool>, 2>>("[[],[true,1]]")),
            "[1][1]: expected true or false, found a number");
  EXPECT_EQ((fault<std::map<std::string, std::vector<double>>>(R"({"a":[],"b c":[1,[]]})")),
            R"(["b c"][1]: expected a number, found an array)");
  EXPECT_EQ((fault<std::unordered_map<std::string, std::optional<int>>>(R"({"k":1.5})")),
            "k: expected an integer of -2147483648 to 2147483647, found 1.5");
}

TEST(CodecDecode, takes_the_hosts_own_specialization) {
  EXPECT_EQ(decoded<Point>(R"({"y":2,"x":1,"z":3})").y, 2);
  EXPECT_EQ(fault<Point>("[1,2]"), "expected an object, found an array");
  EXPECT_EQ(fault<Point>(R"({"x":1})"), "y: is missing");
  EXPECT_EQ((fault<std::map<std::string, std::vector<Point>>>(R"({"points":[{"x":1,"y":2},{"x":1,"y":"2"}]})")),
            "points[1].y: expected a number, found a string");
}

TEST(CodecDecode, finds_no_member_for_an_optional_and_says_so_for_others) {
  const auto document = JsonDocument::parse(R"({"here":1,"null":null,"text":"x"})");
  const JsonValue object = document->root();
  EXPECT_EQ(object.get<std::optional<int>>("here"), 1);
  EXPECT_EQ(object.get<std::optional<int>>("null"), std::nullopt);
  EXPECT_EQ(object.get<std::optional<int>>("away"), std::nullopt);
  const auto said = [&](auto read) -> std::string {
    try {
      read();
    } catch (const DecodeError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(said([&] { object.get<double>("away"); }), "away: is missing");
  EXPECT_EQ(said([&] { object.get<std::optional<int>>("text"); }), "text: expected an integer, found a string");
  EXPECT_EQ(said([&] { object.at("here").get<std::optional<int>>("x"); }), "expected an object, found a number");
}

TEST(CodecDecode, reads_an_item_by_its_place) {
  const auto document = JsonDocument::parse(R"([1,"x"])");
  EXPECT_EQ(document->root().get<int>(0), 1);
  try {
    document->root().get<int>(1);
    FAIL();
  } catch (const DecodeError& error) {
    EXPECT_STREQ(error.what(), "[1]: expected an integer, found a string");
  }
}

TEST(CodecDecode, adapts_what_nlohmann_can_read) {
  EXPECT_EQ(decoded<Reading>(R"({"celsius":21.5,"at":"cellar"})").celsius, 21.5);
  EXPECT_EQ(decoded<nlohmann::json>(R"({"a":[1,null]})"), (nlohmann::json{{"a", {1, nullptr}}}));
  EXPECT_EQ(decoded<nlohmann::ordered_json>("[1]"), nlohmann::ordered_json::array({1}));
  EXPECT_EQ(fault<std::vector<Reading>>(R"([{"celsius":"x","at":""}])"), "[0]: type must be number, but is string");
  EXPECT_EQ(fault<Reading>(R"({"celsius":1})"), "key 'at' not found");
}

TEST(CodecDecode, tells_which_half_of_a_codec_is_there) {
  EXPECT_TRUE(detail::can_encode<OnlyWritten> && !detail::can_decode<OnlyWritten>);
  EXPECT_TRUE(!detail::can_encode<OnlyRead> && detail::can_decode<OnlyRead>);
  EXPECT_TRUE(!detail::can_encode<Neither> && !detail::can_decode<Neither>);
  EXPECT_TRUE(detail::can_encode<std::string_view> && !detail::can_decode<std::string_view>);
  EXPECT_TRUE(detail::can_encode<const char*> && !detail::can_decode<const char*>);
  EXPECT_TRUE(detail::can_encode<Reading> && detail::can_decode<Reading>);
  EXPECT_EQ(decoded<std::vector<OnlyRead>>("[1,2]")[1].value, 2);
  std::string text;
  Codec<std::vector<OnlyWritten>>::encode({{1}, {2}}, text);
  EXPECT_EQ(text, "[1,2]");
}

}  // namespace
}  // namespace pushwire
