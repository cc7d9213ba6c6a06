#include "net/http/chunked_body.hpp"

#include <algorithm>
#include <utility>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

using syntax::quoted;

constexpr std::size_t kMostDigits = 16;

bool is_quoted_text(char c) { return syntax::is_field_content(c) && c != '"' && c != '\\'; }

// Fields that would frame the message must not come behind it: RFC 9110 section 6.5.1.
bool frames_messages(std::string_view field_line) {
  const std::string_view name = field_line.substr(0, field_line.find(':'));
  return syntax::same_word(name, "Content-Length") || syntax::same_word(name, "Transfer-Encoding") ||
         syntax::same_word(name, "Host");
}

}  // namespace

void ChunkedBody::begin(std::size_t body_limit, std::size_t overhead_limit) {
  state_ = State::reading;
  place_ = Place::size;
  item_begun_ = false;
  size_ = digits_ = left_ = 0;
  body_limit_ = body_limit;
  overhead_left_ = overhead_limit;
  trailer_.reset();
  line_.clear();
  fault_ = {};
}

std::size_t ChunkedBody::feed(const char* bytes, std::size_t size, std::string& body) {
  std::size_t used = 0;
  while (used < size && state_ == State::reading) {
    if (place_ == Place::data) {
      const std::size_t piece = std::min(left_, size - used);
      body.append(bytes + used, piece);
      used += piece;
      left_ -= piece;
      if (left_ == 0) place_ = Place::data_cr;
    } else {
      put(bytes[used++], body.size());
    }
  }
  return used;
}

void ChunkedBody::put(char c, std::size_t body_size) {
  switch (place_) {
    case Place::size: return put_size(c, body_size);
    case Place::extension_name:
    case Place::extension_value:
    case Place::quoted_value:
    case Place::quoted_end: return put_extension(c);
    case Place::size_lf:
      if (c != '\n') return refuse(c, "the end of a chunk's size line");
      return end_size_line();
    case Place::data: return;
    case Place::data_cr: return expect(c, '\r', Place::data_lf);
    case Place::data_lf: return expect(c, '\n', Place::size);
    case Place::trailer: return put_trailer(c);
  }
}

void ChunkedBody::put_size(char c, std::size_t body_size) {
  if (const int digit = syntax::hex_value(c); digit >= 0) {
    if (++digits_ > kMostDigits) return fail(400, "a chunk's size has more than 16 digits");
    const std::size_t room = body_limit_ - body_size;
    if (size_ > room / 16 || static_cast<std::size_t>(digit) > room - size_ * 16) {
      return fail(413, "the chunked body is above the limit of " + std::to_string(body_limit_) + " bytes");
    }
    size_ = size_ * 16 + static_cast<std::size_t>(digit);
    return;
  }
  if (digits_ == 0 || (c != '\r' && c != ';')) return refuse(c, "a chunk's size");
  place_ = c == '\r' ? Place::size_lf : Place::extension_name;
  item_begun_ = false;
}

// chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] )
void ChunkedBody::put_extension(char c) {
  if (!count_overhead()) return;
  switch (place_) {
    case Place::quoted_value:
      if (c == '"') place_ = Place::quoted_end;
      else if (!is_quoted_text(c)) refuse(c, "a chunk extension");
      return;
    case Place::extension_name:
    case Place::extension_value:
      if (syntax::is_token(c)) {
        item_begun_ = true;
        return;
      }
      if (c == '"' && place_ == Place::extension_value && !item_begun_) {
        place_ = Place::quoted_value;
        return;
      }
      if (!item_begun_) return refuse(c, "a chunk extension");
      if (c == '=' && place_ == Place::extension_name) {
        place_ = Place::extension_value;
        item_begun_ = false;
        return;
      }
      break;
    default: break;
  }
  if (c != '\r' && c != ';') return refuse(c, "a chunk extension");
  place_ = c == '\r' ? Place::size_lf : Place::extension_name;
  item_begun_ = false;
}

void ChunkedBody::end_size_line() {
  left_ = size_;
  place_ = size_ == 0 ? Place::trailer : Place::data;
  size_ = digits_ = 0;
}

void ChunkedBody::put_trailer(char c) {
  if (!count_overhead()) return;
  line_ += c;
  switch (trailer_.put(c)) {
    case FieldSection::Step::inside:
    case FieldSection::Step::field_begins: return;
    case FieldSection::Step::field_ends:
      if (frames_messages(line_)) return fail(400, "the trailer field " + quoted(line_) + " comes too late");
      line_.clear();
      return;
    case FieldSection::Step::section_ends: state_ = State::complete; return;
    case FieldSection::Step::refused:
      return fail(400, "the trailer line " + quoted(line_) + ' ' + std::string(trailer_.complaint()));
  }
}

bool ChunkedBody::count_overhead() {
  if (overhead_left_ == 0) {
    fail(431, "the head, the chunk extensions and the trailer fields are too large in sum");
    return false;
  }
  --overhead_left_;
  return true;
}

void ChunkedBody::expect(char found, char wanted, Place next) {
  if (found != wanted) return refuse(found, "the end of a chunk's data");
  place_ = next;
}

void ChunkedBody::refuse(char c, std::string_view where) {
  fail(400, "the byte " + quoted(std::string_view(&c, 1)) + " is wrong in " + std::string(where));
}

void ChunkedBody::fail(int status, std::string sentence) {
  state_ = State::failed;
  fault_ = {status, std::move(sentence)};
}

}  // namespace pushwire::net
