#include "poll_transport.hpp"

#include "pushwire/json_answer.hpp"

namespace pushwire {
namespace {

class PollTransport final : public JsonAnswerTransport {
 public:
  PollTransport() noexcept : JsonAnswerTransport(Delivery::immediate) {}
  std::string_view name() const noexcept override { return "poll"; }
};

}  // namespace

std::unique_ptr<Transport> make_poll_transport(const Limits&) { return std::make_unique<PollTransport>(); }

}  // namespace pushwire
