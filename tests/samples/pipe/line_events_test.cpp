#include "line_events.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pipe_sample {
namespace {

using pushwire::EmitStatus;

struct Output {
  EmitStatus status = EmitStatus::ok;
  std::vector<std::string> payloads;
  std::vector<std::string> reports;

  LineEvents events(LineEvents::Format format) {
    return {format,
            [this](const pushwire::RawJson& payload) {
              payloads.push_back(payload.text);
              return status;
            },
            [this](const std::string& sentence) { reports.push_back(sentence); }};
  }
};
using Texts = std::vector<std::string>;

TEST(LineEvents, text_becomes_a_json_string_with_bad_utf8_replaced) {
  Output output;
  auto events = output.events(LineEvents::Format::text);
  events.line("say \"hi\" \xff", false);
  EXPECT_EQ(output.payloads, Texts{"\"say \\\"hi\\\" \xef\xbf\xbd\""});
  EXPECT_TRUE(output.reports.empty());
}

TEST(LineEvents, a_cut_line_of_text_is_emitted_and_reported_with_its_number) {
  Output output;
  auto events = output.events(LineEvents::Format::text);
  events.line("a", false);
  events.line("b", true);
  EXPECT_EQ(output.payloads, (Texts{"\"a\"", "\"b\""}));
  EXPECT_EQ(output.reports, Texts{"line 2 is longer than the limit: cut"});
  EXPECT_EQ(events.skipped(), 0u);
}

TEST(LineEvents, json_lines_pass_as_they_are_and_others_are_skipped_by_number) {
  Output output;
  auto events = output.events(LineEvents::Format::json);
  events.line("{\"a\": 1}", false);
  events.line("not json", false);
  events.line("", false);
  events.line("1", true);
  events.line("[]", false);
  EXPECT_EQ(output.payloads, (Texts{"{\"a\": 1}", "[]"}));
  EXPECT_EQ(output.reports, (Texts{"line 2 is not JSON: skipped", "line 3 is not JSON: skipped",
                                   "line 4 is longer than the limit: skipped"}));
  EXPECT_EQ(events.lines(), 5u);
  EXPECT_EQ(events.skipped(), 3u);
}

TEST(LineEvents, an_event_that_the_log_refuses_is_reported) {
  Output output;
  output.status = EmitStatus::out_of_memory;
  auto events = output.events(LineEvents::Format::text);
  events.line("a", false);
  EXPECT_EQ(events.skipped(), 1u);
  EXPECT_EQ(output.reports.size(), 1u);
}

}  // namespace
}  // namespace pipe_sample
