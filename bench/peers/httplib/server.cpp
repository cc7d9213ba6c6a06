// cpp-httplib: SSE by a chunked content provider, as its example ssesvr has it: a thread for each client, which waits
// for what comes. Any other URL answers what FAN_BODY holds.
#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "peers/pacing/source.hpp"

namespace {

constexpr std::size_t kThreads = 1040;
constexpr std::size_t kKept = 512;

class Events {
 public:
  void append(std::string_view event) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_.push_back("data: " + std::string(event) + "\n\n");
    if (kept_.size() > kKept) kept_.pop_front();
    ++head_;
  }
  void wake() { more_.notify_all(); }

  std::uint64_t head() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return head_;
  }

  // Waits for events after `at`, which it moves on; all of them, for one write.
  std::string after(std::uint64_t& at) const {
    std::unique_lock<std::mutex> lock(mutex_);
    more_.wait(lock, [&] { return head_ > at; });
    const auto missed = std::min<std::uint64_t>(head_ - at, kept_.size());
    at = head_;
    std::string text;
    for (auto event = kept_.end() - static_cast<std::ptrdiff_t>(missed); event != kept_.end(); ++event) text += *event;
    return text;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  std::deque<std::string> kept_;
  std::uint64_t head_ = 0;
};

std::string body() {
  const char* const file = std::getenv("FAN_BODY");
  if (file == nullptr) return "[]";
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void emit(pushwire::bench::Source& source, Events& events) {
  for (;;) {
    bool any = false;
    const auto wait = source.turn([&](std::string_view event) {
      events.append(event);
      any = true;
    });
    if (any) events.wake();
    if (wait.count() == 0) std::this_thread::yield();
    else std::this_thread::sleep_for(wait);
  }
}

}  // namespace

int main(int count, char** words) {
  pushwire::bench::Source source;
  Events events;
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_tcp_nodelay(true);
  server.Get("/sse", [&](const httplib::Request& /*request*/, httplib::Response& answer) {
    answer.set_chunked_content_provider("text/event-stream", [&events, at = events.head(), greeted = false](
                                                                 std::size_t, httplib::DataSink& sink) mutable {
      const std::string text = greeted ? events.after(at) : ": hello\n\n";
      greeted = true;
      return sink.write(text.data(), text.size());
    });
  });
  server.Get("/poll", [answer = body()](const httplib::Request& /*request*/, httplib::Response& response) {
    response.set_content(answer, "application/json");
  });
  std::thread([&] { emit(source, events); }).detach();
  return server.listen("127.0.0.1", pushwire::bench::port_of(count, words)) ? 0 : 1;
}
