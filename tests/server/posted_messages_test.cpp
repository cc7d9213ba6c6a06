// POST <base>/send: a batch of client frames, and an answer that begins when they have been taken.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/gate.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

class PostedMessages : public testing::Test {
 protected:
  PostedMessages() {
    server.on("work", [&] {
      ++runs;
      gate.pass();
      return "done";
    });
    server.on("quick", [&] { return ++runs; });
    server.start();
    session = new_session(server.port());
  }

  Gate gate, longer;
  std::atomic<int> runs{0};
  Server server{Options{}.workers(16).stop_timeout(std::chrono::milliseconds(50)).log(nullptr)};
  std::string session;
  Opening opening{gate}, opening_longer{longer};
};

TEST_F(PostedMessages, the_head_of_the_answer_says_that_they_were_taken_and_its_body_grows_with_the_replies) {
  HttpClient client(server.port());
  post(client, session, '[' + numbered_send_frame(1, "work") + ',' + request_frame(2, "quick") + ']');
  ASSERT_TRUE(gate.holds(1));
  const HttpAnswer head = read_head(client.socket());
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Type"), "application/json");
  EXPECT_EQ(head.field("Transfer-Encoding"), "chunked");
  std::string body;
  ChunkDecoder chunks;
  const auto read_until = [&](std::string_view part) {
    for (chunks.feed(client.socket().buffer(), body); body.find(part) == std::string::npos;
         chunks.feed(client.socket().buffer(), body)) {
      ASSERT_TRUE(client.socket().receive());
    }
  };
  read_until(R"({"reply":1)");
  EXPECT_FALSE(chunks.ended());
  gate.open();
  read_until(R"({"reply":2)");
  while (!chunks.ended()) {
    ASSERT_TRUE(client.socket().receive());
    chunks.feed(client.socket().buffer(), body);
  }
  EXPECT_EQ(replies_of(body).size(), 2u);
  EXPECT_EQ(client.get("/pushwire/negotiate").status, 200) << "the connection is kept";
}

TEST_F(PostedMessages, whoever_has_the_head_may_post_more_and_the_order_is_kept) {
  std::vector<int> order;
  server.on("note", [&](int number) { order.push_back(number); });
  std::vector<HttpClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    std::string batch = "[";
    for (int j = 0; j < 5; ++j) batch += (j ? "," : "") + send_frame("note", std::to_string(i * 5 + j));
    batch += ',' + request_frame(static_cast<std::uint64_t>(i) + 1, "note", std::to_string(1000 + i)) + ']';
    post(clients.back(), session, batch);
    EXPECT_EQ(read_head(clients.back().socket()).status, 200);
  }
  EXPECT_EQ(reply_of(post(server.port(), session, '[' + request_frame(100, "quick") + ']').body).error_code, "");
  std::vector<int> expected;
  for (int i = 0; i < 20; ++i) {
    for (int j = 0; j < 5; ++j) expected.push_back(i * 5 + j);
    expected.push_back(1000 + i);
  }
  EXPECT_EQ(order, expected);
}

TEST_F(PostedMessages, whoever_asks_again_gets_the_reply_and_so_does_the_earlier_answer) {
  HttpClient first(server.port());
  post(first, session, '[' + request_frame(1, "work") + ',' + numbered_send_frame(2, "quick") + ']');
  ASSERT_TRUE(gate.holds(1));
  HttpClient second(server.port());
  post(second, session, '[' + request_frame(1, "work") + ']');
  gate.open();
  EXPECT_EQ(reply_of(second.answer().body).data, "\"done\"");
  const auto both = replies_of(first.answer().body);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].reply, 2u);
  EXPECT_EQ(both[1].data, "\"done\"");
  EXPECT_EQ(first.get("/pushwire/negotiate").status, 200);
}

TEST_F(PostedMessages, a_request_that_stands_twice_in_a_batch_runs_once_and_is_answered_once) {
  HttpClient client(server.port());
  post(client, session, '[' + request_frame(1, "work") + ',' + request_frame(1, "work") + ']');
  ASSERT_TRUE(gate.holds(1));
  gate.open();
  EXPECT_EQ(reply_of(client.answer().body).data, "\"done\"");
  EXPECT_EQ(runs, 1);
}

TEST_F(PostedMessages, go_from_a_post_to_a_websocket_that_asks_again) {
  HttpClient client(server.port());
  post(client, session, '[' + request_frame(1, "work") + ']');
  ASSERT_TRUE(gate.holds(1));
  TalkingOptions options;
  options.session = session;
  Talking socket(server.port(), kInBand, options);
  socket.say(request_frame(1, "work"));
  gate.open();
  EXPECT_EQ(socket.reply().data, "\"done\"");
  EXPECT_EQ(reply_of(client.answer().body).data, "\"done\"");
  EXPECT_EQ(runs, 1);
}

