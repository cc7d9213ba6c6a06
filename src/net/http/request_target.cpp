#include "net/http/request_target.hpp"

#include <algorithm>
#include <cstddef>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

using syntax::quoted;

// The size of "http://" or "https://" at the start of `target`, or 0.
std::size_t scheme_size(std::string_view target) {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (syntax::same_word(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

// Absolute form to origin form; all else stays.
std::optional<Fault> reduce(Request& request, std::string& head) {
  const std::string_view target = request.target;
  const std::size_t scheme = scheme_size(target);
  if (scheme == 0) return std::nullopt;
  const std::size_t end = std::min(target.find_first_of("/?", scheme), target.size());
  const std::string_view authority = target.substr(scheme, end - scheme);
  const auto host = std::find_if(request.fields.begin(), request.fields.end(),
                                 [](const Request::Field& field) { return syntax::same_word(field.name, "host"); });
  if (authority.empty() || host == request.fields.end() || !syntax::same_word(host->value, authority)) {
    return Fault{400, "the target " + quoted(target) + " does not name the host that Host names"};
  }
  request.target = target.substr(end);
  if (!request.target.empty() && request.target.front() == '/') return std::nullopt;
  const std::size_t slash = static_cast<std::size_t>(target.data() - head.data()) + end - 1;
  head[slash] = request.target.empty() && request.method == "OPTIONS" ? '*' : '/';  // RFC 9112 section 3.2.4
  request.target = std::string_view(head).substr(slash, request.target.size() + 1);
  return std::nullopt;
}

}  // namespace

std::optional<Fault> settle_target(Request& request, std::string& head) {
  if (request.method == "CONNECT") return Fault{405, "CONNECT is for proxies, and this is none"};
  if (request.target.find('#') != std::string_view::npos) {
    return Fault{400, "the target " + quoted(request.target) + " has a fragment"};
  }
  if (request.target.front() != '/') {
    if (auto fault = reduce(request, head)) return fault;
    const bool asterisk = request.target == "*" && request.method == "OPTIONS";
    if (!asterisk && request.target.front() != '/') {
      return Fault{400, "the target " + quoted(request.target) + " does not begin with a slash"};
    }
  }
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  request.path = request.target.substr(0, question);
  request.query = request.target.substr(std::min(question + 1, request.target.size()));
  return std::nullopt;
}

}  // namespace pushwire::net
