// Requests for pages, from the reactor to a bounded number of workers. One peer has at most half of these, and of the places
// to wait for them, so that it cannot hold up the pages of all others by slow requests or slow reading; but at least one.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/request_reader.hpp"
#include "net/page_router.hpp"
#include "session/strand.hpp"

namespace pushwire::net {

class Mailbox;
class PageAnswer;

// One request and its answer, shared by the reactor and a worker.
struct PageCall {
  PageCall(std::function<void()> news, std::shared_ptr<PageMemory> memory) : pipe(std::move(news), std::move(memory)) {}

  std::unique_ptr<RequestReader> reader;  // holds what `page` has views of
  std::string peer;
  std::string counted_as;  // Proxies::counted_as of the peer
  PageRequest page;
  PagePipe pipe;
  PageAnswer* answer = nullptr;  // the reactor's: null once nobody waits for it any more
};
using PageCallPtr = std::shared_ptr<PageCall>;

class PageQueue : public std::enable_shared_from_this<PageQueue> {
 public:
  // `post`: where workers run; so many tasks at once as there are `page_workers`. `mailbox` lives as long as what is posted.
  PageQueue(std::shared_ptr<PageRouter> router, const Limits& limits, session::Post post, Mailbox& mailbox);

  PageRouter& router() const noexcept { return *router_; }

  // --- the reactor ---
  // Why a further call of a peer (Proxies::counted_as; empty: of nobody in particular) finds no room; empty: it does.
  std::string_view no_room(const std::string& counted_as) const;
  PageCallPtr make();
  void add(PageCallPtr call);
  // It never begins, unless it has.
  void remove(const PageCall& call) noexcept;

 private:
  void run() noexcept;
  // What the worker that has served `done` has to serve next; null: nothing.
  PageCallPtr next(const PageCallPtr& done) noexcept;

  const std::shared_ptr<PageRouter> router_;
  const std::size_t workers_;
  const std::size_t most_;
  const std::shared_ptr<PageMemory> memory_;  // calls may outlive the queue
  const session::Post post_;
  Mailbox& mailbox_;
  mutable std::mutex mutex_;
  std::deque<PageCallPtr> waiting_;
  std::vector<PageCallPtr> served_;  // now
  std::size_t running_ = 0;          // tasks that were posted and have not ended
};

}  // namespace pushwire::net
