#include "pushwire/codec.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "pushwire/json.hpp"

namespace {

struct Reading {
  double celsius;
  std::string at;
};
void to_json(nlohmann::json& json, const Reading& reading) {
  json = {{"celsius", reading.celsius}, {"at", reading.at}};
}

struct Point {
  int x;
  int y;
};

enum class Mode : std::uint8_t { off = 0, on = 7 };

}  // namespace

PUSHWIRE_NLOHMANN(Reading)

template <>
struct pushwire::Codec<Point> {
  static void encode(const Point& point, std::string& out) {
    if (point.x < 0) throw std::invalid_argument("negative");
    out += "{\"x\":" + std::to_string(point.x) + ",\"y\":" + std::to_string(point.y) + "}";
  }
};

namespace pushwire {
namespace {

template <class T>
std::string encoded(const T& value) {
  std::string out;
  Codec<T>::encode(value, out);
  EXPECT_TRUE(is_json(out)) << out;
  return out;
}

TEST(Codec, writes_numbers_shortest_and_exact) {
  EXPECT_EQ(encoded(0.1), "0.1");
  EXPECT_EQ(encoded(21.5f), "21.5");
  EXPECT_EQ(encoded(-1), "-1");
  EXPECT_EQ(encoded(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(encoded(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(encoded(std::uint8_t{200}), "200");
  EXPECT_EQ(encoded('a'), "97");
  EXPECT_EQ(std::strtod(encoded(5e-324).c_str(), nullptr), 5e-324);  // std::stod takes it for an underflow
  EXPECT_EQ(std::stod(encoded(1.7976931348623157e308)), 1.7976931348623157e308);
}

TEST(Codec, writes_what_json_has_no_number_for_as_null) {
  EXPECT_EQ(encoded(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(encoded(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(encoded(-std::numeric_limits<float>::infinity()), "null");
}

TEST(Codec, writes_bool_enum_and_optional) {
  EXPECT_EQ(encoded(true), "true");
  EXPECT_EQ(encoded(Mode::on), "7");
  EXPECT_EQ(encoded(std::optional<int>{3}), "3");
  EXPECT_EQ(encoded(std::optional<int>{}), "null");
}

TEST(Codec, writes_strings_of_any_bytes_as_json) {
  EXPECT_EQ(encoded(std::string("a\"b\n")), R"("a\"b\n")");
  EXPECT_EQ(encoded(std::string("\xFF")), "\"\xEF\xBF\xBD\"");
}

TEST(Codec, writes_nested_ranges_and_maps) {
  EXPECT_EQ(encoded(std::vector<std::vector<int>>{{1, 2}, {}}), "[[1,2],[]]");
  EXPECT_EQ(encoded(std::array<bool, 2>{true, false}), "[true,false]");
  EXPECT_EQ(encoded(std::map<std::string, std::vector<double>>{{"a", {1.5}}, {"b\"", {}}}), R"({"a":[1.5],"b\"":[]})");
  EXPECT_EQ(encoded(std::unordered_map<std::string, std::optional<int>>{{"k", std::nullopt}}), R"({"k":null})");
}

TEST(Codec, writes_bytes_inside_a_value_as_base64_and_alone_as_they_are) {
  const std::vector<std::uint8_t> bytes{0, 1, 2, 255};
  EXPECT_EQ(encoded(std::vector<std::vector<std::uint8_t>>{bytes}), R"(["AAEC/w=="])");
  std::string raw;
  Codec<std::vector<std::uint8_t>>::encode_payload(bytes, raw);
  EXPECT_EQ(raw, std::string("\0\1\2\xFF", 4));
  EXPECT_EQ(detail::payload_format<std::vector<std::byte>>, Event::Payload::bytes);
  EXPECT_EQ(detail::payload_format<std::vector<int>>, Event::Payload::json);
}

TEST(Codec, passes_raw_json_and_refuses_what_is_none) {
  EXPECT_EQ(encoded(raw_json(R"({"a":[1]})")), R"({"a":[1]})");
  std::string out;
  EXPECT_THROW(Codec<RawJson>::encode(raw_json("{"), out), std::invalid_argument);
  EXPECT_EQ(out, "");
  Codec<RawJson>::encode(trusted_json("{"), out);  // the host's word is taken
  EXPECT_EQ(out, "{");
}

TEST(Codec, takes_the_hosts_own_specialization) {
  EXPECT_EQ(encoded(Point{1, 2}), R"({"x":1,"y":2})");
  EXPECT_EQ(encoded(std::vector<Point>{{1, 2}}), R"([{"x":1,"y":2}])");
}

TEST(Codec, adapts_what_nlohmann_can_serialize) {
  EXPECT_EQ(encoded(nlohmann::json{{"a", {1, nullptr}}}), R"({"a":[1,null]})");
  EXPECT_EQ(encoded(Reading{21.5, "cellar"}), R"({"at":"cellar","celsius":21.5})");
  EXPECT_EQ(encoded(nlohmann::json("\xFF")), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(encoded(nlohmann::ordered_json{{"b", 1}, {"a", 2}}), R"({"b":1,"a":2})");
}

}  // namespace
}  // namespace pushwire
