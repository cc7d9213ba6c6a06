// Pages that take their time, large answers, clients that do not read or go away.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/page_pipe.hpp"
#include "pages/page_server.hpp"

namespace pushwire {
namespace {

using httplib::DataSink;
using httplib::Request;
using httplib::Response;

// Sends for ever; counts what it wrote and how often it was ended.
struct Flood {
  std::atomic<std::uint64_t> written{0};
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};

  httplib::Server::Handler handler() {
    return [this](const Request&, Response& answer) {
      ++begun;
      answer.set_chunked_content_provider(
          "application/octet-stream",
          [this, block = std::string(16 * 1024, 'x')](std::size_t, DataSink& sink) {
            if (!sink.write(block.data(), block.size())) return false;
            written += block.size();
            return true;
          },
          [this](bool) { ++ended; });
    };
  }
};

TEST(PageWorkers, a_slow_page_holds_up_nobody_else) {
  Gate gate;
  PageServer web;
  const Opening opening(gate);
  web.pages().Get("/slow", [&](const Request&, Response& answer) {
    gate.pass();
    answer.set_content("slow", "text/plain");
  });
  web.pages().Get("/quick", [](const Request&, Response& answer) { answer.set_content("quick", "text/plain"); });
  web.start();
  HttpClient slow(web.port());
  slow.ask("/slow");
  ASSERT_TRUE(gate.holds(1));
  EXPECT_EQ(get(web.port(), "/quick").body, "quick");
  EXPECT_EQ(get(web.port(), "/pushwire/negotiate").status, 200);
  gate.open();
  EXPECT_EQ(slow.answer().body, "slow");
}

TEST(PageWorkers, work_at_once_up_to_their_number_and_the_rest_waits) {
  Gate gate;
  Limits limits;
  limits.page_workers = 2;
  limits.page_queue = 1;
  PageServer web(Options{}.limits(limits));
  const Opening opening(gate);
  web.pages().Get("/slow", [&](const Request&, Response& answer) {
    gate.pass();
    answer.set_content("slow", "text/plain");
  });
  web.start();
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<HttpClient>(web.port()));
    clients.back()->ask("/slow");
    ASSERT_TRUE(gate.holds(i + 1));
  }
  HttpClient waiting(web.port());
  waiting.ask("/slow");
  HttpAnswer over;
  // The one that waits has to be there first.
  ASSERT_TRUE(eventually([&] { return web.stats().requests >= 3; }));
  over = get(web.port(), "/slow");
  EXPECT_EQ(over.status, 503);
  EXPECT_NE(over.field("Retry-After"), "");
  gate.open();
  for (auto& client : clients) EXPECT_EQ(client->answer().body, "slow");
  EXPECT_EQ(waiting.answer().body, "slow");
}

TEST(PageWorkers, have_stacks_of_a_known_size) {
  std::atomic<std::size_t> size{0};
  PageServer web;
  web.pages().Get("/", [&](const Request&, Response&) {
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
    std::size_t stack = 0;
    pthread_attr_getstacksize(&attributes, &stack);
    pthread_attr_destroy(&attributes);
    size = stack;
  });
  web.start();
  get(web.port(), "/");
  EXPECT_GE(size, std::size_t{8} * 1024 * 1024);
}

