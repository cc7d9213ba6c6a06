#include "payloads.hpp"

#include <gtest/gtest.h>

#include <string>

namespace device_monitor {
namespace {

template <class T>
std::string json(const T& value) {
  std::string out;
  pushwire::Codec<T>::encode(value, out);
  return out;
}

TEST(Payloads, an_offline_core_is_null_and_percentages_have_one_digit) {
  EXPECT_EQ(json(CpuUse{12.34567, {25.04, std::nullopt}}), R"({"total":12.3,"cores":[25,null]})");
}

TEST(Payloads, used_memory_is_what_is_not_available) {
  EXPECT_EQ(json(MemoryReading{100, 60, 30, 10, 5}),
            R"({"total":100,"used":40,"available":60,"cached":30,"swap_total":10,"swap_used":5})");
}

TEST(Payloads, names_with_quotes_and_bad_bytes_stay_json) {
  EXPECT_EQ(json(Processes{1, {{7, "a\"\xff", "root", std::nullopt, 4096}}}),
            "{\"count\":1,\"top\":[{\"pid\":7,\"name\":\"a\\\"\xef\xbf\xbd\",\"user\":\"root\",\"cpu\":null,"
            "\"memory\":4096}]}");
}

TEST(Payloads, settings_that_nobody_has_changed_are_by_nobody) {
  EXPECT_EQ(json(Settings{500, false, std::nullopt, false}),
            R"({"interval_ms":500,"paused":false,"by":null,"read_only":false})");
  EXPECT_EQ(json(Settings{50, true, 3, false}), R"({"interval_ms":50,"paused":true,"by":3,"read_only":false})");
}

TEST(Payloads, details_that_cannot_be_seen_are_null_and_hostile_command_lines_stay_json) {
  ProcessDetails details;
  details.pid = 7;
  details.command.words = {"a\"\n\xff", ""};
  const std::string text = json(details);
  EXPECT_TRUE(pushwire::is_json(text)) << text;
  EXPECT_NE(text.find("\"command\":[\"a\\\"\\n\xef\xbf\xbd\",\"\"]"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("open_files":null,"started":null)"), std::string::npos) << text;
}

TEST(Payloads, the_trend_holds_the_figures_in_their_own_form) {
  const std::string text = json(Trend{{1, {1.0}}, {8, 6, 2, 0, 0}, {1, 2, 3}, {"all", 1.4, 2.6}, {"all", 0, 0}});
  EXPECT_TRUE(pushwire::is_json(text)) << text;
  EXPECT_NE(text.find(R"("network":{"name":"all","in":1,"out":3})"), std::string::npos) << text;
}

}  // namespace
}  // namespace device_monitor
