// What becomes of polls and long-polls that come again word for word. Many clients that follow the same log ask with the
// same bytes from the same cursor, and until something happens get the same bytes, or wait for the same: neither is
// parsed, judged or written anew.
//
// Only what no client is known by may be kept: whoever offers an outcome vouches for that it depends on the request's
// bytes, the log's head and the second alone, and so on no right that somebody has.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "log/place.hpp"
#include "log/subscription.hpp"
#include "net/encoded_events.hpp"
#include "net/http/request_reader.hpp"
#include "pushwire/event.hpp"

namespace pushwire::net {

class Repeats {
 public:
  static constexpr std::size_t kRequestBytes = 2048;      // larger ones are not kept
  static constexpr std::size_t kAnswerBytes = 32 * 1024;  // likewise

  // What an answer is good for.
  struct Moment {
    Sequence head = 0;
    std::int64_t second = 0;  // its field Date
    friend bool operator==(const Moment& a, const Moment& b) noexcept {
      return a.head == b.head && a.second == b.second;
    }
  };
  // A request that waits: as whom, from where, how long.
  struct Hold {
    Format format;
    log::Place place;
    Sequence asked = 0;  // the client's cursor
    std::chrono::milliseconds wait{};
    bool http_1_0 = false;
    bool vary_origin = false;
  };
  // What is counted whenever an answer is given.
  struct Content {
    std::size_t events = 0;
    bool gap = false;
    bool reset = false;
  };
  struct Outcome {
    std::string request;
    log::SubscriptionPtr subscription;
    std::string answer;  // head and body
    Content content;
    std::optional<Hold> hold;                // instead of an answer
    std::unique_ptr<RequestReader> as_read;  // with `hold`: the request
  };

  // What became of the request that `bytes` begin with; null: none is known. Good while changes() stays what it is.
  const Outcome* find(std::string_view bytes, Moment now) const noexcept;
  std::uint64_t changes() const noexcept { return changes_; }

  // The outcome of the request of `asker`, a connection, that is being served may be kept, until keep() or forget().
  // Requests of other connections may be served within it.
  void offer(const void* asker, std::string_view head, std::string_view body, Content content,
             log::SubscriptionPtr subscription);
  void offer(const void* asker, Hold hold, log::SubscriptionPtr subscription);
  // What `asker` offered last is the outcome of `request`, all of its bytes. Takes `as_read` where it waits.
  void keep(const void* asker, std::string_view request, std::unique_ptr<RequestReader>& as_read, Moment now);
  void forget() noexcept { offered_by_ = nullptr; }
  // What clients may see has changed.
  void clear() noexcept;

 private:
  struct Entry {
    Moment moment;
    Outcome outcome;
  };
  std::array<Entry, 8> entries_;
  std::size_t next_ = 0;
  std::uint64_t changes_ = 0;
  Outcome offer_;
  const void* offered_by_ = nullptr;  // null: nothing is offered
};

}  // namespace pushwire::net
