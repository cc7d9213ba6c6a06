// Frames one request at a time from the bytes of a connection, cut anywhere.
//
// Strict by intent: a request that another reader, such as a proxy before us, could see in another way is refused, and
// then nothing more of the connection is read. llhttp reads the heads; what it leaves open is judged before
// (FieldSection, the request line) and behind it (RequestFraming, the target). Bodies are not left to it, see
// ChunkedBody. The same bytes give the same requests and the same fault however they are cut.
//
// What one reader holds is bounded by Limits: a head, its fields and a body; the bodies of several, by a BodyBudget.
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/http/body_budget.hpp"
#include "net/http/chunked_body.hpp"
#include "net/http/fault.hpp"
#include "net/http/field_section.hpp"
#include "net/http/request_framing.hpp"
#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

class RequestReader {
 public:
  enum class State : std::uint8_t {
    idle,  // no byte of a request yet; empty lines before it (RFC 9112 section 2.2) do not count
    head,
    body,  // the head is whole and good
    complete,
    failed,  // the connection is of no more use
  };

  // `bodies`: null: this one's is counted by nobody.
  explicit RequestReader(const Limits& limits, std::shared_ptr<BodyBudget> bodies = nullptr);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes bytes up to the end of one request and answers how many: what comes behind it (the next request, or the
  // other protocol after an upgrade) stays with the caller. Takes none when complete or failed.
  std::size_t feed(const char* bytes, std::size_t size);

  State state() const noexcept { return state_; }
  // Nothing was taken since reset(), not even part of an empty line.
  bool untouched() const noexcept { return state_ == State::idle && place_ == Place::before && empty_lines_ == 0; }

  // The head from `body` on, `request().body` when `complete`. Its views are into this reader, good until reset().
  const Request& request() const noexcept { return request_; }

  // From `body` on. Whether another request may follow (RFC 9112 section 9.3).
  bool keep_alive() const noexcept { return state_ != State::failed && framing_.keep_alive; }
  // From `body` on. The client asks for another protocol, has no body, and speaks HTTP/1.1.
  bool upgrade() const noexcept { return state_ != State::failed && framing_.upgrade; }
  // The client awaits a 100 (Continue) before it sends the body, and none of the body has come. To be answered once.
  bool expects_continue() const noexcept { return state_ == State::body && framing_.expects_continue && !body_begun_; }

  // When `failed`.
  const Fault& fault() const noexcept { return fault_; }

  // Ready for the next request. Keeps buffers of up to 64 KiB.
  void reset();

 private:
  enum class Place : std::uint8_t { before, before_lf, method, target, version, line_lf, fields };

  std::size_t feed_before(char c);
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_line(std::string_view bytes);
  std::size_t line_run(std::string_view bytes);
  bool end_part(char c);
  void refuse_line(char c);
  void end_line();
  std::size_t feed_fields(std::string_view bytes);
  void end_head();
  std::size_t feed_body(std::string_view bytes);
  void end_body();
  bool count_body();
  void release_body() noexcept;
  void fail(int status, std::string sentence);
  void fail(Fault fault);
  std::string_view last_line() const;

  const Limits limits_;
  State state_ = State::idle;
  Place place_ = Place::before;
  bool body_begun_ = false;
  std::size_t empty_lines_ = 0;
  std::size_t field_count_ = 0;
  std::size_t method_size_ = 0;
  std::size_t target_size_ = 0;
  std::size_t version_size_ = 0;
  std::string head_;  // from the method through the empty line
  std::string body_;
  const std::shared_ptr<BodyBudget> bodies_;
  std::size_t counted_ = 0;  // taken from them
  FieldSection fields_;
  ChunkedBody chunks_;
  RequestFraming framing_;
  Request request_;
  Fault fault_;
};

}  // namespace pushwire::net
