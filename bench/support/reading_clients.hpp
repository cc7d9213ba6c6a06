// Real clients of a server on 127.0.0.1 that only read: sockets, and one thread for all of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace pushwire::bench {

class ReadingClients {
 public:
  // Connects so many, sends each `request`, and waits until all have been answered. Throws std::runtime_error.
  ReadingClients(std::uint16_t port, const std::string& request, std::size_t count);
  ~ReadingClients();
  ReadingClients(const ReadingClients&) = delete;
  ReadingClients& operator=(const ReadingClients&) = delete;

  std::uint64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  void open(std::uint16_t port, const std::string& request);
  void await_answer(int socket);
  void read_on() noexcept;

  std::vector<int> sockets_;
  int epoll_ = -1;
  int end_ = -1;  // readable when the thread is to end
  std::atomic<std::uint64_t> bytes_{0};
  std::thread thread_;
};

}  // namespace pushwire::bench
