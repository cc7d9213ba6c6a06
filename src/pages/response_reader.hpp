// Reads the answer that cpp-httplib writes, and hands over what it says: a head without framing, and the body's bytes.
// The core frames it anew, so that nothing a handler does can make two answers of one.
//
// Strict: what is no HTTP/1.1 answer of the final kind is a fault, and the client gets 500.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/page_pipe.hpp"

namespace pushwire::pages {

class ResponseReader {
 public:
  static constexpr std::size_t kHeadBytes = 64 * 1024;
  static constexpr std::size_t kFields = 200;

  struct Question {
    bool head_only = false;
    bool in_parts = true;  // a GET or HEAD: no other method knows ranges
    std::string range;     // of a GET; empty: none
    std::optional<std::string> if_range;
  };

  ResponseReader(Question question, net::PagePipe& pipe);

  // False: no more is wanted. May wait for the client.
  bool feed(std::string_view bytes);
  // Nothing more comes. `good`: whoever wrote has not given up.
  void end(bool good);
  // False: what is written leads nowhere.
  bool wanted() const { return place_ != Place::over && pipe_.wanted(); }
  // What was wrong with the answer; empty: nothing, or it has not ended.
  const std::string& fault() const noexcept { return fault_; }

 private:
  enum class Place : std::uint8_t { head, length, until_end, chunk_size, chunk, chunk_end, trailers, over };

  std::size_t take_head(std::string_view bytes);
  void end_head();
  bool read_fields(std::string_view lines, net::PageHead& head, std::optional<std::uint64_t>& length, bool& chunked);
  void cut(net::PageHead& head);
  bool give(std::string_view bytes, bool last = false);
  std::size_t take_line(std::string_view bytes);
  void end_line();
  void fail(std::string what);

  const Question question_;
  net::PagePipe& pipe_;
  Place place_ = Place::head;
  std::string line_;                   // the head, or a line between chunks, so far
  std::uint64_t left_ = 0;             // of the body, or of the chunk
  std::uint64_t skip_ = 0;             // before the range
  std::optional<std::uint64_t> give_;  // of the range
  bool begun_ = false;
  bool whole_ = false;
  std::string fault_;
};

}  // namespace pushwire::pages
