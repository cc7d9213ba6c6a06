// A TlsWire between a client and an inner wire that the test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/tls/self_signed.hpp"
#include "net/tls/tls_wire.hpp"
#include "support/tls_client.hpp"

namespace pushwire::net {

// Gives `at_once` bytes of `incoming` at most, and takes `room` bytes more.
class HandWire final : public Wire {
 public:
  Moved read(char* into, std::size_t capacity) noexcept override {
    const std::size_t size = std::min({capacity, incoming.size(), at_once});
    if (size == 0) return {gone ? State::ended : State::would_block, 0};
    std::copy_n(incoming.begin(), size, into);
    incoming.erase(0, size);
    at_once -= size;
    taken += size;
    return {State::ok, size};
  }
  Moved write(const Chunk* chunks, std::size_t count) noexcept override {
    if (broken) return {State::ended, 0};
    std::size_t moved = 0;
    for (std::size_t i = 0; i < count && room > 0; ++i) {
      const std::size_t step = std::min(room, chunks[i].size);
      outgoing.append(chunks[i].data, step);
      room -= step;
      moved += step;
    }
    ++writes;
    return {moved > 0 ? State::ok : State::would_block, moved};
  }
  void await_readable() override { awaits_read = true; }
  void await_writable() override { awaits_write = true; }
  void finish() noexcept override { finished = true; }
  void close() noexcept override { closed = true, observer_ = nullptr; }
  std::string local_address() const override { return "192.0.2.1"; }
  std::string peer_address() const override { return "192.0.2.2"; }
  std::uint16_t peer_port() const override { return 4711; }

  // As an event loop does, with what is awaited; whether there was something to tell.
  bool tell() {
    bool told = false;
    if (awaits_read && (!incoming.empty() || gone) && at_once > 0) {
      awaits_read = false, told = true;
      if (observer_ != nullptr) observer_->on_readable();
    }
    if (awaits_write && (room > 0 || broken)) {
      awaits_write = false, told = true;
      if (observer_ != nullptr) observer_->on_writable();
    }
    return told;
  }

  std::string incoming, outgoing;
  std::size_t at_once = SIZE_MAX, room = SIZE_MAX, taken = 0, writes = 0;
  bool gone = false, broken = false, awaits_read = false, awaits_write = false, finished = false, closed = false;
};

inline const std::shared_ptr<const TlsContext>& test_context() {
  static const std::shared_ptr<const TlsContext> context = [] {
    const SelfSigned made = make_self_signed({"localhost"}, std::time(nullptr));
    return std::make_shared<const TlsContext>(PemCertificate{made.certificate, made.key, "certificate", "key"});
  }();
  return context;
}

class TlsWireTest : public testing::Test, protected Wire::Observer {
 protected:
  TlsWireTest() { begin(); }

  // Whatever is called on the wire is called in here: then it must not call back.
  template <class Call>
  auto call(Call act) {
    ++calls;
    struct Leave {
      int& calls;
      ~Leave() { --calls; }
    } leave{calls};
    return act();
  }

  void begin(const TlsClient::Config& config = {}) {
    client = std::make_unique<TlsClient>(config);
    tasks.clear();
    heard.clear();
    ended = false;
    inner = std::make_shared<HandWire>();
    wire = std::make_shared<TlsWire>(test_context(), inner, later);
    wire->observe(this);
    call([&] { wire->await_readable(); });
  }
  void on_readable() override {
    EXPECT_EQ(calls, 0) << "called back from inside a call";
    ++readable;
    if (!reads) return;
    char bytes[4096];
    const Wire::Moved moved = call([&] { return wire->read(bytes, capacity); });
    if (moved.state == Wire::State::ok) heard.append(bytes, moved.bytes);
    ended = moved.state == Wire::State::ended;
    if (!ended) call([&] { wire->await_readable(); });
  }
  void on_writable() override {
    EXPECT_EQ(calls, 0) << "called back from inside a call";
    ++writable;
    send_on();
  }

  // As a Connection does: what is not moved is sent later, from there.
  void send(std::string bytes) {
    to_send += std::move(bytes);
    send_on();
  }
  void send_on() {
    if (to_send.empty()) return;
    const Chunk chunk{to_send.data(), to_send.size()};
    const Wire::Moved moved = call([&] { return wire->write(&chunk, 1); });
    if (moved.state == Wire::State::ok) {
      to_send.erase(0, moved.bytes);
      sent += moved.bytes;
    }
    if (!to_send.empty() && moved.state != Wire::State::ended) call([&] { wire->await_writable(); });
  }

  bool run_task() {
    if (tasks.empty()) return false;
    const auto task = std::move(tasks.front());
    tasks.pop_front();
    ++tasks_run;
    task();
    return true;
  }
  // All that is to be told and done; whether there was something.
  bool settle() {
    bool any = false;
    while (run_task() || inner->tell()) any = true;
    return any;
  }
  // Moves bytes both ways, `piece` at a time, until nothing moves.
  void exchange(std::size_t piece = SIZE_MAX) {
    for (bool moved = true; moved;) {
      if (!client_failed) {
        try {
          client->shake_hands();
          received += client->read();
        } catch (const std::runtime_error& error) {
          client_failed = true;
          failure = error.what();
        }
      }
      inner->incoming += client->take();
      inner->at_once = piece;
      inner->room = piece;
      moved = settle();
      inner->at_once = SIZE_MAX;
      if (!inner->outgoing.empty()) {
        client->feed(inner->outgoing);
        inner->outgoing.clear();
        moved = true;
      }
    }
    inner->room = SIZE_MAX;
  }

  std::deque<std::function<void()>> tasks;
  Tls::Later later = [this](std::function<void()> task) { tasks.push_back(std::move(task)); };
  std::unique_ptr<TlsClient> client;
  std::shared_ptr<HandWire> inner;
  std::shared_ptr<TlsWire> wire;
  std::string heard, received, to_send, failure;
  std::size_t capacity = 4096, sent = 0, tasks_run = 0;
  int calls = 0, readable = 0, writable = 0;
  bool reads = true, ended = false, client_failed = false;
};

}  // namespace pushwire::net
