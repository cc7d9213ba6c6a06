#include "session/client_frame.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pushwire::session {
namespace {

using Kind = ClientFrame::Kind;
using Names = std::vector<std::string>;

ClientFrame parsed(std::string_view json) { return parse_client_frame(json, {3, 32}); }

TEST(ClientFrame, of_a_subscription_has_its_patterns) {
  const ClientFrame frame = parsed(R"({"subscribe":["a","b.*"],"fresh":["a"]})");
  EXPECT_EQ(frame.kind, Kind::subscribe);
  EXPECT_EQ(frame.events, (Names{"a", "b.*"}));
  EXPECT_EQ(frame.fresh, Names{"a"});
  EXPECT_EQ(parsed(R"({"subscribe":["*"]})").events, Names{"*"});
  EXPECT_TRUE(parsed(R"({"subscribe":["a"]})").fresh.empty());
}

TEST(ClientFrame, of_a_request_has_a_name_and_an_id) {
  const ClientFrame frame = parsed(R"( {"data":{"x":[1]},"id":9007199254740992,"request":"setpoint"} )");
  EXPECT_EQ(frame.kind, Kind::request);
  EXPECT_EQ(frame.name, "setpoint");
  EXPECT_EQ(frame.id, 1ull << 53);
  EXPECT_EQ(frame.data, R"({"x":[1]})");
}

TEST(ClientFrame, of_a_send_an_ack_and_a_ping) {
  EXPECT_EQ(parsed(R"({"send":"button","data":null})").kind, Kind::send);
  EXPECT_EQ(parsed(R"({"send":"button"})").name, "button");
  EXPECT_EQ(parsed(R"({"send":"button"})").data, "null");
  EXPECT_FALSE(parsed(R"({"send":"button"})").id);
  EXPECT_EQ(parsed(R"({"send":"button","id":3})").id, 3u);
  EXPECT_EQ(parsed(R"({"ack":7})").kind, Kind::ack);
  EXPECT_EQ(parsed(R"({"ack":7})").id, 7u);
  EXPECT_EQ(parsed(R"({"control":"ping"})").kind, Kind::ping);
}

struct Unusable {
  const char* json;
  const char* named;  // what the sentence has to say
};

TEST(ClientFrame, that_is_unusable_says_why) {
  for (const Unusable& given : {Unusable{"", "JSON"},
                                {"{", "JSON"},
                                {"{}x", "JSON"},
                                {"\xFF", "JSON"},
                                {"[]", "object"},
                                {"7", "object"},
                                {"{}", "none of"},
                                {R"({"control":"bye"})", "none of"},
                                {R"({"subscribe":"a"})", "subscribe is not an array"},
                                {R"({"subscribe":[]})", "\"*\" is every event type"},
                                {R"({"subscribe":[7]})", "not a string"},
                                {R"({"subscribe":["a","b","c","d"]})", "more than 3"},
                                {R"({"subscribe":["a b"]})", "\"a b\""},
                                {R"({"subscribe":["a*"]})", "\"a*\""},
                                {R"({"subscribe":["a"],"fresh":{}})", "fresh is not an array"},
                                {R"({"subscribe":["a"],"fresh":[""]})", "fresh: \"\""},
                                {R"({"request":"a"})", "id"},
                                {R"({"request":"a","id":-1})", "id"},
                                {R"({"request":"a","id":1.5})", "id"},
                                {R"({"request":"a","id":"1"})", "id"},
                                {R"({"request":"a","id":0})", "id"},
                                {R"({"request":"a","id":9007199254740993})", "id"},
                                {R"({"send":"a","id":"1"})", "id"},
                                {R"({"request":"","id":1})", "request: \"\""},
                                {R"({"request":[],"id":1})", "request is not a string"},
                                {R"({"send":"a/b"})", "\"a/b\""},
                                {R"({"send":"a\u0000\nb"})", "\"a??b\""},
                                {R"({"ack":-1})", "ack"}}) {
    const ClientFrame frame = parsed(given.json);
    EXPECT_EQ(frame.kind, Kind::unusable) << given.json;
    EXPECT_NE(frame.fault.find(given.named), std::string::npos) << given.json << ": " << frame.fault;
  }
}

// What one reader takes for the end of a text, or for nothing, another takes for a part of it.
TEST(ClientFrame, is_one_json_text_without_a_byte_order_mark_or_a_nul_behind_it) {
  const std::string frame = R"({"send":"a"})";
  EXPECT_EQ(parsed(frame + " \n").kind, Kind::send);
  EXPECT_EQ(parsed("\xEF\xBB\xBF" + frame).kind, Kind::unusable);
  EXPECT_EQ(parsed(frame + std::string(1, '\0')).kind, Kind::unusable);
  EXPECT_EQ(parsed(frame + frame).kind, Kind::unusable);
  EXPECT_NE(parse_client_frames("[]" + std::string(1, '\0'), {}, 3).fault, "");
}

TEST(ClientFrame, that_is_unusable_keeps_the_id_to_answer_to) {
  EXPECT_EQ(parsed(R"({"request":7,"id":12})").id, 12u);
  EXPECT_EQ(parsed(R"({"request":"no name","id":12})").id, 12u);
}

TEST(ClientFrame, shows_no_more_of_a_bad_name_than_a_log_can_bear) {
  const ClientFrame frame = parsed(R"({"send":")" + std::string(10'000, ' ') + "\"}");
  EXPECT_EQ(frame.kind, Kind::unusable);
  EXPECT_LT(frame.fault.size(), 200u);
}