TEST(PageWorkers, large_answers_need_little_memory_and_arrive_whole) {
  constexpr std::size_t kSize = 30'000'000;
  std::atomic<std::size_t> ahead{0};
  std::atomic<std::size_t> received{0};
  PageServer web;
  web.pages().Get("/large", [&](const Request&, Response& answer) {
    answer.set_content_provider(
        kSize, "application/octet-stream", [&](std::size_t offset, std::size_t length, DataSink& sink) {
          const std::string block(std::min<std::size_t>(length, 100'000),
                                  static_cast<char>('a' + offset / 100'000 % 26));
          ahead = std::max<std::size_t>(ahead, offset - std::min<std::size_t>(offset, received));
          return sink.write(block.data(), block.size());
        });
  });
  web.start();
  Socket socket(web.port(), 64 * 1024);
  socket.send(request_text("/large", {{"Connection", "close"}}));
  const HttpAnswer head = read_head(socket);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(kSize));
  std::size_t at = 0;
  bool right = true;
  for (bool more = true; more; more = socket.receive()) {
    for (const char c : socket.buffer()) right = right && c == static_cast<char>('a' + at++ / 100'000 % 26);
    socket.buffer().clear();
    received = at;
  }
  EXPECT_EQ(at, kSize);
  EXPECT_TRUE(right);
  EXPECT_LT(ahead, std::size_t{12'000'000}) << "what sockets hold, and little more";
}

TEST(PageWorkers, a_client_that_never_reads_is_cut_and_its_worker_free) {
  Flood flood;
  Limits limits;
  limits.page_workers = 1;
  limits.page_deadline = std::chrono::milliseconds(300);
  PageServer web(Options{}.limits(limits));
  web.pages().Get("/flood", flood.handler());
  web.pages().Get("/quick", [](const Request&, Response& answer) { answer.set_content("quick", "text/plain"); });
  web.start();
  Socket never(web.port(), 4096);
  never.send(request_text("/flood"));
  ASSERT_TRUE(eventually([&] { return flood.begun == 1; }));
  EXPECT_TRUE(eventually([&] { return flood.ended == 1; }));
  EXPECT_TRUE(eventually([&] { return get(web.port(), "/quick").body == "quick"; }));
  EXPECT_LT(flood.written, std::uint64_t{32} * 1024 * 1024);
}

TEST(PageWorkers, clients_that_do_not_read_what_is_whole_hold_no_worker_while_there_is_memory) {
  constexpr std::size_t kSize = 3'000'000;
  Limits limits;
  limits.page_workers = 1;
  limits.page_bytes = 2 * kSize;
  PageServer web(Options{}.limits(limits));
  web.pages().Get("/large", [](const Request&, Response& answer) {
    answer.set_content(std::string(kSize, 'x'), "application/octet-stream");
  });
  web.pages().Get("/quick", [](const Request&, Response& answer) { answer.set_content("quick", "text/plain"); });
  web.start();
  for (int round = 0; round < 3; ++round) {
    Socket never[] = {Socket(web.port(), 4096), Socket(web.port(), 4096)};
    for (Socket& socket : never) socket.send(request_text("/large"));
    for (Socket& socket : never) ASSERT_TRUE(socket.receive());
    EXPECT_EQ(get(web.port(), "/quick").body, "quick") << round;
    EXPECT_EQ(get(web.port(), "/large").body.size(), kSize) << "through the pipe: the memory is lent";
    for (Socket& socket : never) socket.abort();
    ASSERT_TRUE(eventually([&] { return web.stats().connections == 0; })) << "with them goes their memory";
  }
}

TEST(PageWorkers, a_client_that_goes_away_ends_what_is_made_for_it) {
  Flood flood;
  PageServer web;
  web.pages().Get("/flood", flood.handler());
  web.start();
  for (int i = 1; i <= 8; ++i) {
    Socket socket(web.port());
    socket.send(request_text("/flood"));
    ASSERT_EQ(read_head(socket).status, 200);
    if (i % 2 == 0) socket.abort();
    else socket.close();
    ASSERT_TRUE(eventually([&] { return flood.ended == i; })) << i;
  }
}

TEST(PageWorkers, a_page_that_takes_too_long_is_503) {
  Gate gate;
  Limits limits;
  limits.page_deadline = std::chrono::milliseconds(200);
  PageServer web(Options{}.limits(limits));
  const Opening opening(gate);
  web.pages().Get("/slow", [&](const Request&, Response&) { gate.pass(); });
  web.start();
  HttpClient client(web.port());
  client.ask("/slow");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.field("Retry-After"), "");
  EXPECT_TRUE(web.log.say("\"/slow\""));
}

TEST(PageWorkers, a_provider_that_throws_breaks_its_answer_off) {
  PageServer web;
  web.pages().Get("/breaks", [](const Request&, Response& answer) {
    answer.set_content_provider(10, "text/plain", [](std::size_t offset, std::size_t, DataSink& sink) -> bool {
      if (offset > 0) throw std::runtime_error("secret");
      return sink.write("hello", 5);
    });
  });
  web.pages().Get("/quick", [](const Request&, Response& answer) { answer.set_content("quick", "text/plain"); });
  web.start();
  Socket socket(web.port());
  socket.send(request_text("/breaks"));
  while (socket.receive()) {
  }
  EXPECT_EQ(socket.buffer().find("secret"), std::string::npos);
  EXPECT_TRUE(web.log.say("secret"));
  EXPECT_EQ(get(web.port(), "/quick").body, "quick");
}

TEST(PageWorkers, an_answer_that_breaks_off_does_not_look_whole_to_http_1_0) {
  PageServer web;
  web.pages().Get("/breaks", [](const Request&, Response& answer) {
    answer.set_chunked_content_provider("text/plain", [](std::size_t offset, DataSink& sink) -> bool {
      if (offset > 0) throw std::runtime_error("broken");
      return sink.write("hello", 5);
    });
  });
  web.start();
  Socket socket(web.port());
  socket.send(request_text("/breaks", {}, "GET", "HTTP/1.0"));
  while (socket.receive()) {
  }
  EXPECT_TRUE(socket.was_reset()) << socket.buffer();
}

TEST(PageWorkers, stop_ends_providers_and_waits_for_no_handler) {
  Gate gate;
  Flood flood;
  std::atomic<bool> passed{false};
  {
    PageServer web(Options{}.stop_timeout(std::chrono::milliseconds(50)));
    const Opening opening(gate);
    web.pages().Get("/flood", flood.handler());
    web.pages().Get("/slow", [&](const Request&, Response&) {
      gate.pass();
      passed = true;
    });
    web.pages().Get("/idle", [&](const Request&, Response& answer) {
      ++flood.begun;
      // Writes nothing, and does not look whether anybody is there.
      answer.set_chunked_content_provider(
          "text/plain", [](std::size_t, DataSink&) { return std::this_thread::yield(), true; },
          [&](bool) { ++flood.ended; });
    });
    web.start();
    Socket reading(web.port());
    Socket idle(web.port());
    Socket slow(web.port());
    reading.send(request_text("/flood"));
    idle.send(request_text("/idle"));
    slow.send(request_text("/slow"));
    ASSERT_TRUE(gate.holds(1));
    ASSERT_TRUE(eventually([&] { return flood.begun == 2; }));
    EXPECT_TRUE(web.stop()) << "a handler is still running";
    EXPECT_TRUE(eventually([&] { return flood.ended == 2; }));
    EXPECT_FALSE(passed);

    web.start();
    Socket again(web.port());
    again.send(request_text("/flood"));
    EXPECT_EQ(read_head(again).status, 200);
    EXPECT_TRUE(again.receive() || !again.buffer().empty()) << "providers run once more";
    gate.open();
  }
  EXPECT_TRUE(passed) << "the destructor waits for handlers";
  EXPECT_EQ(flood.ended, 3);
}

TEST(PageWorkers, a_page_may_stop_the_server_and_destroy_it) {
  auto web = std::make_unique<PageServer>(Options{}.stop_timeout(std::chrono::milliseconds(10)));
  std::atomic<bool> gone{false};
  web->pages().Get("/quit", [&](const Request&, Response&) {
    web.reset();
    gone = true;
  });
  web->start();
  Socket socket(web->port());
  socket.send(request_text("/quit"));
  EXPECT_TRUE(eventually([&] { return gone.load(); }));
  while (socket.receive()) {
  }
}

std::atomic<int> signals{0};

TEST(PageWorkers, the_hosts_way_with_sigpipe_is_its_own) {
  struct sigaction own {};
  struct sigaction before {};
  struct sigaction after {};
  own.sa_handler = [](int) { ++signals; };
  ASSERT_EQ(::sigaction(SIGPIPE, &own, &before), 0);
  {
    PageServer web;
    web.pages().Get("/", [](const Request&, Response& answer) { answer.set_content("x", "text/plain"); });
    web.start();
    EXPECT_EQ(get(web.port(), "/").body, "x");
  }
  ASSERT_EQ(::sigaction(SIGPIPE, &before, &after), 0);
  EXPECT_EQ(after.sa_handler, own.sa_handler);
  EXPECT_EQ(signals, 0);
}

TEST(PageWorkers, many_clients_at_once_get_their_own_answers) {
  PageServer web;
  web.pages().Get(R"(/n/(\d+))", [](const Request& request, Response& answer) {
    answer.set_content(request.matches[1].str() + std::string(5'000, '.'), "text/plain");
  });
  web.start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      HttpClient client(web.port());
      for (int i = 0; i < 100; ++i) {
        const std::string number = std::to_string(t * 1000 + i);
        const HttpAnswer answer = client.get("/n/" + number);
        EXPECT_EQ(answer.body.substr(0, number.size() + 1), number + ".");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pushwire
