#include "scenarios.hpp"

#include <memory>
#include <string>

#include "../support/memory_server.hpp"
#include "pushwire/server.hpp"

namespace pushwire::bench {

namespace {

constexpr std::size_t kReaders = 200;
constexpr std::size_t kAsking = 50;  // connections that ask again and again
constexpr std::size_t kRounds = 20;
constexpr std::size_t kSteps = 200;  // turns with one event
constexpr std::size_t kBatches = 10;
constexpr std::size_t kBatch = 32;
constexpr std::size_t kEmits = 10'000;

using Work = std::function<std::size_t()>;

struct Scene {
  MemoryServer server;
  const log::TypeId bench = server.add("bench");
  const log::TypeId other = server.add("other");

  void publish(log::TypeId type, std::size_t turns, std::size_t events) {
    for (std::size_t turn = 0; turn < turns; ++turn) {
      server.append(type, events);
      server.step();
    }
  }
  void everybody_asks(const std::string& request) {
    for (const auto& wire : server.wires) wire->say(request);
    server.step();
  }
};

// So many turns, each with so many events, for readers of one kind. Returns deliveries.
Work fan_out(const std::string& request, std::size_t turns, std::size_t events, std::size_t readers = kReaders) {
  auto scene = std::make_shared<Scene>();
  scene->server.connect(request, readers);
  scene->publish(scene->bench, 2, events);
  return [=] {
    const auto before = scene->server.deliveries();
    scene->publish(scene->bench, turns, events);
    return scene->server.deliveries() - before;
  };
}

// Turns with an event that none of the readers wants. Returns turns.
Work unwanted() {
  auto scene = std::make_shared<Scene>();
  scene->server.connect(MemoryServer::websocket(), kReaders);
  scene->publish(scene->other, 2, 1);
  return [=] {
    scene->publish(scene->other, kSteps, 1);
    return kSteps;
  };
}

// Connections that poll by turns, `behind` events behind the head. Returns answers.
Work poll(std::size_t behind) {
  auto scene = std::make_shared<Scene>();
  scene->publish(scene->bench, 100, 1);
  const std::string request = MemoryServer::after("poll", scene->server.log.head() - behind);
  scene->server.connect(request, kAsking);
  return [=] {
    const auto answers = [&] { return scene->server.counters.requests.load(); };
    const auto answered = answers();
    const auto delivered = scene->server.deliveries();
    for (std::size_t round = 0; round < kRounds; ++round) scene->everybody_asks(request);
    const std::size_t done = answers() - answered;
    return scene->server.deliveries() - delivered == done * behind ? done : 0;
  };
}

// An event answers everybody, who ask again. Returns deliveries.
Work long_poll() {
  auto scene = std::make_shared<Scene>();
  scene->server.connect(MemoryServer::after("long-poll", 0), kAsking);
  const auto round = [scene] {
    scene->publish(scene->bench, 1, 1);
    scene->everybody_asks(MemoryServer::after("long-poll", scene->server.log.head()));
  };
  round();
  return [=] {
    const auto before = scene->server.deliveries();
    for (std::size_t i = 0; i < kRounds; ++i) round();
    return scene->server.deliveries() - before;
  };
}

// Clients come, up to the end of their hello. Returns how many.
Work connect() {
  auto scene = std::make_shared<Scene>();
  scene->server.connect(MemoryServer::websocket(), 2);
  return [=] {
    const auto before = scene->server.hub.connections();
    scene->server.connect(MemoryServer::websocket(), kReaders);
    return scene->server.hub.connections() - before;
  };
}

// By the public interface, while nobody is there; the server was never started.
Work emit() {
  auto server = std::make_shared<Server>();
  auto type = server->event<RawJson>("bench");
  const RawJson ready = trusted_json(payload());
  for (std::size_t i = 0; i < kEmits; ++i) type.emit(ready);
  return [server, type, ready] {
    std::size_t emitted = 0;
    for (std::size_t i = 0; i < kEmits; ++i) emitted += type.emit(ready) == EmitStatus::ok ? 1 : 0;
    return emitted;
  };
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kAll = {
      {"websocket, one event a turn", kSteps * kReaders, "delivery",
       [] { return fan_out(MemoryServer::websocket(), kSteps, 1); }},
      {"websocket, 1000 readers", kSteps / 5 * 1000, "delivery",
       [] { return fan_out(MemoryServer::websocket(), kSteps / 5, 1, 1000); }},
      {"websocket, 32 events a turn", kBatches * kBatch * kReaders, "delivery",
       [] { return fan_out(MemoryServer::websocket(), kBatches, kBatch); }},
      {"sse, one event a turn", kSteps * kReaders, "delivery", [] { return fan_out(MemoryServer::sse(), kSteps, 1); }},
      {"sse, 32 events a turn", kBatches * kBatch * kReaders, "delivery",
       [] { return fan_out(MemoryServer::sse(), kBatches, kBatch); }},
      {"long-poll, one event an answer", kRounds * kAsking, "delivery", long_poll},
      {"poll, nothing new", kRounds * kAsking, "answer", [] { return poll(0); }},
      {"poll, ten events", kRounds * kAsking, "answer", [] { return poll(10); }},
      {"an event that nobody wants", kSteps, "turn", unwanted},
      {"websocket, connecting", kReaders, "client", connect},
      {"emit", kEmits, "event", emit},
  };
  return kAll;
}

}  // namespace pushwire::bench
