#include "pages/response_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/http/byte_range.hpp"
#include "net/http/syntax.hpp"

namespace pushwire::pages {

namespace {

using net::syntax::same_word;

constexpr std::size_t kLineBytes = 256;  // between chunks

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && net::syntax::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && net::syntax::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// What stands for this connection alone, and what must not go out.
bool is_dropped(std::string_view name) {
  for (const std::string_view own : {"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Trailer",
                                     "Upgrade", "Proxy-Connection", "EXCEPTION_WHAT"}) {
    if (same_word(name, own)) return true;
  }
  return false;
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), net::syntax::is_token);
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "HTTP/1.1 200 OK": 0 for what is no status line of a final answer.
int read_status(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (line.substr(0, kVersion.size()) != kVersion) return 0;
  line.remove_prefix(kVersion.size());
  const auto status = number(line.substr(0, 3), 10);
  if (!status || (line.size() > 3 && line[3] != ' ')) return 0;
  return *status >= 200 && *status <= 599 ? static_cast<int>(*status) : 0;
}

const std::string* find(const net::PageHead& head, std::string_view name) {
  for (const auto& [own, value] : head.fields) {
    if (same_word(own, name)) return &value;
  }
  return nullptr;
}

}  // namespace

ResponseReader::ResponseReader(Question question, net::PagePipe& pipe) : question_(std::move(question)), pipe_(pipe) {}

void ResponseReader::fail(std::string what) {
  place_ = Place::over;
  whole_ = false;
  fault_ = std::move(what);
}

bool ResponseReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t used = 0;
    switch (place_) {
      case Place::head: used = take_head(bytes); break;
      case Place::until_end:
        if (!give(bytes)) return false;
        return true;
      case Place::length:
      case Place::chunk: {
        used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        left_ -= used;
        if (!give(bytes.substr(0, used), place_ == Place::length && left_ == 0)) return false;
        if (left_ > 0) break;
        if (place_ == Place::chunk) place_ = Place::chunk_end;
        else place_ = Place::over, whole_ = true;
        break;
      }
      case Place::chunk_size:
      case Place::chunk_end:
      case Place::trailers: used = take_line(bytes); break;
      case Place::over: return false;
    }
    bytes.remove_prefix(used);
  }
  return place_ != Place::over || whole_;
}

std::size_t ResponseReader::take_head(std::string_view bytes) {
  const std::size_t before = line_.size();
  const std::size_t used = std::min(bytes.size(), kHeadBytes + 1 - before);
  line_.append(bytes.data(), used);
  const std::size_t end = line_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    if (line_.size() > kHeadBytes) fail("the head is above 64 KiB");
    return used;
  }
  line_.resize(end + 2);  // with the last field's end
  end_head();
  return end + 4 - before;
}

bool ResponseReader::read_fields(std::string_view lines, net::PageHead& head, std::optional<std::uint64_t>& length,
                                 bool& chunked) {
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(colon == std::string_view::npos ? "" : line.substr(colon + 1));
    // Says nothing of the value: it may hold a client's bytes, or a secret.
    if (colon == std::string_view::npos || !is_name(name)) return fail("a field has no good name"), false;
    if (!std::all_of(value.begin(), value.end(), net::syntax::is_field_content)) {
      return fail("the value of the field " + std::string(name.substr(0, 100)) + " has a control character"), false;
    }
    if (head.fields.size() == kFields) return fail("more than 200 fields"), false;
    if (same_word(name, "Content-Length")) {
      const auto said = number(value, 10);
      if (!said || (length && *length != *said)) return fail("Content-Length is no one number"), false;
      length = said;
    } else if (same_word(name, "Transfer-Encoding")) {
      if (!same_word(value, "chunked")) return fail("an unknown Transfer-Encoding"), false;
      chunked = true;
    }
    if (!is_dropped(name)) head.fields.emplace_back(name, value);
  }
  return true;
}

