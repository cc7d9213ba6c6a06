// A reader that gives one answer and is over: poll, at once, and long-poll, when there is something or its time is up.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "net/answers.hpp"
#include "net/http/response_head.hpp"
#include "net/reader.hpp"

namespace pushwire::net {

class Answering final : public Reader {
 public:
  // What most answers do not need: held clients pay for it with memory.
  struct Extras {
    std::string cors_origin;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string named;  // the place as it was asked for: part of the ETag
    std::string if_none_match;
  };
  struct Terms {
    std::unique_ptr<Extras> extras;  // null: none
    Sequence asked = 0;              // the client's cursor
    Steady until{};                  // it may wait so long; in the past: not at all
    bool with_etag = false;
    bool head_only = false;
    bool keep_alive = true;
    bool http_1_0 = false;
    bool vary_origin = false;
    bool for_anybody = false;  // it depends on the request's bytes, the log's head and the second alone
  };

  using Reader::Reader;

  // Answers or waits. The exchange may be over when it returns.
  void begin(Terms terms);
  void wake() override;
  void nudge() override;
  void rights_changed() override;
  void time_up();
  // The next part of an answer too large for one.
  void pump() override;
  Steady until() const noexcept { return terms_.until; }

 private:
  const Rendered& read();
  void give(const Rendered& answer);
  ResponseHead head(int status) const;

  Terms terms_;
  bool any_item_ = false;
  bool in_parts_ = false;
};

}  // namespace pushwire::net
