#include <gtest/gtest.h>

#include <string>

#include "pushwire/transport.hpp"

namespace pushwire {
namespace {

constexpr Epoch kEpoch{'k', '3', 'x', '9', 'a', '2', 'm', 'q'};

template <class... Said>
std::string json(const Said&... said) {
  std::string out;
  append_json(said..., out);
  return out;
}

Control control(Control::Kind kind, std::optional<Cursor> cursor = std::nullopt) {
  Control control;
  control.kind = kind;
  control.cursor = cursor;
  return control;
}

class EventJson : public testing::Test {
 protected:
  EventJson() {
    event_.id = {kEpoch, 1042};
    event_.type = "temperature";
    event_.payload = "21.5";
    event_.at_ms = 1700000000123;
  }

  Event event_;
  Encoding encoding_;
};

TEST_F(EventJson, has_id_name_and_data) {
  EXPECT_EQ(json(event_, encoding_), R"({"id":"k3x9a2mq-1042","event":"temperature","data":21.5})");
}

TEST_F(EventJson, has_every_member_in_its_place) {
  event_.keyed = true;
  event_.key = "a\"b";
  encoding_.snapshot = true;
  encoding_.with_time = true;
  EXPECT_EQ(
      json(event_, encoding_),
      R"({"id":"k3x9a2mq-1042","event":"temperature","key":"a\"b","snapshot":true,"at":1700000000123,"data":21.5})");
}

TEST_F(EventJson, of_a_removed_key_has_no_data) {
  event_.keyed = true;
  event_.removed = true;
  event_.payload = {};
  EXPECT_EQ(json(event_, encoding_), R"({"id":"k3x9a2mq-1042","event":"temperature","key":"","removed":true})");
}

TEST_F(EventJson, carries_bytes_as_base64) {
  event_.format = Event::Payload::bytes;
  event_.payload = std::string_view("\0\xFF\n", 3);
  EXPECT_EQ(json(event_, encoding_), R"({"id":"k3x9a2mq-1042","event":"temperature","base64":"AP8K"})");
}

TEST_F(EventJson, is_the_same_in_and_out_of_an_envelope) {
  const std::string plain = json(event_, encoding_);
  encoding_.envelope = true;
  EXPECT_EQ(json(event_, encoding_), plain);
}

TEST_F(EventJson, head_lacks_the_payload_only) {
  event_.format = Event::Payload::bytes;
  encoding_.snapshot = true;
  std::string out;
  append_json_head(event_, encoding_, out);
  EXPECT_EQ(out, R"({"id":"k3x9a2mq-1042","event":"temperature","snapshot":true})");
}

TEST(ControlJson, of_hello_has_the_session_where_there_is_one) {
  Control hello = control(Control::Kind::hello, Cursor{kEpoch, 7});
  hello.resume = Resume::ok;
  hello.heartbeat_ms = 15000;
  hello.transports = {"websocket", "sse"};
  EXPECT_EQ(json(hello), R"({"control":"hello","protocol":1,"cursor":"k3x9a2mq-7","resume":"ok","heartbeat_ms":15000,)"
                         R"("transports":["websocket","sse"]})");
  hello.session = "token";
  hello.session_state = "resumed";
  hello.transports.clear();
  EXPECT_EQ(json(hello),
            R"({"control":"hello","protocol":1,"session":"token","session_state":"resumed","cursor":"k3x9a2mq-7",)"
            R"("resume":"ok","heartbeat_ms":15000,"transports":[]})");
}

TEST(ControlJson, of_hello_has_no_cursor_while_a_snapshot_is_due) {
  EXPECT_EQ(json(control(Control::Kind::hello)),
            R"({"control":"hello","protocol":1,"resume":"new","heartbeat_ms":0,"transports":[]})");
}

TEST(ControlJson, of_live_reset_and_ping_has_the_cursor) {
  EXPECT_EQ(json(control(Control::Kind::live, Cursor{kEpoch, 7})), R"({"control":"live","cursor":"k3x9a2mq-7"})");
  EXPECT_EQ(json(control(Control::Kind::reset, Cursor{kEpoch, 0})), R"({"control":"reset","cursor":"k3x9a2mq-0"})");
  EXPECT_EQ(json(control(Control::Kind::ping, Cursor{kEpoch, 8})), R"({"control":"ping","cursor":"k3x9a2mq-8"})");
  EXPECT_EQ(json(control(Control::Kind::ping)), R"({"control":"ping"})");
}

TEST(ControlJson, of_a_gap_says_what_is_gone) {
  Control gap = control(Control::Kind::gap, Cursor{kEpoch, 99});
  gap.types = {"log", "alarm"};
  gap.from = {kEpoch, 3};
  gap.to = {kEpoch, 12};
  EXPECT_EQ(json(gap), R"({"control":"gap","types":["log","alarm"],"from":"k3x9a2mq-3","to":"k3x9a2mq-12"})");
}

TEST(ControlJson, of_bye_gives_reason_and_advice) {
  Control bye = control(Control::Kind::bye);
  bye.after_ms = 1234;
  EXPECT_EQ(json(bye), R"({"control":"bye","reason":"shutdown","reconnect":"resume","after_ms":1234})");
  bye.reason = Control::Reason::idle;
  bye.reconnect = Control::Reconnect::fresh;
  EXPECT_EQ(json(bye), R"({"control":"bye","reason":"idle","reconnect":"fresh","after_ms":1234})");
  bye.reason = Control::Reason::too_slow;
  bye.reconnect = Control::Reconnect::never;
  EXPECT_EQ(json(bye), R"({"control":"bye","reason":"too-slow","reconnect":"never","after_ms":1234})");
  bye.reason = Control::Reason::policy;
  EXPECT_EQ(json(bye), R"({"control":"bye","reason":"policy","reconnect":"never","after_ms":1234})");
}

TEST(ControlJson, of_subscribed_has_the_patterns_in_force) {
  Control subscribed = control(Control::Kind::subscribed, Cursor{kEpoch, 7});
  subscribed.types = {"a", "b.*"};
  EXPECT_EQ(json(subscribed), R"({"control":"subscribed","events":["a","b.*"],"cursor":"k3x9a2mq-7"})");
}

TEST(ReplyJson, has_the_result_and_the_place_up_to_which_to_read_first) {
  ReplyFrame reply;
  reply.id = 7;
  reply.data = R"({"ok":true})";
  reply.cursor = Cursor{kEpoch, 9};
  EXPECT_EQ(json(reply), R"({"reply":7,"data":{"ok":true},"cursor":"k3x9a2mq-9"})");
}

TEST(ReplyJson, has_no_data_where_there_is_none_and_null_for_no_id) {
  EXPECT_EQ(json(ReplyFrame{}), R"({"reply":null})");
}

TEST(ReplyJson, of_an_error_has_code_and_message) {
  ReplyFrame reply;
  reply.id = UINT64_MAX;
  reply.error_code = "no-handler";
  reply.error_message = "nothing handles \"x\"";
  EXPECT_EQ(json(reply),
            R"({"reply":18446744073709551615,"error":{"code":"no-handler","message":"nothing handles \"x\""}})");
}

TEST(ResumeWord, is_new_for_a_newcomer) {
  EXPECT_EQ(to_string(Resume::fresh), "new");
  EXPECT_EQ(to_string(Resume::ok), "ok");
  EXPECT_EQ(to_string(Resume::gap), "gap");
  EXPECT_EQ(to_string(Resume::reset), "reset");
}

class NoInbox final : public Inbox {
 public:
  void frame(std::string_view, std::string_view) override { ADD_FAILURE(); }
};

class OneWay final : public Conversation {
 public:
  void control(const Control&, std::string&) override {}
};

TEST(Conversation, that_reads_nothing_drops_a_client_that_writes) {
  OneWay conversation;
  NoInbox inbox;
  char byte = 'x';
  std::string out;
  EXPECT_EQ(conversation.receive(&byte, 1, inbox, out), Verdict::drop);
  conversation.reply(ReplyFrame{}, out);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace pushwire