TEST(ClientFrame, nests_32_deep_and_no_deeper) {
  const auto nested = [](int depth) {
    const auto more = static_cast<std::size_t>(depth - 1);
    return R"({"send":"a","data":)" + std::string(more, '[') + std::string(more, ']') + "}";
  };
  EXPECT_EQ(parsed(nested(32)).kind, Kind::send);
  EXPECT_EQ(parsed(nested(33)).kind, Kind::unusable);
  EXPECT_EQ(parsed(std::string(1'000'000, '[')).kind, Kind::unusable);
  EXPECT_EQ(parsed(R"({"send":"a","data":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[["})").kind, Kind::send);
}

TEST(ClientFrames, are_an_array_of_at_most_so_many) {
  const auto all = [](std::string_view json) { return parse_client_frames(json, {3, 32}, 3); };
  EXPECT_EQ(all(R"([{"send":"a"},7,{"ack":2}])").frames.size(), 3u);
  EXPECT_EQ(all(R"([{"send":"a"},7,{"ack":2}])").frames[1].kind, Kind::unusable);
  EXPECT_TRUE(all("[]").frames.empty());
  EXPECT_EQ(all("[]").fault, "");
  EXPECT_NE(all("[1,2,3,4]").fault.find("more than 3"), std::string::npos);
  for (const char* bad : {"", "{}", "7", "[", "[]x", "[\xFF]"}) EXPECT_NE(all(bad).fault, "") << bad;
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  EXPECT_EQ(all(R"([{"send":"a","data":)" + deep.substr(2, 62) + "}]").fault, "");
  EXPECT_NE(all(R"([{"send":"a","data":)" + deep + "}]").fault, "");
}

TEST(ClientFrame, of_any_bytes_at_all_is_a_value) {
  std::mt19937 random(1);
  const std::string whole = R"({"subscribe":["a","b.*"],"fresh":["a"],"request":"x","id":7,"ack":1,"control":"ping"})";
  for (int i = 0; i < 5000; ++i) {
    std::string changed = whole;
    for (auto changes = random() % 6; changes > 0; --changes) {
      changed[random() % changed.size()] = static_cast<char>(random() % 256);
    }
    const ClientFrame frame = parsed(changed.substr(0, random() % (changed.size() + 1)));
    EXPECT_EQ(frame.kind == Kind::unusable, !frame.fault.empty());
  }
}

}  // namespace
}  // namespace pushwire::session
