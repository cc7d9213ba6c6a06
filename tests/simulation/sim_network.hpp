// A network in memory: wires for the server, sockets for model clients, and what lies between, moved on piece by piece
// by whoever drives it. Everything that a TCP peer may do to a server can be done to these.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/wire.hpp"
#include "simulation/random.hpp"
#include "simulation/sim_clock.hpp"

namespace pushwire::simulation {

class SimWire;

// One TCP connection. The client's end is used through it; the server's end is the SimWire.
class Link {
 public:
  // --- the client's end ---
  void send(std::string_view bytes);
  void half_close();  // FIN: it will send no more
  void close();       // sends what is unsent and FIN; whatever still comes is answered by a reset
  void reset();
  void vanish();  // neither FIN nor anything else: the peer is gone, the server is not told
  bool readable() const noexcept { return !down_.arrived.empty() || ended(); }
  bool ended() const noexcept { return down_.arrived.empty() && (down_.end_arrived || reset_at_client_); }
  // The server keeps it open, and all that it has said has been heard.
  bool level() const noexcept {
    return wire_ != nullptr && !server_closed_ && !down_.end && down_.sent.empty() && down_.arrived.empty();
  }
  bool left() const noexcept { return client_closed_ || vanished_; }
  std::string take(std::size_t most);

 private:
  friend class SimNetwork;
  friend class SimWire;

  struct Direction {
    std::string sent;            // in the sender's socket or on the way
    std::string arrived;         // in the receiver's socket
    std::size_t window = 65536;  // of `arrived`
    bool end = false;            // FIN behind `sent`
    bool end_arrived = false;
    Steady not_before{};  // when the next piece may arrive
    bool moves(Steady now) const noexcept {
      return not_before <= now && (sent.empty() ? end && !end_arrived : arrived.size() < window);
    }
  };

  Direction up_;                          // to the server
  Direction down_;                        // to the client
  std::size_t send_buffer_ = 65536;       // of the server's socket: bounds down_.sent
  std::optional<Steady> unacknowledged_;  // since when a peer that vanished owes an acknowledgement
  SimWire* wire_ = nullptr;               // null once the server has destroyed it
  bool client_closed_ = false;
  bool vanished_ = false;
  bool server_closed_ = false;
  bool reset_at_server_ = false;
  bool reset_at_client_ = false;
  bool await_readable_ = false;
  bool await_writable_ = false;
};

struct NetworkSettings {
  std::size_t most_send_buffer = 65536;
  std::size_t most_window = 65536;
  std::size_t most_delay_us = 20'000;
  bool whole = false;  // writes, reads and deliveries take all that there is room for
};

class SimNetwork {
 public:
  static constexpr std::size_t kEased = 8192;
  static constexpr std::chrono::seconds kUserTimeout{60};  // an unacknowledged peer is reset by the kernel

  SimNetwork(Random& random, const SimClock& clock, NetworkSettings settings)
      : random_(random), clock_(clock), settings_(settings) {}

  // The server's end of the new link comes out of `accept`, as a task of its own.
  std::shared_ptr<Link> connect();

  struct Task {
    enum class Kind { accept, up, down, readable, writable, time_out };
    Kind kind;
    Link* link;
  };
  // Adds what could happen now; run() does one of these.
  void collect(std::vector<Task>& tasks) const;
  void run(const Task& task, const std::function<void(std::shared_ptr<net::Wire>)>& accept);
  // When something more could happen by itself; nullopt: never.
  std::optional<Steady> next_time() const;
  // No more tiny buffers, so that what is to come comes in a bounded number of steps.
  void ease();
  // Forgets links that both ends have left.
  void sweep();
  // The most bytes that the server has had waiting for any socket.
  std::size_t most_unsent() const noexcept { return most_unsent_; }

  // Called in the middle of the server's reads and writes: what other threads do at that moment.
  std::function<void()> meanwhile;

 private:
  friend class SimWire;
  std::size_t some(std::size_t most);
  Steady soon();
  void move_up(Link& link);
  void move_down(Link& link);

  Random& random_;
  const SimClock& clock_;
  NetworkSettings settings_;
  std::vector<std::shared_ptr<Link>> links_;
  std::vector<std::shared_ptr<Link>> unaccepted_;
  std::size_t most_unsent_ = 0;
  bool eased_ = false;
};

class SimWire final : public net::Wire {
 public:
  SimWire(SimNetwork& network, std::shared_ptr<Link> link) : network_(network), link_(std::move(link)) {
    link_->wire_ = this;
  }
  ~SimWire() override;

  Moved read(char* into, std::size_t capacity) noexcept override;
  Moved write(const net::Chunk* chunks, std::size_t count) noexcept override;
  void await_readable() override { link_->await_readable_ = true; }
  void await_writable() override { link_->await_writable_ = true; }
  void finish() noexcept override { link_->down_.end = true; }
  void close() noexcept override;
  std::string local_address() const override { return "127.0.0.1"; }

 private:
  friend class SimNetwork;
  SimNetwork& network_;
  std::shared_ptr<Link> link_;
};

}  // namespace pushwire::simulation
