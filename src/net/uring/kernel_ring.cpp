#include <liburing.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "net/uring/send_ring.hpp"

namespace pushwire::net {

namespace {

constexpr unsigned kEntries = 256;
constexpr int kMostTries = 100;  // with a kernel that is out of memory

class KernelRing final : public SendRing {
 public:
  ~KernelRing() override {
    if (open_) io_uring_queue_exit(&ring_);
  }

  bool open() noexcept {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_COOP_TASKRUN;  // since Linux 5.19
    open_ = io_uring_queue_init_params(kEntries, &ring_, &parameters) >= 0;
    return open_;
  }

  bool send_to_all(const std::vector<int>& sockets, std::string_view bytes, std::vector<std::size_t>& sent) override {
    sent.assign(sockets.size(), 0);
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (sockets[i] < 0) continue;
      io_uring_sqe* const request = io_uring_get_sqe(&ring_);
      io_uring_prep_send(request, sockets[i], bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      request->user_data = i;
      queued_[count_++] = i;
      if (count_ == kEntries && !flush(sent)) return false;
    }
    return count_ == 0 || flush(sent);
  }

 private:
  bool flush(std::vector<std::size_t>& sent) {
    for (unsigned i = 0; i < count_; ++i) sent[queued_[i]] = kUnknown;
    unsigned done = 0;
    for (int tries = 0; done < count_ && tries < kMostTries; ++tries) {
      const int result = io_uring_submit_and_wait(&ring_, count_ - done);
      done += reap(sent);
      if (result < 0 && result != -EINTR && result != -EAGAIN && result != -EBUSY) break;
    }
    // Requests go in order: those that the kernel has not taken are the last.
    for (unsigned left = io_uring_sq_ready(&ring_); left > 0; --left) sent[queued_[count_ - left]] = 0;
    return std::exchange(count_, 0) == done;
  }

  unsigned reap(std::vector<std::size_t>& sent) {
    io_uring_cqe* completion = nullptr;
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_for_each_cqe(&ring_, head, completion) {
      sent[completion->user_data] = completion->res < 0 ? 0 : static_cast<std::size_t>(completion->res);
      ++seen;
    }
    io_uring_cq_advance(&ring_, seen);
    return seen;
  }

  bool open_ = false;
  io_uring ring_{};
  std::array<std::size_t, kEntries> queued_{};  // places of what is in the ring
  unsigned count_ = 0;
};

}  // namespace

std::unique_ptr<SendRing> SendRing::open() {
  auto ring = std::make_unique<KernelRing>();
  if (!ring->open()) return nullptr;
  return ring;
}

}  // namespace pushwire::net
