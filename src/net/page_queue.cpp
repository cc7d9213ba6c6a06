#include "net/page_queue.hpp"

#include <algorithm>
#include <utility>

#include "net/hub.hpp"
#include "net/page_answer.hpp"

namespace pushwire::net {

PageQueue::PageQueue(std::shared_ptr<PageRouter> router, std::size_t workers, std::size_t waiting, session::Post post,
                     Mailbox& mailbox)
    : router_(std::move(router)), workers_(workers), most_(waiting), post_(std::move(post)), mailbox_(mailbox) {}

bool PageQueue::full() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() >= most_;
}

PageCallPtr PageQueue::make() {
  // The pipe is a part of the call: it must not keep it.
  auto self = std::make_shared<std::weak_ptr<PageCall>>();
  auto call = std::make_shared<PageCall>([self, &mailbox = mailbox_] {
    try {
      if (auto of = self->lock()) {
        mailbox.post([of = std::move(of)](Hub& hub) {
          PageAnswer* const answer = of->answer;
          if (answer != nullptr) hub.guard(answer->connection(), [&] { answer->pump(); });
        });
      }
    } catch (...) {  // no memory: the answer's deadline ends it
    }
  });
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

void PageQueue::run() noexcept {
  for (;;) {
    PageCallPtr call;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        --running_;
        return;
      }
      call = std::move(waiting_.front());
      waiting_.pop_front();
    }
    router_->serve(call->page, call->pipe);
  }
}

}  // namespace pushwire::net
