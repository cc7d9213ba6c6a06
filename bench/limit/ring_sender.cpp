#include <liburing.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "limit/sender.hpp"

namespace pushwire::bench::limit {
namespace {

constexpr unsigned kRingEntries = 256;

class RingSender final : public Sender {
 public:
  RingSender() {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    const int result = io_uring_queue_init_params(kRingEntries, &ring_, &parameters);
    if (result < 0) throw std::system_error(-result, std::generic_category(), "io_uring");
  }
  ~RingSender() override { io_uring_queue_exit(&ring_); }
  RingSender(const RingSender&) = delete;
  RingSender& operator=(const RingSender&) = delete;

  void send_to_all(const std::vector<int>& sockets, std::string_view bytes, std::vector<Unsent>& unsent) override {
    unsigned queued = 0;
    for (const int socket : sockets) {
      io_uring_sqe* const request = io_uring_get_sqe(&ring_);
      io_uring_prep_send(request, socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      request->user_data = static_cast<__u64>(socket);
      if (++queued == kRingEntries) {
        flush(queued, bytes.size(), unsent);
        queued = 0;
      }
    }
    if (queued > 0) flush(queued, bytes.size(), unsent);
  }

 private:
  void flush(unsigned queued, std::size_t size, std::vector<Unsent>& unsent) {
    const int submitted = io_uring_submit_and_wait(&ring_, queued);
    if (submitted < 0) throw std::system_error(-submitted, std::generic_category(), "io_uring");
    io_uring_cqe* completion = nullptr;
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_for_each_cqe(&ring_, head, completion) {
      const int result = completion->res;
      const std::size_t taken = result < 0 ? 0 : static_cast<std::size_t>(result);
      if (taken < size && (result >= 0 || result == -EAGAIN)) {
        unsent.push_back({static_cast<int>(completion->user_data), taken});
      }
      ++seen;
    }
    io_uring_cq_advance(&ring_, seen);
  }

  io_uring ring_{};
};

}  // namespace

std::unique_ptr<Sender> ring_sender() { return std::make_unique<RingSender>(); }

}  // namespace pushwire::bench::limit
