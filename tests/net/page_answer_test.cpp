// The reactor's side of pages, with a router whose work the test does by hand.
#include "net/page_answer.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/http/syntax.hpp"
#include "net/page_fixture.hpp"

namespace pushwire::net {
namespace {

class PageAnswerTest : public PageTest {};

TEST_F(PageAnswerTest, a_known_length_is_framed_by_it) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(5));
    pipe.write("hello");
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  EXPECT_EQ(wire->outgoing, "") << "nobody waits on the reactor";
  work();
  EXPECT_TRUE(has(*wire, "Content-Length: 5\r\n"));
  EXPECT_EQ(body_of(*wire), "hello");
  wire->outgoing.clear();
  say(*wire, "GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");
  work();
  EXPECT_EQ(body_of(*wire), "hello") << "the connection goes on";
  EXPECT_EQ(router->asked, (std::vector<std::string>{"/a", "/b"}));
}

TEST_F(PageAnswerTest, an_unknown_length_is_chunked_or_ends_with_the_connection) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(std::nullopt));
    pipe.write("hello");
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  work();
  EXPECT_TRUE(has(*wire, "Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(body_of(*wire), "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_FALSE(has(*wire, "Connection: close"));
  const auto old = ask("GET /a HTTP/1.0", "Connection: keep-alive\r\n\r\n");
  work();
  EXPECT_FALSE(has(*old, "Transfer-Encoding"));
  EXPECT_TRUE(has(*old, "Connection: close"));
  EXPECT_EQ(body_of(*old), "hello");
}

TEST_F(PageAnswerTest, http_1_0_is_kept_alive_where_it_asks_and_the_length_is_known) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(2));
    pipe.write("ok");
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.0", "Connection: keep-alive\r\n\r\n");
  work();
  EXPECT_TRUE(has(*wire, "Connection: keep-alive\r\n"));
  const auto close = ask("GET /a HTTP/1.0", "\r\n");
  work();
  EXPECT_TRUE(has(*close, "Connection: close\r\n"));
}

TEST_F(PageAnswerTest, heads_and_statuses_without_a_body_have_none) {
  int status = 200;
  router->answer = [&](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(status == 304 ? std::nullopt : std::optional<std::uint64_t>(5), status));
    pipe.write("hello");
    pipe.end(true);
  };
  const auto head = ask("HEAD /a HTTP/1.1");
  work();
  EXPECT_TRUE(has(*head, "Content-Length: 5\r\n"));
  EXPECT_EQ(body_of(*head), "");
  for (status = 204; status <= 304; status += 100) {
    const auto wire = ask("GET /a HTTP/1.1");
    work();
    EXPECT_FALSE(has(*wire, "Content-Length")) << status;
    EXPECT_FALSE(has(*wire, "Transfer-Encoding")) << status;
    EXPECT_EQ(body_of(*wire), "") << status;
    EXPECT_FALSE(has(*wire, "Connection: close")) << status;
  }
}

TEST_F(PageAnswerTest, a_205_has_no_content_whatever_the_page_says) {
  bool known = true;
  router->answer = [&](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(known ? std::optional<std::uint64_t>(5) : std::nullopt, 205));
    EXPECT_TRUE(pipe.write("hello"));
    pipe.end(true);
  };
  for (const bool with_length : {true, false}) {
    known = with_length;
    const auto wire = ask("GET /a HTTP/1.1");
    work();
    EXPECT_TRUE(has(*wire, "Content-Length: 0\r\n")) << wire->outgoing;
    EXPECT_FALSE(has(*wire, "Transfer-Encoding"));
    EXPECT_EQ(body_of(*wire), "");
    say(*wire, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    work();
    EXPECT_FALSE(wire->closed) << "the connection goes on";
  }
}

