#include "net/http/content_coding.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "net/http/syntax.hpp"

namespace pushwire::net {

namespace {

// What a member says behind its name, such as "q=0.5" (RFC 9110 section 12.4.2): whether that is nothing at all.
bool is_refused(std::string_view parameters) {
  std::string text;
  for (const char c : parameters) {
    if (!syntax::is_blank(c)) text += syntax::lower(c);
  }
  return text.substr(0, 4) == ";q=0" && text.find_first_not_of("0.", 3) == std::string::npos;
}

}  // namespace

bool takes_gzip(const Request& request) {
  bool any = false;
  for (const std::string_view member : request.members("Accept-Encoding")) {
    const std::size_t end = std::min(member.find_first_of("; \t"), member.size());
    const std::string_view name = member.substr(0, end);
    const bool taken = !is_refused(member.substr(end));
    if (syntax::same_word(name, "gzip") || syntax::same_word(name, "x-gzip")) return taken;
    if (name == "*") any = taken;
  }
  return any;
}

}  // namespace pushwire::net
