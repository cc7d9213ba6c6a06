// What a server does to the process that it lives in: nothing that was not asked for.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/fixed_port.hpp"
#include "server/process_figures.hpp"

extern char** environ;

namespace pushwire {
namespace {

std::set<std::string> open_descriptors(const std::string& process) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + process + "/fd")) {
    found.insert(entry.path().filename());
  }
  return found;
}

TEST(Process, signal_dispositions_stay_as_the_host_had_them) {
  const auto handlers = [] {
    std::vector<void (*)(int)> all;
    for (int signal = 1; signal < 32; ++signal) {
      struct sigaction action {};
      ::sigaction(signal, nullptr, &action);
      all.push_back(action.sa_handler);
    }
    return all;
  };
  const auto before = handlers();
  Server server;
  server.start();
  get(server.port(), "/pushwire/poll");
  EXPECT_EQ(handlers(), before);
  server.stop();
  EXPECT_EQ(handlers(), before);
}

TEST(Process, clients_that_die_in_mid_write_do_not_harm_it) {
  Server server;
  const auto log = server.event<std::string>("log", history(64));
  server.start();
  for (int i = 0; i < 8; ++i) {
    EventSource reset(server.port(), "/pushwire/sse", {}, "HTTP/1.1", 4096);
    EventSource closed(server.port(), "/pushwire/sse", {}, "HTTP/1.1", 4096);
    reset.next(), closed.next();
    for (int event = 0; event < 32; ++event) log.emit(std::string(200'000, 'x'));
    reset.socket().abort();
    closed.socket().close();
    log.emit("more");
  }
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 0; }));
  EXPECT_EQ(get(server.port(), "/pushwire/poll").status, 200);
}

// Keeps the reactor inside open() until it is let go.
class Gate final : public Transport {
 public:
  std::string_view name() const noexcept override { return "gate"; }
  Traits traits() const noexcept override { return {}; }
  std::unique_ptr<Conversation> open(const Request&, Head&) const override {
    entered.set_value();
    leave.get_future().wait();
    throw Refusal(409, "closed");
  }
  void encode(const Event&, const Encoding&, std::string&) const override {}

  mutable std::promise<void> entered, leave;
};

TEST(Process, a_write_to_a_client_that_has_just_closed_raises_no_signal) {
  for (int i = 0; i < 10; ++i) {
    const auto gate = std::make_shared<Gate>();
    Server server{Options{}.transport(gate)};
    const auto log = server.event<std::string>("log", history(64));
    server.start();
    EventSource source(server.port());
    source.next(), source.next();
    HttpClient other(server.port());
    other.ask("/pushwire/gate");
    gate->entered.get_future().wait();
    // More than one write's worth, and the client's FIN comes behind the wake-up: the first write is answered with a
    // RST, the second one would raise SIGPIPE.
    for (int event = 0; event < 10; ++event) log.emit(std::string(64 * 1024, 'x'));
    source.socket().close();
    gate->leave.set_value();
    EXPECT_EQ(other.answer().status, 409);
    EXPECT_EQ(other.get("/pushwire/poll").status, 200);
  }
}

TEST(Process, a_child_inherits_no_descriptor_and_keeps_no_port) {
  const std::set<std::string> own = open_descriptors("self");
  Server server{Options{}.port(fixed_port())};
  server.start();
  const std::uint16_t port = server.port();
  pid_t child = 0;
  {
    EventSource source(port);
    source.next();
    std::string name = "sleep";
    std::string time = "1000";
    char* const arguments[] = {name.data(), time.data(), nullptr};
    ASSERT_EQ(::posix_spawnp(&child, "sleep", nullptr, nullptr, arguments, environ), 0);
  }
  // The kernel lets the parent go on a moment before it closes what is close-on-exec.
  EXPECT_TRUE(eventually([&] {
    const auto inherited = open_descriptors(std::to_string(child));
    return std::includes(own.begin(), own.end(), inherited.begin(), inherited.end());
  }));
  server.stop();
  EXPECT_NO_THROW(server.start());
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(get(port, "/pushwire/poll").status, 200);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(Process, an_idle_server_spends_no_time) {
  Server server;
  server.start();
  EventSource source(server.port());
  source.next(), source.next();
  const auto before = cpu_time();
  EXPECT_FALSE(source.socket().readable_within(std::chrono::milliseconds(500)));
  EXPECT_LT(cpu_time() - before, std::chrono::milliseconds(50));
}

// Leaves room for `count` further descriptors, until it ends.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);  // numbers are given out from below
    ::close(next);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next) + count;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(Process, running_out_of_descriptors_pauses_accepting_without_spinning_and_ends) {
  std::atomic<int> pauses{0};
  Server server{Options{}.log([&](LogLevel, std::string_view line) {
    if (line.find("accepting pauses") != std::string_view::npos) ++pauses;
  })};
  server.start();
  auto first = std::make_unique<HttpClient>(server.port());
  HttpClient second(server.port());
  ASSERT_EQ(first->get("/pushwire/poll").status, 200);
  ASSERT_EQ(second.get("/pushwire/poll").status, 200);

  const DescriptorLimit limit(1);
  HttpClient waiting(server.port());
  waiting.ask("/pushwire/poll");
  ASSERT_TRUE(eventually([&] { return pauses > 0; }));
  const auto before = cpu_time();
  EXPECT_FALSE(waiting.socket().readable_within(std::chrono::milliseconds(700)));
  EXPECT_LT(cpu_time() - before, std::chrono::milliseconds(60));
  EXPECT_EQ(pauses, 1) << "said once, not every time";
  EXPECT_EQ(second.get("/pushwire/poll").status, 200) << "those who are in are served";
  first.reset();
  EXPECT_EQ(waiting.answer().status, 200);
}

}  // namespace
}  // namespace pushwire
