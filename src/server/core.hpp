// What a server and its event handles share: it lives as long as the last of them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "log/event_log.hpp"
#include "log/watchers.hpp"
#include "net/clock.hpp"
#include "net/waker.hpp"
#include "server/callback_thread.hpp"

namespace pushwire {

struct Core {
  Core(const Epoch& epoch, const log::LogLimits& limits, const LogCallback& log_callback)
      : log(epoch, limits), callbacks(std::make_unique<CallbackThread>(log_callback)) {}

  net::SystemClock clock;
  log::EventLog log;
  log::Watchers watchers;
  net::Waker waker;
  std::atomic<bool> detached{false};  // the server is gone

  std::mutex callbacks_mutex;
  std::unique_ptr<CallbackThread> callbacks;  // null once the server is gone
  std::unordered_map<log::TypeId, std::shared_ptr<std::function<void(bool)>>> on_watch;

  // Tells the type's callback, on the callback thread, what the type's watched() became.
  void tell_watched(log::TypeId type, bool watched);
};

namespace detail {

struct Channel {
  std::shared_ptr<Core> core;
  log::TypeId type = 0;
};

}  // namespace detail
}  // namespace pushwire
