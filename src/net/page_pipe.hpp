// A page's answer on its way from the worker that makes it to the reactor that sends it: bounded, so that a worker waits
// for a slow client and no client costs memory.
//
// Threads: one worker writes, the reactor takes; the reactor never waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
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

class PUSHWIRE_API PagePipe {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;  // that wait in it

  struct Taken {
    std::optional<PageHead> head;  // the first time that there is one
    std::string bytes;             // of the body
    bool ended = false;
    bool whole = false;  // ended, and nothing is missing
  };

  // `news`: called by the worker when there is something to take; must not throw.
  explicit PagePipe(std::function<void()> news);
  PagePipe(const PagePipe&) = delete;
  PagePipe& operator=(const PagePipe&) = delete;
  ~PagePipe();

  // --- the worker; false: nobody wants the answer any more ---
  bool begin(PageHead head);
  // Waits while the pipe is full.
  bool write(std::string_view bytes);
  void end(bool whole);
  bool wanted() const;

  // --- the reactor ---
  Taken take();
  // Nothing more will be taken: a worker that waits goes on at once.
  void abandon() noexcept;

 private:
  void tell(std::unique_lock<std::mutex>& lock);

  const std::function<void()> news_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::optional<PageHead> head_;
  std::string bytes_;
  bool ended_ = false;
  bool whole_ = false;
  bool wanted_ = true;
  bool told_ = false;  // since the reactor has last looked
};

}  // namespace pushwire::net
