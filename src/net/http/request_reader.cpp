#include "net/http/request_reader.hpp"

#include <algorithm>
#include <utility>

#include "net/http/head_parser.hpp"
#include "net/http/request_target.hpp"
#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

using syntax::quoted;

constexpr std::size_t kMostEmptyLines = 4;  // before a request; some clients send one behind a body
constexpr std::size_t kMostMethodBytes = 32;
constexpr std::size_t kVersionBytes = 8;  // "HTTP/1.1"
constexpr char kNoRoom[] = "the bodies of other requests leave no room for this one";
constexpr std::size_t kKeptBytes = 64 * 1024;
constexpr char kTlsHandshake = 0x16;  // the first byte of a TLS ClientHello record

bool is_version(std::string_view text) {
  return text.size() == kVersionBytes && text.substr(0, 5) == "HTTP/" && syntax::is_digit(text[5]) && text[6] == '.' &&
         syntax::is_digit(text[7]);
}

void release_or_clear(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) std::string().swap(buffer);
  buffer.clear();
}

}  // namespace

RequestReader::RequestReader(const Limits& limits, std::shared_ptr<BodyBudget> bodies)
    : limits_(limits), bodies_(std::move(bodies)) {}

RequestReader::~RequestReader() { release_body(); }

std::size_t RequestReader::feed(const char* bytes, std::size_t size) {
  std::size_t used = 0;
  while (used < size && state_ < State::complete) {
    if (state_ == State::body) {
      used += feed_body(bytes + used, size - used);
    } else if (const std::size_t run = plain_run({bytes + used, size - used}); run > 0) {
      head_.append(bytes + used, run);
      if (place_ == Place::target) target_size_ += run;
      used += run;
    } else {
      put(bytes[used++]);
    }
  }
  return used;
}

// How many bytes come next that change no state: the insides of the target and of fields.
std::size_t RequestReader::plain_run(std::string_view bytes) const noexcept {
  if (state_ != State::head) return 0;
  bytes = bytes.substr(0, limits_.head_bytes - head_.size());
  if (place_ == Place::fields) return fields_.run(bytes);
  if (place_ != Place::target) return 0;
  bytes = bytes.substr(0, limits_.target_bytes - std::min(target_size_, limits_.target_bytes));
  return syntax::run_of([](char c) { return syntax::is_visible(c); }, bytes);
}

void RequestReader::put(char c) {
  if (state_ == State::idle) {
    put_before(c);
    if (state_ != State::head) return;
  }
  if (head_.size() == limits_.head_bytes) {
    if (place_ != Place::fields)
      return fail(414, "the request line is above the limit of " + std::to_string(limits_.head_bytes) + " bytes");
    return fail(431, "the head is above the limit of " + std::to_string(limits_.head_bytes) + " bytes");
  }
  head_ += c;
  if (place_ == Place::fields) put_field(c);
  else put_line(c);
}

void RequestReader::put_before(char c) {
  if (place_ == Place::before_lf) {
    if (c != '\n') return fail(400, "a bare CR stands before the request");
    if (++empty_lines_ > kMostEmptyLines) return fail(400, "too many empty lines stand before the request");
    place_ = Place::before;
    return;
  }
  if (c == '\r') {
    place_ = Place::before_lf;
    return;
  }
  if (c == kTlsHandshake) {
    return fail(400, "the byte \"\\x16\" cannot begin a request: this looks like TLS, and this port speaks plain HTTP");
  }
  if (!syntax::is_token(c)) return fail(400, "the byte " + quoted(std::string_view(&c, 1)) + " cannot begin a request");
  state_ = State::head;
  place_ = Place::method;
}

// request-line = method SP request-target SP HTTP-version CRLF, with one space each: RFC 9112 section 3.
void RequestReader::put_line(char c) {
  switch (place_) {
    case Place::method:
      if (c == ' ') {
        place_ = Place::target;
      } else if (!syntax::is_token(c)) {
        fail(400, "the line " + quoted(head_) + " does not begin with a method and a space");
      } else if (++method_size_ > kMostMethodBytes) {
        fail(501, "the method that begins with " + quoted(head_) + " is not known here");
      }
      return;
    case Place::target:
      if (c == ' ' && target_size_ != 0) {
        place_ = Place::version;
      } else if (!syntax::is_visible(c)) {
        fail(400, "the line " + quoted(head_) + " is no request line");
      } else if (++target_size_ > limits_.target_bytes) {
        fail(414, "the target is above the limit of " + std::to_string(limits_.target_bytes) + " bytes");
      }
      return;
    case Place::version:
      if (c == '\r') {
        place_ = Place::line_lf;
      } else if (!syntax::is_visible(c) || head_.size() - method_size_ - target_size_ - 2 > kVersionBytes) {
        fail(400, "the line " + quoted(head_) + " does not end with an HTTP version and CRLF");
      }
      return;
    default:
      if (c != '\n') return fail(400, "the line " + quoted(head_) + " has a bare CR");
      return end_line();
  }
}

