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
    const std::string_view rest(bytes + used, size - used);
    if (state_ == State::idle) used += feed_before(rest.front());
    else if (state_ == State::head) used += feed_head(rest);
    else used += feed_body(rest);
  }
  return used;
}

// Takes an empty line's byte, or none where a request begins.
std::size_t RequestReader::feed_before(char c) {
  if (place_ == Place::before_lf) {
    if (c != '\n') fail(400, "a bare CR stands before the request");
    else if (++empty_lines_ > kMostEmptyLines) fail(400, "too many empty lines stand before the request");
    else place_ = Place::before;
  } else if (c == '\r') {
    place_ = Place::before_lf;
  } else if (c == kTlsHandshake) {
    fail(400, "the byte \"\\x16\" cannot begin a request: this looks like TLS, and this port speaks plain HTTP");
  } else if (!syntax::is_token(c)) {
    fail(400, "the byte " + quoted(std::string_view(&c, 1)) + " cannot begin a request");
  } else {
    state_ = State::head;
    place_ = Place::method;
    return 0;
  }
  return 1;
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  const std::size_t room = limits_.head_bytes - head_.size();
  if (room != 0) return place_ == Place::fields ? feed_fields(bytes.substr(0, room)) : feed_line(bytes.substr(0, room));
  const std::string limit = " is above the limit of " + std::to_string(limits_.head_bytes) + " bytes";
  if (place_ == Place::fields) fail(431, "the head" + limit);
  else fail(414, "the request line" + limit);
  return 1;
}

// request-line = method SP request-target SP HTTP-version CRLF, with one space each: RFC 9112 section 3.
std::size_t RequestReader::feed_line(std::string_view bytes) {
  std::size_t used = 0;
  bool fits = true;
  while (fits && used < bytes.size() && place_ != Place::fields) {
    used += line_run(bytes.substr(used));
    if (used < bytes.size()) fits = end_part(bytes[used++]);
  }
  head_.append(bytes.data(), used);
  if (!fits) refuse_line(head_.back());
  else if (place_ == Place::fields) end_line();
  return used;
}

// How many bytes come next that belong to the method, the target or the version, within their limits.
std::size_t RequestReader::line_run(std::string_view bytes) {
  const auto counted = [&](auto of, std::size_t& size, std::size_t most) {
    const std::size_t run = syntax::run_of(of, bytes.substr(0, most - size));
    size += run;
    return run;
  };
  const auto visible = [](char c) { return syntax::is_visible(c); };
  switch (place_) {
    case Place::method: return counted([](char c) { return syntax::is_token(c); }, method_size_, kMostMethodBytes);
    case Place::target: return counted(visible, target_size_, limits_.target_bytes);
    case Place::version: return counted(visible, version_size_, kVersionBytes);
    default: return 0;
  }
}

// Goes on behind the byte that ends a part, which is `c` unless the line is none.
bool RequestReader::end_part(char c) {
  switch (place_) {
    case Place::method:
      if (c != ' ') return false;
      place_ = Place::target;
      return true;
    case Place::target:
      if (c != ' ' || target_size_ == 0) return false;
      place_ = Place::version;
      return true;
    case Place::version:
      if (c != '\r') return false;
      place_ = Place::line_lf;
      return true;
    default:
      if (c != '\n') return false;
      place_ = Place::fields;
      return true;
  }
}

// `c`, the last byte of the head, is where a part ought to have ended.
void RequestReader::refuse_line(char c) {
  switch (place_) {
    case Place::method:
      if (syntax::is_token(c)) fail(501, "the method that begins with " + quoted(head_) + " is not known here");
      else fail(400, "the line " + quoted(head_) + " does not begin with a method and a space");
      return;
    case Place::target:
      if (!syntax::is_visible(c)) fail(400, "the line " + quoted(head_) + " is no request line");
      else fail(414, "the target is above the limit of " + std::to_string(limits_.target_bytes) + " bytes");
      return;
    case Place::version: return fail(400, "the line " + quoted(head_) + " does not end with an HTTP version and CRLF");
    default: return fail(400, "the line " + quoted(head_) + " has a bare CR");
  }
}

void RequestReader::end_line() {
  const std::string_view name = std::string_view(head_).substr(method_size_ + target_size_ + 2, version_size_);
  if (!is_version(name)) {
    return fail(400, "the line " + quoted(last_line()) + " does not end with an HTTP version");
  }
  if (name != "HTTP/1.1" && name != "HTTP/1.0") {
    return fail(505, "the version " + quoted(name) + " is not spoken here; HTTP/1.1 is");
  }
  request_.version_minor = name.back() - '0';
}

std::size_t RequestReader::feed_fields(std::string_view bytes) {
  using Step = FieldSection::Step;
  FieldSection::Taken taken{Step::inside, 0};
  std::size_t used = 0;
  while (used < bytes.size() && taken.step < Step::section_ends && field_count_ <= limits_.head_fields) {
    taken = fields_.take(bytes.substr(used));
    used += taken.size;
    if (taken.step == Step::field_begins) ++field_count_;
  }
  head_.append(bytes.data(), used);
  if (field_count_ > limits_.head_fields) {
    fail(431, "the head has more than " + std::to_string(limits_.head_fields) + " fields");
  } else if (taken.step == Step::section_ends) {
    end_head();
  } else if (taken.step == Step::refused) {
    fail(400, "the line " + quoted(last_line()) + ' ' + std::string(fields_.complaint()));
  }
  return used;
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

std::size_t RequestReader::feed_body(std::string_view bytes) {
  body_begun_ = true;
  if (framing_.chunked) {
    const std::size_t used = chunks_.feed(bytes.data(), bytes.size(), body_);
    if (chunks_.state() == ChunkedBody::State::failed) fail(chunks_.fault());
    else if (!count_body()) fail(503, kNoRoom);
    else if (chunks_.state() == ChunkedBody::State::complete) end_body();
    return used;
  }
  // Grown as bytes come, not by what Content-Length promises: a promise must cost no memory.
  const std::size_t used = std::min(bytes.size(), framing_.content_length - body_.size());
  body_.append(bytes.data(), used);
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
  empty_lines_ = field_count_ = method_size_ = target_size_ = version_size_ = 0;
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
