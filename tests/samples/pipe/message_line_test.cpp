#include "message_line.hpp"

#include <gtest/gtest.h>

#include <string>

#include "pushwire/raw_json.hpp"

namespace pipe_sample {
namespace {

std::string line_of(std::string_view json, std::string_view bytes = {}) {
  pushwire::Message message;
  message.session.id = "s1";
  message.name = "message";
  message.json = json;
  message.bytes = bytes;
  return message_line(message);
}

TEST(MessageLine, holds_the_name_the_session_and_the_data_as_they_were_sent) {
  EXPECT_EQ(line_of(R"({"b":1.50,"a":[true,null]})"),
            "{\"name\":\"message\",\"session\":\"s1\",\"data\":{\"b\":1.50,\"a\":[true,null]}}\n");
  EXPECT_EQ(line_of("null"), "{\"name\":\"message\",\"session\":\"s1\",\"data\":null}\n");
}

TEST(MessageLine, stays_one_line_however_the_json_was_laid_out) {
  const std::string line = line_of("{\r\n  \"text\": \"a\\nb\"\n}\n");
  EXPECT_EQ(line.find_first_of("\r\n"), line.size() - 1);
  EXPECT_TRUE(pushwire::is_json(line)) << line;
  EXPECT_NE(line.find(R"("a\nb")"), std::string::npos) << line;
}

TEST(MessageLine, has_the_bytes_of_a_binary_message_in_base64) {
  EXPECT_EQ(line_of("1", "\xff\n"), "{\"name\":\"message\",\"session\":\"s1\",\"data\":1,\"bytes\":\"/wo=\"}\n");
}

}  // namespace
}  // namespace pipe_sample
