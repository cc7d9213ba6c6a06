// Requests for pages, from the reactor to a bounded number of workers.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "net/http/request_reader.hpp"
#include "net/page_router.hpp"
#include "session/strand.hpp"

namespace pushwire::net {

class Mailbox;
class PageAnswer;

// One request and its answer, shared by the reactor and a worker.
struct PageCall {
  explicit PageCall(std::function<void()> news) : pipe(std::move(news)) {}

  std::unique_ptr<RequestReader> reader;  // holds what `page` has views of
  std::string peer;
  PageRequest page;
  PagePipe pipe;
  PageAnswer* answer = nullptr;  // the reactor's: null once nobody waits for it any more
};
using PageCallPtr = std::shared_ptr<PageCall>;

class PageQueue : public std::enable_shared_from_this<PageQueue> {
 public:
  // `waiting`: calls that may wait for a worker. `post`: where workers run; so many tasks at once as `workers` says.
  // `mailbox` lives as long as what is posted.
  PageQueue(std::shared_ptr<PageRouter> router, std::size_t workers, std::size_t waiting, session::Post post,
            Mailbox& mailbox);

  PageRouter& router() const noexcept { return *router_; }

  // --- the reactor ---
  bool full() const;
  PageCallPtr make();
  void add(PageCallPtr call);
  // It never begins, unless it has.
  void remove(const PageCall& call) noexcept;

 private:
  void run() noexcept;

  const std::shared_ptr<PageRouter> router_;
  const std::size_t workers_;
  const std::size_t most_;
  const session::Post post_;
  Mailbox& mailbox_;
  mutable std::mutex mutex_;
  std::deque<PageCallPtr> waiting_;
  std::size_t running_ = 0;  // tasks that were posted and have not ended
};

}  // namespace pushwire::net
