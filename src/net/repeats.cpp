#include "net/repeats.hpp"

#include <utility>

namespace pushwire::net {

// A request ends by its own bytes: what begins with them is it, whatever follows.
const Repeats::Answer* Repeats::find(std::string_view bytes, Moment now) const noexcept {
  for (const Entry& entry : entries_) {
    const std::string& request = entry.answer.request;
    if (!request.empty() && bytes.substr(0, request.size()) == request && entry.moment == now) return &entry.answer;
  }
  return nullptr;
}

void Repeats::offer(std::string_view head, std::string_view body, std::size_t events,
                    log::SubscriptionPtr subscription) {
  offered_ = head.size() + body.size() <= kAnswerBytes;
  if (!offered_) return;
  offer_.bytes.assign(head).append(body);
  offer_.events = events;
  offer_.subscription = std::move(subscription);
}

void Repeats::keep(std::string_view request, Moment now) {
  if (!std::exchange(offered_, false) || request.size() > kRequestBytes) return;
  Entry& entry = entries_[next_];
  next_ = (next_ + 1) % entries_.size();
  offer_.request.assign(request);
  entry.moment = now;
  std::swap(entry.answer, offer_);
}

}  // namespace pushwire::net
