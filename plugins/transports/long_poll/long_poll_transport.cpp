#include "long_poll_transport.hpp"

#include "pushwire/json_answer.hpp"

namespace pushwire {
namespace {

class LongPollTransport final : public JsonAnswerTransport {
 public:
  LongPollTransport() noexcept : JsonAnswerTransport(Delivery::held) {}
  std::string_view name() const noexcept override { return "long-poll"; }
};

}  // namespace

std::unique_ptr<Transport> make_long_poll_transport(const Limits&) { return std::make_unique<LongPollTransport>(); }

}  // namespace pushwire
