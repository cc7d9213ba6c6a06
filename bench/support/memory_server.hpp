// The server's core in memory, with readers that take everything: what it costs is its own, and nobody's network.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "counting_wire.hpp"
#include "net/hub_rig.hpp"
#include "payload.hpp"
#include "pushwire/cursor.hpp"

namespace pushwire::bench {

class MemoryServer : public net::HubRig {
 public:
  using Wires = std::vector<std::shared_ptr<CountingWire>>;

  MemoryServer() : HubRig(8192, {}, {}, nullptr, session::Tokens({}, 1)) {}

  std::shared_ptr<CountingWire> connect(const std::string& request) {
    auto wire = std::make_shared<CountingWire>();
    hub.accept(wire);
    wire->say(request);
    hub.reap();
    return wire;
  }
  void connect(const std::string& request, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) wires.push_back(connect(request));
  }
  // Appends so many events, which readers get in the next step.
  void append(log::TypeId type, std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) {
      log.append(type, false, {}, payload_, Event::Payload::json, clock.now());
    }
  }
  // What a reactor does each time that it wakes, `pace` after the last time.
  void step() {
    clock.ms += pace.count();
    hub.turn();
    hub.reap();
    if (const auto due = hub.next_deadline(); due && *due <= clock.now().steady) hub.tick();
  }
  std::uint64_t deliveries() const noexcept { return counters.deliveries.load(std::memory_order_relaxed); }
  // The request of a poll, or of another transport, from there on.
  static std::string after(const std::string& transport, Sequence sequence) {
    return request(transport + "?events=bench&after=" + Cursor{net::kEpoch, sequence}.text());
  }
  // Each is asked for type `bench` alone.
  static std::string websocket() { return websocket_request("?events=bench"); }
  static std::string sse() { return request("sse?events=bench"); }

  Wires wires;
  std::chrono::milliseconds pace{10};

 private:
  const std::string payload_ = payload();
};

}  // namespace pushwire::bench