void RequestReader::end_line() {
  std::string_view name = std::string_view(head_).substr(method_size_ + target_size_ + 2);
  name.remove_suffix(2);
  if (!is_version(name)) {
    return fail(400, "the line " + quoted(last_line()) + " does not end with an HTTP version");
  }
  if (name != "HTTP/1.1" && name != "HTTP/1.0") {
    return fail(505, "the version " + quoted(name) + " is not spoken here; HTTP/1.1 is");
  }
  request_.version_minor = name.back() - '0';
  place_ = Place::fields;
}

void RequestReader::put_field(char c) {
  switch (fields_.put(c)) {
    case FieldSection::Step::inside:
    case FieldSection::Step::field_ends: return;
    case FieldSection::Step::field_begins:
      if (++field_count_ > limits_.head_fields) {
        fail(431, "the head has more than " + std::to_string(limits_.head_fields) + " fields");
      }
      return;
    case FieldSection::Step::section_ends: return end_head();
    case FieldSection::Step::refused:
      return fail(400, "the line " + quoted(last_line()) + ' ' + std::string(fields_.complaint()));
  }
}

void RequestReader::end_head() {
  const std::string_view head = head_;
  request_.method = head.substr(0, method_size_);
  request_.target = head.substr(method_size_ + 1, target_size_);
  if (auto fault = parse_head(head, request_)) return fail(std::move(*fault));
  if (auto fault = judge_framing(request_, limits_, framing_)) return fail(std::move(*fault));
  if (auto fault = settle_target(request_, head_)) return fail(std::move(*fault));
  state_ = State::body;
  if (framing_.chunked) chunks_.begin(limits_.body_bytes, limits_.head_bytes - head_.size());
  else if (framing_.content_length == 0) end_body();
}

std::size_t RequestReader::feed_body(const char* bytes, std::size_t size) {
  body_begun_ = true;
  if (framing_.chunked) {
    const std::size_t used = chunks_.feed(bytes, size, body_);
    if (chunks_.state() == ChunkedBody::State::failed) fail(chunks_.fault());
    else if (!count_body()) fail(503, kNoRoom);
    else if (chunks_.state() == ChunkedBody::State::complete) end_body();
    return used;
  }
  // Grown as bytes come, not by what Content-Length promises: a promise must cost no memory.
  const std::size_t used = std::min(size, framing_.content_length - body_.size());
  body_.append(bytes, used);
  if (!count_body()) fail(503, kNoRoom);
  else if (body_.size() == framing_.content_length) end_body();
  return used;
}

// What the last read brought beyond the budget goes with the refusal.
bool RequestReader::count_body() {
  if (!bodies_ || body_.size() <= BodyBudget::kFree + counted_) return true;
  const std::size_t more = body_.size() - BodyBudget::kFree - counted_;
  if (!bodies_->take(more)) return false;
  counted_ += more;
  return true;
}

void RequestReader::release_body() noexcept {
  release_or_clear(body_);
  if (bodies_) bodies_->give_back(counted_);
  counted_ = 0;
}

void RequestReader::end_body() {
  request_.body = body_;
  state_ = State::complete;
}

void RequestReader::fail(int status, std::string sentence) { fail({status, std::move(sentence)}); }

void RequestReader::fail(Fault fault) {
  state_ = State::failed;
  fault_ = std::move(fault);
}

// The line that the last byte of the head belongs to, without its end.
std::string_view RequestReader::last_line() const {
  std::string_view line = head_;
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (const std::size_t end = line.rfind('\n'); end != std::string_view::npos) line.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

void RequestReader::reset() {
  state_ = State::idle;
  place_ = Place::before;
  body_begun_ = false;
  empty_lines_ = field_count_ = method_size_ = target_size_ = 0;
  release_or_clear(head_);
  release_body();
  fields_.reset();
  framing_ = {};
  fault_ = {};
  std::vector<Request::Field> kept = std::move(request_.fields);
  kept.clear();
  request_ = {};
  request_.fields = std::move(kept);
}

}  // namespace pushwire::net
