// A page's answer on its way from the worker that makes it to the reactor that sends it: bounded, so that no client costs
// memory. A worker waits for a slow client, unless it has all the rest in hand and there is PageMemory for that.
//
// Threads: one worker writes, the reactor takes; the reactor never waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/export.hpp"

namespace pushwire::net {

// What a page says of its answer. Fields hold neither framing nor control characters: whoever writes them sees to it.
struct PageHead {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::optional<std::uint64_t> length;  // of the body; for HEAD, as GET would have it
};

// So many bytes may lie in all pipes, and behind them, beside what each of them holds anyway. Threads: any.
class PageMemory {
 public:
  explicit PageMemory(std::size_t bytes) noexcept : free_(bytes) {}
  bool take(std::size_t bytes) noexcept {
    std::size_t free = free_.load();
    while (free >= bytes) {
      if (free_.compare_exchange_weak(free, free - bytes)) return true;
    }
    return false;
  }
  void give_back(std::size_t bytes) noexcept { free_ += bytes; }

 private:
  std::atomic<std::size_t> free_;
};

class PUSHWIRE_API PagePipe {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;  // that wait in it

  struct Taken {
    std::optional<PageHead> head;  // the first time that there is one
    std::string bytes;             // of the body
    bool ended = false;
    bool whole = false;  // ended, and nothing is missing
  };

  // `news`: called by the worker when there is something to take; must not throw. `memory`: null for none.
  explicit PagePipe(std::function<void()> news, std::shared_ptr<PageMemory> memory = nullptr);
  PagePipe(const PagePipe&) = delete;
  PagePipe& operator=(const PagePipe&) = delete;
  ~PagePipe();

  // --- the worker; false: nobody wants the answer any more ---
  bool begin(PageHead head);
  // Waits while the pipe is full. `last`: nothing is to follow; then it waits for nobody while there is memory, which is
  // given back when the pipe ends.
  bool write(std::string_view bytes, bool last = false);
  void end(bool whole);
  bool wanted() const;

  // --- the reactor ---
  Taken take();
  // Nothing more will be taken: a worker that waits goes on at once.
  void abandon() noexcept;

 private:
  void tell(std::unique_lock<std::mutex>& lock);

  const std::function<void()> news_;
  const std::shared_ptr<PageMemory> memory_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::optional<PageHead> head_;
  std::string bytes_;
  std::size_t lent_ = 0;  // by `memory_`
  bool ended_ = false;
  bool whole_ = false;
  bool wanted_ = true;
  bool told_ = false;  // since the reactor has last looked
};

}  // namespace pushwire::net
