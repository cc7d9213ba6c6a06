#include <gtest/gtest.h>

#include <string>

#include "plugins/sample_event.hpp"
#include "plugins/transports/websocket/client.hpp"

namespace pushwire {
namespace {

Control bye(Control::Reason reason) {
  Control control;
  control.kind = Control::Kind::bye;
  control.reason = reason;
  return control;
}

TEST(WebSocketClosing, echoes_the_code_of_the_client) {
  for (const unsigned code : {1000u, 1001u, 1003u, 1011u, 1014u, 3000u, 4999u}) {
    WebSocketClient client;
    EXPECT_EQ(client.send(masked_frame(kFin | kClose, close_payload(code, "done"))), Verdict::close_after_flush);
    EXPECT_EQ(client.out, plain_frame(kFin | kClose, close_payload(code)));
  }
}

TEST(WebSocketClosing, answers_an_empty_close_with_an_empty_one) {
  WebSocketClient client;
  EXPECT_EQ(client.send(masked_frame(kFin | kClose, "")), Verdict::close_after_flush);
  EXPECT_EQ(client.out, bytes({0x88, 0x00}));
}

TEST(WebSocketClosing, does_not_take_codes_that_may_not_be_sent) {
  for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 2000u, 2999u, 5000u, 65535u}) {
    WebSocketClient client;
    EXPECT_EQ(client.send(masked_frame(kFin | kClose, close_payload(code))), Verdict::close_after_flush);
    EXPECT_EQ(client.close_code(), 1002u) << code;
  }
  WebSocketClient half;
  half.send(masked_frame(kFin | kClose, "\x03"));
  EXPECT_EQ(half.close_code(), 1002u);
}

TEST(WebSocketClosing, does_not_take_a_reason_that_is_not_utf8) {
  WebSocketClient client;
  client.send(masked_frame(kFin | kClose, close_payload(1000, "\xC3")));
  EXPECT_EQ(client.close_code(), 1007u);
}

TEST(WebSocketClosing, hears_nothing_behind_the_close_of_the_client) {
  WebSocketClient client;
  client.send(masked_frame(kText, "a") + masked_frame(kFin | kClose, close_payload(1000)) +
              masked_frame(kFin | kContinuation, "b") + masked_frame(kFin | kPing, ""));
  EXPECT_TRUE(client.inbox.frames.empty());
  EXPECT_EQ(client.close_code(), 1000u);
}

TEST(WebSocketClosing, says_bye_in_words_and_by_code) {
  const std::pair<Control::Reason, unsigned> codes[] = {{Control::Reason::shutdown, 1012},
                                                        {Control::Reason::idle, 1001},
                                                        {Control::Reason::too_slow, 1013},
                                                        {Control::Reason::policy, 1008}};
  for (const auto& [reason, code] : codes) {
    WebSocketClient client;
    client.conversation().control(bye(reason), client.out);
    std::string json;
    append_json(bye(reason), json);
    const ServerFrame text = take_server_frame(client.out);
    EXPECT_EQ(text.opcode, kText);
    EXPECT_EQ(text.payload, json);
    EXPECT_EQ(client.close_code(), code);
  }
}

TEST(WebSocketClosing, waits_after_a_bye_for_the_close_of_the_client_alone) {
  WebSocketClient client;
  client.conversation().control(bye(Control::Reason::shutdown), client.out);
  client.out.clear();
  EXPECT_EQ(
      client.send(masked_frame(kFin | kText, "{}") + masked_frame(kFin | kPing, "x") + masked_frame(kText, "half")),
      Verdict::go_on);
  EXPECT_EQ(client.send(masked_frame(kFin | kClose, close_payload(1012))), Verdict::close_after_flush);
  EXPECT_TRUE(client.inbox.frames.empty());
  EXPECT_EQ(client.out, "") << "a second close frame, or something behind the first";
}

TEST(WebSocketClosing, ends_without_words_on_a_fault_after_a_bye) {
  WebSocketClient client;
  client.conversation().control(bye(Control::Reason::idle), client.out);
  client.out.clear();
  EXPECT_EQ(client.send(bytes({0xFF, 0xFF})), Verdict::close_after_flush);
  EXPECT_EQ(client.out, "");
}

TEST(WebSocketClosing, lets_nothing_follow_a_close_frame) {
  WebSocketClient client;
  client.conversation().control(bye(Control::Reason::shutdown), client.out);
  client.out.clear();
  client.conversation().control(bye(Control::Reason::shutdown), client.out);
  client.conversation().control(Control(), client.out);
  client.conversation().reply(ReplyFrame(), client.out);
  EXPECT_EQ(client.out, "");

  WebSocketClient left;
  left.send(masked_frame(kFin | kClose, ""));
  left.out.clear();
  left.conversation().reply(ReplyFrame(), left.out);
  EXPECT_EQ(left.out, "");
}

}  // namespace
}  // namespace pushwire
