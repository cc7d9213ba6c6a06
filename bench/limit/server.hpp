// A server that does nothing but accept, open streams and broadcast, in one thread: what remains is the kernel's share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "limit/broadcast.hpp"
#include "limit/sender.hpp"
#include "limit/subscribers.hpp"
#include "pacing/delivery_count.hpp"
#include "pacing/pace.hpp"
#include "pacing/pacer.hpp"

namespace pushwire::bench::limit {

class Server {
 public:
  // Listens on the loopback address; port 0: any. Throws std::system_error.
  Server(std::uint16_t port, const Pace& pace, Sender& sender, std::size_t envelope = 0);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // Until a signal ends the program.
  [[noreturn]] void run();

 private:
  // Waits for sockets no longer than this, and sees to them.
  void turn(std::chrono::nanoseconds most);
  // Emits what is due, and says how long there is nothing to do.
  std::chrono::nanoseconds emit();
  void accept_all();
  void read(int socket);
  void close_socket(int socket);

  const Pace pace_;
  Pacer pacer_;
  DeliveryCount delivered_;
  Subscribers subscribers_;
  Broadcast broadcast_;
  std::unordered_map<int, std::string> heads_;  // of requests that are not complete
  int listener_ = -1;
  int epoll_ = -1;
};

}  // namespace pushwire::bench::limit
