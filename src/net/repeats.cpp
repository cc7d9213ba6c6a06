#include "net/repeats.hpp"

#include <utility>

namespace pushwire::net {

// A request ends by its own bytes: what begins with them is it, whatever follows.
const Repeats::Outcome* Repeats::find(std::string_view bytes, Moment now) const noexcept {
  for (const Entry& entry : entries_) {
    if (!(entry.moment == now)) continue;
    const std::string& request = entry.outcome.request;
    if (!request.empty() && bytes.substr(0, request.size()) == request) return &entry.outcome;
  }
  return nullptr;
}

void Repeats::offer(const void* asker, std::string_view head, std::string_view body, Content content,
                    log::SubscriptionPtr subscription) {
  forget();
  if (head.size() + body.size() > kAnswerBytes) return;
  offer_.answer.assign(head).append(body);
  offer_.content = content;
  offer_.subscription = std::move(subscription);
  offer_.hold.reset();
  offered_by_ = asker;
}

void Repeats::offer(const void* asker, Hold hold, log::SubscriptionPtr subscription) {
  offer_.answer.clear();
  offer_.content = {};
  offer_.subscription = std::move(subscription);
  offer_.hold = std::move(hold);
  offered_by_ = asker;
}

void Repeats::keep(const void* asker, std::string_view request, std::unique_ptr<RequestReader>& as_read, Moment now) {
  if (std::exchange(offered_by_, nullptr) != asker || request.size() > kRequestBytes) return;
  ++changes_;
  Entry& entry = entries_[next_];
  next_ = (next_ + 1) % entries_.size();
  offer_.request.assign(request);
  if (offer_.hold) offer_.as_read = std::move(as_read);
  entry.moment = now;
  std::swap(entry.outcome, offer_);
  offer_.as_read.reset();
}

void Repeats::clear() noexcept {
  ++changes_;
  for (Entry& entry : entries_) entry = {};
}

}  // namespace pushwire::net
