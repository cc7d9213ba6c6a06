#include "load/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pushwire::bench::load {
namespace {

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    options_.server = 1;
    outcome_.messages = 2'000'000;
    outcome_.span_s = 4;
    outcome_.wall_s = 5;
    outcome_.start.cpu_s = 1.5;
    outcome_.end.cpu_s = 3.5;
  }
  nlohmann::json read() const { return nlohmann::json::parse(report(options_, outcome_)); }

  Options options_;
  Outcome outcome_;
};

TEST_F(ReportTest, it_is_one_line_of_json_with_costs_for_each_delivery) {
  options_.label = "a \"label\" \xff";
  const auto line = read();
  EXPECT_EQ(line["msgs_per_s"], 500'000);
  EXPECT_EQ(line["cpu_s"], 2);
  EXPECT_EQ(line["cpu_s_per_M"], 1);
  EXPECT_EQ(report(options_, outcome_).find('\n'), std::string::npos);
}

TEST_F(ReportTest, where_nothing_came_nothing_is_divided_by_it) {
  outcome_ = {};
  const auto line = read();
  EXPECT_EQ(line["msgs_per_s"], 0);
  EXPECT_EQ(line["cpu_s_per_M"], 0);
  EXPECT_EQ(line["p50_ms"], -1);
}

TEST_F(ReportTest, throughput_is_of_answers) {
  options_.throughput = 5;
  for (int i = 0; i < 1000; ++i) outcome_.answers.statuses[200] += 1;
  outcome_.answers.statuses[503] = 3;
  outcome_.answers.answers = 1000;
  outcome_.answers.first = {200, 42};
  const auto line = read();
  EXPECT_EQ(line["answer"], "200 42");
  EXPECT_EQ(line["req_per_s"], 200);
  EXPECT_EQ(line["req_per_cpu_s"], 500);
  EXPECT_EQ(line["non2xx"], 3);
  EXPECT_FALSE(is_clean(options_, outcome_));
}

TEST_F(ReportTest, a_run_is_clean_only_without_any_fault) {
  EXPECT_TRUE(is_clean(options_, outcome_));
  const auto expect_fault = [this](auto change) {
    Outcome changed = outcome_;
    change(changed);
    EXPECT_FALSE(is_clean(options_, changed));
  };
  expect_fault([](Outcome& outcome) { outcome.connections.failed = 1; });
  expect_fault([](Outcome& outcome) { outcome.connections.errors = 1; });
  expect_fault([](Outcome& outcome) { outcome.deliveries.lost = 1; });
  expect_fault([](Outcome& outcome) { outcome.deliveries.duplicated = 1; });
  expect_fault([](Outcome& outcome) { outcome.deliveries.disordered = 1; });
  expect_fault([](Outcome& outcome) {
    outcome.fell_quiet = true;
    outcome.behind = 1;
  });
}

}  // namespace
}  // namespace pushwire::bench::load
