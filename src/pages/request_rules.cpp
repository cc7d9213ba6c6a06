#include "pages/request_rules.hpp"

#include <algorithm>

#include "net/http/syntax.hpp"

namespace pushwire::pages {

namespace {

using net::syntax::same_word;

bool is_boundary_character(char c) noexcept {
  return net::syntax::is_digit(c) || net::syntax::is_letter(c) ||
         std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
}

// Of `multipart/form-data; boundary=…`, RFC 2046 section 5.1.1, with the one parameter that clients send: readers of more
// than that differ in what they take for the boundary.
std::string_view boundary_of(std::string_view type) {
  const Refusal unknown(400, "a form is sent as multipart/form-data with a boundary and no other parameter");
  constexpr std::string_view kParameter = "boundary=";
  std::size_t at = type.find(';');
  if (at == std::string_view::npos) throw unknown;
  at = type.find_first_not_of(" \t", at + 1);
  if (at == std::string_view::npos || !same_word(type.substr(at, kParameter.size()), kParameter)) throw unknown;
  std::string_view boundary = type.substr(at + kParameter.size());
  if (boundary.size() >= 2 && boundary.front() == '"' && boundary.back() == '"') {
    boundary = boundary.substr(1, boundary.size() - 2);
  }
  const bool plain = std::all_of(boundary.begin(), boundary.end(), is_boundary_character);
  if (!plain || boundary.empty() || boundary.size() > 70) throw unknown;
  return boundary;
}

bool is_form(std::string_view type) {
  constexpr std::string_view kForm = "multipart/form-data";
  return same_word(type.substr(0, kForm.size()), kForm);
}

// Every place that could be taken for the start of a part is looked at.
void judge_parts(std::string_view body, std::string_view boundary) {
  const std::string start = "--" + std::string(boundary) + "\r\n";
  for (std::size_t at = body.find(start); at != std::string_view::npos; at = body.find(start, at)) {
    at += start.size();
    for (;;) {
      const std::size_t end = std::min(body.find("\r\n", at), body.size());
      if (end - at > kPartLineBytes) {
        throw Refusal(400, "a line in the head of a form's part is above " + std::to_string(kPartLineBytes) + " bytes");
      }
      if (end == at || end == body.size()) break;
      at = end + 2;
    }
  }
}

}  // namespace

bool has_content(std::string_view method) noexcept {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

void judge(const Request& request) {
  const bool known =
      has_content(request.method) || request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  if (!known) throw Refusal(501, "pages are asked with GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS");
  if (request.path.size() > kPathBytes) {
    throw Refusal(414, "the path is above " + std::to_string(kPathBytes) + " bytes");
  }
  // The second is a spelling of cpp-httplib's own.
  for (const std::string_view nul : {"%00", "%u0000"}) {
    if (request.path.find(nul) != std::string_view::npos) throw Refusal(400, "the path has an encoded NUL");
  }
  for (const Request::Field& field : request.fields) {
    if (!same_word(field.name, "Content-Encoding") || same_word(field.value, "identity")) continue;
    Refusal coded(415, "pages take bodies without a content coding");
    coded.head.add("Accept-Encoding", "identity");
    throw coded;
  }
  for (const Request::Field& field : request.fields) {
    if (!same_word(field.name, "Content-Type") || !is_form(field.value)) continue;
    judge_parts(request.body, boundary_of(field.value));
  }
}

bool is_passed(std::string_view name) noexcept {
  constexpr std::string_view kOwn[] = {"Connection",        "Keep-Alive",  "Proxy-Connection", "TE",
                                       "Trailer",           "Upgrade",     "Expect",           "Content-Length",
                                       "Transfer-Encoding", "Range",       "If-Range",         "Accept-Encoding",
                                       "REMOTE_ADDR",       "REMOTE_PORT", "LOCAL_ADDR",       "LOCAL_PORT"};
  return std::none_of(std::begin(kOwn), std::end(kOwn), [&](std::string_view own) { return same_word(name, own); });
}

std::string wire_head(const Request& request) {
  std::string head;
  head.append(request.method).append(" ");
  bool query = false;
  for (const char c : request.target) {
    if (c == '?' && query) head += "%3F";
    else head += c;
    query = query || c == '?';
  }
  head += " HTTP/1.1\r\nHost: localhost\r\n";
  if (has_content(request.method)) {
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  return head += "\r\n";
}

}  // namespace pushwire::pages