TEST_F(PostedMessages, requests_behind_them_on_the_connection_wait_for_their_answer) {
  HttpClient client(server.port());
  post(client, session, '[' + request_frame(1, "work") + ']');
  client.ask("/pushwire/negotiate");
  post(client, session, '[' + request_frame(2, "quick") + ']');
  ASSERT_TRUE(gate.holds(1));
  gate.open();
  EXPECT_EQ(reply_of(client.answer().body).reply, 1u);
  EXPECT_NE(client.answer().body.find("transports"), std::string::npos);
  EXPECT_EQ(reply_of(client.answer().body).reply, 2u);
}

TEST_F(PostedMessages, nothing_to_reply_to_is_an_empty_array) {
  EXPECT_EQ(post(server.port(), session, "[]").body, "[]");
  EXPECT_EQ(post(server.port(), session, R"([{"ack":1}])").body, "[]");
  EXPECT_EQ(post(server.port(), session, '[' + send_frame("quick") + ']').body, "[]");
  const Item unnumbered = reply_of(post(server.port(), session, '[' + send_frame("nowhere") + ']').body);
  EXPECT_FALSE(unnumbered.reply);
  EXPECT_EQ(unnumbered.error_code, "unknown-name");
}

TEST_F(PostedMessages, in_chunks_behind_an_expectation_and_in_pieces_are_the_same) {
  const std::string frames = '[' + request_frame(1, "quick") + ']';
  HttpClient client(server.port());
  client.ask("/pushwire/send",
             {{"Content-Type", "application/json"},
              {kSession, session},
              {"Transfer-Encoding", "chunked"},
              {"Expect", "100-continue"}},
             "POST");
  ASSERT_TRUE(client.socket().receive());
  EXPECT_EQ(client.socket().buffer().substr(0, 12), "HTTP/1.1 100");
  for (const char c : frames) client.socket().send("1\r\n" + std::string(1, c) + "\r\n");
  EXPECT_EQ(runs, 0) << "nothing runs before all of it is there";
  client.socket().send("0\r\n\r\n");
  EXPECT_EQ(reply_of(client.answer().body).data, "1");
}

TEST_F(PostedMessages, by_http_1_0_are_answered_up_to_the_end_of_the_connection) {
  Socket socket(server.port());
  const std::string frames = '[' + request_frame(1, "work") + ']';
  socket.send(request_text("/pushwire/send",
                           {{"Content-Type", "application/json"},
                            {"Content-Length", std::to_string(frames.size())},
                            {kSession, session}},
                           "POST", "HTTP/1.0") +
              frames);
  ASSERT_TRUE(gate.holds(1));
  gate.open();
  const HttpAnswer head = read_head(socket);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Transfer-Encoding"), "");
  while (socket.receive()) {
  }
  EXPECT_EQ(reply_of(socket.buffer()).data, "\"done\"");
}

TEST_F(PostedMessages, that_still_wait_for_replies_end_with_the_server_and_can_be_asked_for_after_its_restart) {
  {
    HttpClient client(server.port());
    post(client, session, '[' + request_frame(1, "work") + ']');
    ASSERT_TRUE(gate.holds(1));
    EXPECT_TRUE(server.stop()) << "a handler runs";
  }
  server.start();
  // Another session's connections, whose own requests have the same ids.
  const std::string other = new_session(server.port());
  server.on("other", [&] { gate.pass(); });
  std::vector<HttpClient> others;
  for (std::uint64_t i = 0; i < 8; ++i) {
    others.emplace_back(server.port());
    post(others.back(), other, '[' + request_frame(1, "other") + ']');
    EXPECT_EQ(read_head(others.back().socket()).status, 200);
  }
  HttpClient again(server.port());
  post(again, session, '[' + request_frame(1, "work") + ']');
  EXPECT_EQ(read_head(again.socket()).status, 200);
  gate.open();
  EXPECT_EQ(reply_of(rest_of_body(again)).data, "\"done\"");
  EXPECT_EQ(runs, 1);
}

TEST_F(PostedMessages, of_before_a_restart_never_end_up_with_another_session) {
  HttpClient lost(server.port());
  post(lost, session, '[' + request_frame(1, "work") + ']');
  ASSERT_TRUE(gate.holds(1));
  server.stop();
  server.start();
  server.on("longer", [&] {
    longer.pass();
    return "mine";
  });
  std::vector<std::string> sessions;
  std::vector<HttpClient> others;
  for (int i = 0; i < 8; ++i) {
    sessions.push_back(new_session(server.port()));
    others.emplace_back(server.port());
    post(others.back(), sessions.back(), '[' + request_frame(1, "longer") + ']');
    EXPECT_EQ(read_head(others.back().socket()).status, 200);
  }
  gate.open();
  // Its handler has ended, and what came of it has been dealt with.
  EXPECT_EQ(reply_of(post(server.port(), session, '[' + request_frame(2, "quick") + ']').body).data, "2");
  EXPECT_EQ(get(server.port(), "/pushwire/poll").status, 200);
  longer.open();
  for (HttpClient& other : others) {
    EXPECT_EQ(reply_of(rest_of_body(other)).data, "\"mine\"");
  }
}

}  // namespace
}  // namespace pushwire