void ResponseReader::end_head() {
  const std::string text = std::exchange(line_, {});
  const std::string_view lines = text;
  const std::size_t first = lines.find("\r\n");
  net::PageHead head;
  head.status = read_status(lines.substr(0, first));
  if (head.status == 0) return fail("the status is no final one (200 to 599)");
  std::optional<std::uint64_t> length;
  bool chunked = false;
  if (!read_fields(lines.substr(first + 2), head, length, chunked)) return;
  if (chunked && length) return fail("both Content-Length and Transfer-Encoding");

  const bool no_content = head.status == 204 || head.status == 304;
  if (!no_content) head.length = length;
  if (find(head, "Content-Encoding") != nullptr && find(head, "Vary") == nullptr) {
    head.fields.emplace_back("Vary", "Accept-Encoding");
  }
  cut(head);
  const bool none = question_.head_only || no_content || (length && *length == 0) || (give_ && *give_ == 0);
  if (none) place_ = Place::over, whole_ = true;
  else if (chunked) place_ = Place::chunk_size;
  else if (length) place_ = Place::length, left_ = *length;
  else place_ = Place::until_end;
  begun_ = true;
  pipe_.begin(std::move(head));
}

// Makes a part of it where the client asks for one. cpp-httplib is told of no ranges: 0.11 does not hold them against what
// is there, and asks content providers for bytes behind their end.
void ResponseReader::cut(net::PageHead& head) {
  if (!question_.in_parts || head.status != 200 || !head.length || find(head, "Content-Encoding") != nullptr) return;
  if (find(head, "Accept-Ranges") == nullptr) head.fields.emplace_back("Accept-Ranges", "bytes");
  if (question_.range.empty() || question_.head_only) return;
  const std::string* const etag = find(head, "ETag");
  if (question_.if_range && !net::range_counts(*question_.if_range, etag == nullptr ? std::string_view{} : *etag))
    return;
  using Kind = net::ByteRange::Kind;
  const net::ByteRange range = net::judge_range(question_.range, static_cast<std::size_t>(*head.length));
  if (range.kind == Kind::whole) return;
  const std::string size = std::to_string(*head.length);
  if (range.kind == Kind::unsatisfiable) {
    head.status = 416;
    head.fields.emplace_back("Content-Range", "bytes */" + size);
  } else {
    head.status = 206;
    head.fields.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                  std::to_string(range.first + range.size - 1) + "/" + size);
  }
  head.length = give_ = range.size;
  skip_ = range.first;
}

bool ResponseReader::give(std::string_view bytes, bool last) {
  if (give_) {
    const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
    skip_ -= passed;
    bytes = bytes.substr(passed, static_cast<std::size_t>(std::min<std::uint64_t>(*give_, bytes.size() - passed)));
    *give_ -= bytes.size();
    last = last || *give_ == 0;
  }
  if (!(bytes.empty() ? pipe_.wanted() : pipe_.write(bytes, last))) {
    place_ = Place::over;
    return false;
  }
  if (!give_ || *give_ > 0) return true;
  place_ = Place::over;  // what comes behind the range nobody wants
  whole_ = true;
  return false;
}

std::size_t ResponseReader::take_line(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  const std::size_t used = lf == std::string_view::npos ? bytes.size() : lf + 1;
  if (line_.size() + used > kLineBytes) return fail("a line between chunks is too long"), used;
  line_.append(bytes.data(), used);
  if (lf == std::string_view::npos) return used;
  if (line_.size() < 2 || line_[line_.size() - 2] != '\r') return fail("a line between chunks has a bare LF"), used;
  line_.resize(line_.size() - 2);
  end_line();
  line_.clear();
  return used;
}

void ResponseReader::end_line() {
  if (place_ == Place::chunk_end) {
    if (!line_.empty()) return fail("a chunk is longer than it says");
    place_ = Place::chunk_size;
  } else if (place_ == Place::chunk_size) {
    const auto size = number(line_, 16);
    if (!size) return fail("a chunk's size is no number");
    left_ = *size;
    place_ = left_ == 0 ? Place::trailers : Place::chunk;
  } else if (line_.empty()) {  // trailers are let go
    place_ = Place::over;
    whole_ = true;
  }
}

void ResponseReader::end(bool good) {
  if (place_ == Place::until_end && good) whole_ = true;
  if (place_ == Place::head && fault_.empty()) fault_ = "there is no answer";
  place_ = Place::over;
  pipe_.end(begun_ && whole_);
}

}  // namespace pushwire::pages
