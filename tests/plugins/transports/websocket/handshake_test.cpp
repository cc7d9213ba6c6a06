#include <gtest/gtest.h>

#include <map>
#include <string>

#include "plugins/transports/websocket/client.hpp"

namespace pushwire {
namespace {

class Handshake : public testing::Test {
 protected:
  using Fields = std::map<std::string, std::string>;

  void set(std::string_view name, std::string_view value) {
    remove(name);
    request_.fields.push_back({name, value});
  }

  void remove(std::string_view name) {
    auto& fields = request_.fields;
    for (auto field = fields.begin(); field != fields.end();) {
      field = field->name == name ? fields.erase(field) : field + 1;
    }
  }

  Fields opened() const {
    Head head;
    EXPECT_NE(transport_->open(request_, head), nullptr);
    EXPECT_EQ(head.status, 101);
    return {head.fields.begin(), head.fields.end()};
  }

  // 0 where it was not refused.
  int refused(Fields* fields = nullptr) const {
    Head head;
    try {
      transport_->open(request_, head);
    } catch (const Refusal& refusal) {
      EXPECT_STRNE(refusal.what(), "");
      if (fields) *fields = Fields(refusal.head.fields.begin(), refusal.head.fields.end());
      return refusal.head.status;
    }
    return 0;
  }

  Request request_ = handshake();
  const std::unique_ptr<Transport> transport_ = make_websocket_transport();
};

TEST_F(Handshake, belongs_to_a_two_way_stream) {
  const Traits traits = transport_->traits();
  EXPECT_EQ(transport_->name(), "websocket");
  EXPECT_EQ(traits.delivery, Delivery::streaming);
  EXPECT_TRUE(traits.bidirectional);
  EXPECT_TRUE(traits.binary);
  EXPECT_EQ(traits.media_type, "");
}

// RFC 6455 section 1.3.
TEST_F(Handshake, answers_the_sample_of_the_rfc) {
  const Fields fields{
      {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}};
  EXPECT_EQ(opened(), fields);
}

TEST_F(Handshake, answers_other_keys) {
  set("Sec-WebSocket-Key", "eDCPPyPQZq7PiwRcx8SPog==");
  EXPECT_EQ(opened()["Sec-WebSocket-Accept"], "/ZVAP3n6XuqDUoDp416PYUO+ZJc=");
}

// Section 4.1 of the RFC gives this key as an example; its last character has spare bits set.
TEST_F(Handshake, takes_a_key_whose_spare_bits_are_set) {
  set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==");
  EXPECT_EQ(refused(), 0);
}

TEST_F(Handshake, refuses_a_key_that_is_not_sixteen_bytes) {
  for (const std::string key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ===",
                                "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25j==",
                                "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSB=b25jZQ==", "dGhlIHNhbXBsZSBub25jZ-=="}) {
    set("Sec-WebSocket-Key", key);
    EXPECT_EQ(refused(), 400) << key;
  }
  remove("Sec-WebSocket-Key");
  EXPECT_EQ(refused(), 400);
}

TEST_F(Handshake, refuses_two_keys) {
  request_.fields.push_back({"sec-websocket-key", "eDCPPyPQZq7PiwRcx8SPog=="});
  EXPECT_EQ(refused(), 400);
}

TEST_F(Handshake, reads_tokens_among_others_and_in_any_case) {
  set("Upgrade", "h2c, WebSocket");
  set("Connection", "keep-alive, UPGRADE");
  EXPECT_EQ(refused(), 0);
}

TEST_F(Handshake, tells_a_client_that_does_not_upgrade_to_what) {
  for (const std::string name : {"Upgrade", "Connection"}) {
    request_ = handshake();
    remove(name);
    Fields fields;
    EXPECT_EQ(refused(&fields), 426) << name;
    EXPECT_EQ(fields["Upgrade"], "websocket");
  }
  request_ = handshake();
  set("Upgrade", "websocket2");
  EXPECT_EQ(refused(), 426);
}

TEST_F(Handshake, ignores_an_upgrade_of_http_1_0) {
  request_.version_minor = 0;
  EXPECT_EQ(refused(), 426);
}

TEST_F(Handshake, knows_version_13_alone) {
  for (const std::string version : {"", "8", "0", "14", "013", "13.0", "13, 8", "+13"}) {
    set("Sec-WebSocket-Version", version);
    Fields fields;
    EXPECT_EQ(refused(&fields), 426) << version;
    EXPECT_EQ(fields["Sec-WebSocket-Version"], "13");
    EXPECT_EQ(fields["Upgrade"], "websocket");
  }
  remove("Sec-WebSocket-Version");
  EXPECT_EQ(refused(), 426);
}

TEST_F(Handshake, refuses_two_versions) {
  request_.fields.push_back({"Sec-WebSocket-Version", "8"});
  EXPECT_EQ(refused(), 426);
}

TEST_F(Handshake, is_a_get) {
  request_.method = "POST";
  EXPECT_EQ(refused(), 405);
}

TEST_F(Handshake, selects_the_protocol_where_it_is_offered) {
  set("Sec-WebSocket-Protocol", "chat ,\tpushwire.1,pushwire.session.abc");
  EXPECT_EQ(opened()["Sec-WebSocket-Protocol"], "pushwire.1");
  set("Sec-WebSocket-Protocol", "pushwire.session.abc");
  request_.fields.push_back({"sec-websocket-protocol", "pushwire.1"});
  EXPECT_EQ(opened()["Sec-WebSocket-Protocol"], "pushwire.1");
}

TEST_F(Handshake, selects_none_where_only_others_are_offered) {
  for (const std::string offer : {"chat", "pushwire.session.abc", "pushwire.2, pushwire.11", "Pushwire.1", ""}) {
    set("Sec-WebSocket-Protocol", offer);
    EXPECT_EQ(opened().count("Sec-WebSocket-Protocol"), 0u) << offer;
  }
}

TEST_F(Handshake, accepts_no_extension) {
  set("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(opened().count("Sec-WebSocket-Extensions"), 0u);
}

}  // namespace
}  // namespace pushwire