TEST_F(PageAnswerTest, the_hosts_own_fields_win) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    PageHead head = text(0);
    head.fields = {{"content-type", "text/html"},
                   {"cache-control", "max-age=60"},
                   {"referrer-policy", "origin"},
                   {"x-content-type-options", "nosniff"},
                   {"date", "then"}};
    pipe.begin(head);
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  work();
  const auto count = [&](std::string_view name) {
    std::string all = syntax::lowered(wire->outgoing);
    std::size_t found = 0;
    for (std::size_t at = 0; (at = all.find("\r\n" + std::string(name) + ":", at)) != std::string::npos; ++at) ++found;
    return found;
  };
  for (const char* name : {"content-type", "cache-control", "referrer-policy", "x-content-type-options", "date",
                           "content-security-policy", "x-frame-options", "content-length"}) {
    EXPECT_EQ(count(name), 1u) << name;
  }
  EXPECT_TRUE(has(*wire, "max-age=60"));
  EXPECT_TRUE(has(*wire, "date: then"));
}

TEST_F(PageAnswerTest, an_answer_that_breaks_off_does_not_look_whole) {
  bool length = false;
  router->answer = [&](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(length ? std::optional<std::uint64_t>(10) : std::nullopt));
    pipe.write("hello");
    pipe.end(length);  // also one that says it was whole, and is not
  };
  for (const bool known : {false, true}) {
    length = known;
    const auto wire = ask("GET /a HTTP/1.1");
    work();
    EXPECT_TRUE(wire->closed);
    EXPECT_FALSE(has(*wire, "0\r\n\r\n"));
  }
  router->answer = [](const PageRequest&, PagePipe& pipe) { pipe.end(false); };
  const auto wire = ask("GET /a HTTP/1.1");
  work();
  EXPECT_TRUE(has(*wire, "HTTP/1.1 500 "));
}

TEST_F(PageAnswerTest, one_that_ends_with_its_connection_breaks_off_by_a_reset) {
  bool whole = false;
  router->answer = [&](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(std::nullopt));
    pipe.write(std::string(1000, 'x'));
    pipe.end(whole);
  };
  const auto broken = ask("GET /a HTTP/1.0", "\r\n");
  work();
  EXPECT_TRUE(broken->aborted);
  whole = true;
  const auto slow = ask("GET /a HTTP/1.0", "\r\n");
  slow->room = 100;
  work();
  EXPECT_FALSE(slow->closed);
  later(hub.limits().slow_client_timeout + std::chrono::milliseconds(100));
  EXPECT_TRUE(slow->aborted) << "a part of what was given is missing";
  const auto good = ask("GET /a HTTP/1.0", "\r\n");
  work();
  good->gone = true;
  good->observer().on_readable();
  EXPECT_TRUE(good->closed);
  EXPECT_FALSE(good->aborted);
}

TEST_F(PageAnswerTest, no_more_than_the_length_that_was_said_is_sent) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(2));
    pipe.write("okay\r\nHTTP/1.1 200 OK\r\n");
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  work();
  EXPECT_EQ(body_of(*wire), "ok");
}

TEST_F(PageAnswerTest, requests_that_find_no_room_are_told_when_to_come_back) {
  std::vector<std::shared_ptr<ShortWire>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(ask("GET /a HTTP/1.1"));
  EXPECT_EQ(page_workers.size(), 2u) << "no more than may work at once";
  const auto over = ask("GET /a HTTP/1.1");
  EXPECT_TRUE(has(*over, "HTTP/1.1 503 "));
  EXPECT_TRUE(has(*over, "Retry-After: "));
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(2));
    pipe.write("ok");
    pipe.end(true);
  };
  work();
  EXPECT_EQ(body_of(*waiting[0]), "ok");
  EXPECT_EQ(body_of(*waiting[2]), "ok");
  EXPECT_EQ(router->asked.size(), 3u);
  EXPECT_EQ(ask("GET /a HTTP/1.1")->outgoing, "") << "there is room again";
}

TEST_F(PageAnswerTest, what_no_page_is_asked_is_refused_at_once) {
  const auto wire = ask("GET /refused HTTP/1.1");
  EXPECT_TRUE(has(*wire, "HTTP/1.1 415 "));
  EXPECT_TRUE(page_workers.empty());
}

