// A hub with pages, with a router whose work the test does by hand.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/hub_fixture.hpp"

namespace pushwire::net {

class HandRouter final : public PageRouter {
 public:
  void judge(const Request& request) const override {
    if (request.path == "/refused") throw Refusal(415, "not this one");
  }
  void serve(const PageRequest& request, PagePipe& pipe) noexcept override {
    asked.emplace_back(request.request.path);
    if (answer) answer(request, pipe);
  }
  void arm(bool) noexcept override {}

  std::vector<std::string> asked;
  std::function<void(const PageRequest&, PagePipe&)> answer;
};

inline PageHead text(std::optional<std::uint64_t> length, int status = 200) {
  PageHead head;
  head.status = status;
  head.fields = {{"Content-Type", "text/plain"}};
  head.length = length;
  return head;
}

class PageTest : public HubTest {
 protected:
  explicit PageTest(std::shared_ptr<HandRouter> with = std::make_shared<HandRouter>())
      : HubTest(8192, with_limits(), {}, with), router(std::move(with)) {}
  static HubSettings with_limits() {
    HubSettings settings;
    settings.limits.page_workers = 2;
    settings.limits.page_queue = 3;
    settings.access.proxies = {{"10.0.0.1", Forwarding::x_forwarded_for}};
    return settings;
  }

  std::shared_ptr<ShortWire> ask(const std::string& line, const std::string& rest = "Host: localhost\r\n\r\n",
                                 const std::string& peer = {}) {
    auto wire = std::make_shared<ShortWire>();
    wire->peer = peer;
    hub.accept(wire);
    say(*wire, line + "\r\n" + rest);
    return wire;
  }
  static void say(ShortWire& wire, const std::string& bytes) {
    wire.incoming += bytes;
    wire.observer().on_readable();
  }
  // All workers that were hired do what there is.
  void work() {
    for (auto& task : std::exchange(page_workers, {})) task();
    turn();
  }
  void turn() {
    hub.turn();
    hub.reap();
  }
  void later(std::chrono::milliseconds time) {
    clock.ms += time.count();
    hub.tick();
  }
  static std::string body_of(const ShortWire& wire) { return wire.outgoing.substr(wire.outgoing.find("\r\n\r\n") + 4); }
  static bool has(const ShortWire& wire, std::string_view part) {
    return wire.outgoing.find(part) != std::string::npos;
  }

  const std::shared_ptr<HandRouter> router;
};

}  // namespace pushwire::net
