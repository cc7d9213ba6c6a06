#include "net/page_queue.hpp"

#include <algorithm>
#include <utility>

#include "net/hub.hpp"
#include "net/page_answer.hpp"

namespace pushwire::net {

namespace {

constexpr std::size_t share(std::size_t all) noexcept { return std::max<std::size_t>(1, all / 2); }

// Whether that peer has its share of `all`.
template <class Calls>
bool at_share(const Calls& calls, const std::string& counted_as, std::size_t all) noexcept {
  if (counted_as.empty()) return false;
  const auto own = std::count_if(calls.begin(), calls.end(),
                                 [&](const PageCallPtr& call) { return call->counted_as == counted_as; });
  return static_cast<std::size_t>(own) >= share(all);
}

}  // namespace

PageQueue::PageQueue(std::shared_ptr<PageRouter> router, const Limits& limits, session::Post post, Mailbox& mailbox)
    : router_(std::move(router)),
      workers_(limits.page_workers),
      most_(limits.page_queue),
      memory_(std::make_shared<PageMemory>(limits.page_bytes)),
      post_(std::move(post)),
      mailbox_(mailbox) {
  served_.reserve(workers_);
}

std::string_view PageQueue::no_room(const std::string& counted_as) const {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= most_) return "more requests for pages than this server has workers for";
  if (at_share(waiting_, counted_as, most_)) return "more requests for pages than this server takes from one address";
  return {};
}

PageCallPtr PageQueue::make() {
  // The pipe is a part of the call: it must not keep it.
  auto self = std::make_shared<std::weak_ptr<PageCall>>();
  auto call = std::make_shared<PageCall>(
      [self, &mailbox = mailbox_] {
        try {
          if (auto of = self->lock()) {
            mailbox.post([of = std::move(of)](Hub& hub) {
              PageAnswer* const answer = of->answer;
              if (answer != nullptr) hub.guard(answer->connection(), [&] { answer->pump(); });
            });
          }
        } catch (...) {  // no memory: the answer's deadline ends it
        }
      },
      memory_);
  *self = call;
  return call;
}

void PageQueue::add(PageCallPtr call) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(call));
    if (running_ >= workers_) return;
    ++running_;
  }
  try {
    post_([self = shared_from_this()] { self->run(); });
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --running_;
    if (running_ > 0) return;  // those that there are do it all
    waiting_.pop_back();
    throw;
  }
}

void PageQueue::remove(const PageCall& call) noexcept {
  PageCallPtr gone;  // what it holds goes behind the lock
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const PageCallPtr& other) { return other.get() == &call; });
  if (found == waiting_.end()) return;
  gone = std::move(*found);
  waiting_.erase(found);
}

PageCallPtr PageQueue::next(const PageCallPtr& done) noexcept {
  const std::lock_guard lock(mutex_);
  if (done) served_.erase(std::find(served_.begin(), served_.end(), done));
  // Whom its share holds up waits for one of its own: the worker of that one comes here again.
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const PageCallPtr& call) {
    return !at_share(served_, call->counted_as, workers_);
  });
  if (found == waiting_.end()) {
    --running_;
    return nullptr;
  }
  PageCallPtr call = std::move(*found);
  waiting_.erase(found);
  served_.push_back(call);
  return call;
}

void PageQueue::run() noexcept {
  PageCallPtr call;
  while ((call = next(call))) router_->serve(call->page, call->pipe);
}

}  // namespace pushwire::net
