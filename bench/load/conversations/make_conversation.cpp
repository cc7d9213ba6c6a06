#include "load/conversations/conversation.hpp"
#include "load/conversations/event_stream_conversation.hpp"
#include "load/conversations/poll_conversation.hpp"
#include "load/conversations/websocket_conversation.hpp"

namespace pushwire::bench::load {

std::unique_ptr<Conversation> make_conversation(const Options& options, bool timed, Deliveries& deliveries,
                                                Answers& answers) {
  switch (options.transport) {
    case Transport::websocket: return std::make_unique<WebSocketConversation>(options, timed, deliveries);
    case Transport::sse: return std::make_unique<EventStreamConversation>(options, timed, deliveries);
    default: return std::make_unique<PollConversation>(options, timed, deliveries, answers);
  }
}

}  // namespace pushwire::bench::load
