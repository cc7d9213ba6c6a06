// Answers to polls that come again word for word. Many clients that follow the same log ask with the same bytes from the
// same cursor, and until something happens get the same bytes: neither is parsed or written anew.
//
// Only what no client is known by may be kept: whoever offers an answer vouches for that it depends on the request's
// bytes, the log's head and the second alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "log/subscription.hpp"
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
  struct Answer {
    std::string request;
    std::string bytes;  // head and body
    std::size_t events = 0;
    log::SubscriptionPtr subscription;
  };

  // The answer to the request that `bytes` begin with; null: none is known. Good until the next call of any function.
  const Answer* find(std::string_view bytes, Moment now) const noexcept;

  // The answer that is being given may be kept, until keep() or forget().
  void offer(std::string_view head, std::string_view body, std::size_t events, log::SubscriptionPtr subscription);
  // What was offered is the answer to `request`, all of its bytes.
  void keep(std::string_view request, Moment now);
  void forget() noexcept { offered_ = false; }

 private:
  struct Entry {
    Moment moment;
    Answer answer;
  };
  std::array<Entry, 8> entries_;
  std::size_t next_ = 0;
  Answer offer_;
  bool offered_ = false;
};

}  // namespace pushwire::net