TEST_F(PageAnswerTest, a_page_that_takes_too_long_is_503_and_never_begins) {
  const auto wire = ask("GET /a HTTP/1.1");
  later(hub.limits().page_deadline + std::chrono::milliseconds(100));
  EXPECT_TRUE(has(*wire, "HTTP/1.1 503 "));
  work();
  EXPECT_TRUE(router->asked.empty());
}

TEST_F(PageAnswerTest, a_client_that_takes_nothing_is_cut) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(std::nullopt));
    pipe.write(std::string(1000, 'x'));
  };
  const auto wire = ask("GET /a HTTP/1.1");
  wire->room = 100;
  work();
  EXPECT_EQ(wire->outgoing.size(), 100u);
  EXPECT_FALSE(wire->closed);
  later(hub.limits().slow_client_timeout + std::chrono::milliseconds(100));
  EXPECT_TRUE(wire->closed);
}

TEST_F(PageAnswerTest, a_client_that_takes_little_is_cut_at_the_deadline) {
  for (const bool given : {false, true}) {
    router->answer = [&](const PageRequest&, PagePipe& pipe) {
      pipe.begin(text(std::nullopt));
      pipe.write(std::string(10'000, 'x'));
      if (given) pipe.end(true);
    };
    const auto wire = ask("GET /a HTTP/1.1");
    wire->room = 100;
    work();
    const auto steps = hub.limits().page_deadline / std::chrono::seconds(10);
    for (int i = 0; i < steps; ++i) {
      EXPECT_FALSE(wire->closed) << i;
      later(std::chrono::seconds(10));
      if (wire->closed) break;
      wire->room = 10;
      wire->observer().on_writable();
    }
    later(std::chrono::seconds(1));
    EXPECT_TRUE(wire->closed) << given;
  }
}

TEST_F(PageAnswerTest, the_connection_goes_on_when_all_of_it_has_gone) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(1000));
    pipe.write(std::string(1000, 'x'));
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  wire->room = 100;
  work();
  say(*wire, "GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");
  work();
  EXPECT_EQ(router->asked.size(), 1u);
  wire->room = SIZE_MAX;
  wire->observer().on_writable();
  EXPECT_EQ(body_of(*wire), std::string(1000, 'x'));
  work();
  EXPECT_EQ(router->asked.size(), 2u);
  EXPECT_FALSE(wire->closed);
}

TEST_F(PageAnswerTest, a_client_that_has_closed_its_half_is_answered_and_the_connection_ends) {
  router->answer = [](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(2));
    pipe.write("ok");
    pipe.end(true);
  };
  const auto wire = ask("GET /a HTTP/1.1");
  wire->gone = true;
  wire->observer().on_readable();
  work();
  EXPECT_TRUE(has(*wire, "Connection: close"));
  EXPECT_EQ(body_of(*wire), "ok");
}

TEST_F(PageAnswerTest, what_is_asked_behind_it_waits_its_turn) {
  int number = 0;
  router->answer = [&](const PageRequest&, PagePipe& pipe) {
    pipe.begin(text(1));
    pipe.write(std::to_string(++number));
    pipe.end(true);
  };
  const std::string again = "GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const auto wire = ask("GET /a HTTP/1.1", "Host: localhost\r\n\r\n" + again + again);
  EXPECT_EQ(page_workers.size(), 1u) << "one at a time";
  for (int i = 0; i < 3; ++i) work();
  EXPECT_EQ(number, 3);
  EXPECT_LT(wire->outgoing.find("\r\n\r\n1"), wire->outgoing.find("\r\n\r\n2"));
  EXPECT_LT(wire->outgoing.find("\r\n\r\n2"), wire->outgoing.find("\r\n\r\n3"));
}

TEST_F(PageAnswerTest, what_a_page_does_later_harms_nobody_when_the_hub_has_let_it_go) {
  auto wire = ask("GET /a HTTP/1.1");
  wire->gone = true;
  hub.begin_stop(clock.now().steady);
  later(std::chrono::milliseconds(1));
  EXPECT_TRUE(hub.stopped());
  work();
  EXPECT_TRUE(router->asked.empty()) << "nobody wants it any more";
}

}  // namespace
}  // namespace pushwire::net
