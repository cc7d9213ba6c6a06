#include "net/http/request_framing.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

using syntax::quoted;
using syntax::same_word;

struct Found {
  std::size_t count = 0;
  std::string_view value;  // the first one's
};

// The fields that frame a message and its connection.
struct FramingFields {
  Found host, transfer_encoding, content_length, expect, connection, upgrade;
};

// Where a field of that name belongs in `fields`; null: it frames nothing.
Found* place_of(std::string_view name, FramingFields& fields) {
  const auto only = [&](std::string_view known, Found& found) { return same_word(name, known) ? &found : nullptr; };
  switch (name.size()) {  // each of another length
    case 4: return only("Host", fields.host);
    case 6: return only("Expect", fields.expect);
    case 7: return only("Upgrade", fields.upgrade);
    case 10: return only("Connection", fields.connection);
    case 14: return only("Content-Length", fields.content_length);
    case 17: return only("Transfer-Encoding", fields.transfer_encoding);
    default: return nullptr;
  }
}

FramingFields find_fields(const Request& request) {
  FramingFields fields;
  for (const Request::Field& field : request.fields) {
    Found* const found = place_of(field.name, fields);
    if (found != nullptr && found->count++ == 0) found->value = field.value;
  }
  return fields;
}

std::optional<Fault> judge_host(const Request& request, const Found& host) {
  if (host.count > 1) return Fault{400, "there is more than one Host field"};
  if (host.count == 0) {
    if (request.version_minor == 0) return std::nullopt;
    return Fault{400, "there is no Host field"};
  }
  if (host.value.empty()) return Fault{400, "the Host field is empty"};
  return std::nullopt;
}

// Saturates: what is larger than any limit need not be known exactly.
std::uint64_t number(std::string_view digits) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (kMost - digit) / 10) return kMost;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<Fault> judge_body(const Request& request, const FramingFields& fields, const Limits& limits,
                                RequestFraming& framing) {
  const Found& coding = fields.transfer_encoding;
  const Found& length = fields.content_length;
  if (coding.count != 0 && length.count != 0) {
    return Fault{400, "there are both Transfer-Encoding " + quoted(coding.value) + " and Content-Length " +
                          quoted(length.value)};
  }
  if (coding.count > 1) return Fault{400, "there is more than one Transfer-Encoding field"};
  if (length.count > 1) return Fault{400, "there is more than one Content-Length field"};
  if (coding.count != 0) {
    if (request.version_minor == 0) return Fault{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (!same_word(coding.value, "chunked")) {
      return Fault{400, "the Transfer-Encoding " + quoted(coding.value) + " is not chunked"};
    }
    framing.chunked = true;
    return std::nullopt;
  }
  if (length.count != 0) {
    if (length.value.empty() || !std::all_of(length.value.begin(), length.value.end(), syntax::is_digit)) {
      return Fault{400, "the Content-Length " + quoted(length.value) + " is not a number"};
    }
    const std::uint64_t bytes = number(length.value);
    if (bytes > limits.body_bytes) {
      return Fault{413, "a body of " + quoted(length.value) + " bytes is above the limit of " +
                            std::to_string(limits.body_bytes)};
    }
    framing.content_length = static_cast<std::size_t>(bytes);
    return std::nullopt;
  }
  for (const std::string_view method : {"POST", "PUT", "PATCH"}) {
    if (request.method == method) return Fault{411, std::string(method) + " needs a Content-Length"};
  }
  return std::nullopt;
}

std::optional<Fault> judge_expectation(const Request& request, RequestFraming& framing) {
  if (request.version_minor == 0) return std::nullopt;  // to be ignored: RFC 9110 section 10.1.1
  for (const Request::Field& field : request.fields) {
    if (!same_word(field.name, "Expect")) continue;
    if (!same_word(field.value, "100-continue")) {
      return Fault{417, "the expectation " + quoted(field.value) + " cannot be met"};
    }
    framing.expects_continue = true;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fault> judge_framing(const Request& request, const Limits& limits, RequestFraming& framing) {
  framing = {};
  const FramingFields fields = find_fields(request);
  if (auto fault = judge_host(request, fields.host)) return fault;
  if (auto fault = judge_body(request, fields, limits, framing)) return fault;
  if (fields.expect.count != 0) {
    if (auto fault = judge_expectation(request, framing)) return fault;
  }

  const auto connection = [&](std::string_view option) {
    return fields.connection.count != 0 && request.lists("Connection", option);
  };
  framing.keep_alive = !connection("close") && (request.version_minor == 1 || connection("keep-alive"));

  const bool has_body = framing.chunked || framing.content_length != 0;
  const bool offered = request.version_minor == 1 && fields.upgrade.count != 0 && connection("upgrade");
  if (offered && has_body && request.lists("Upgrade", "websocket")) {
    return Fault{400, "a WebSocket handshake has no body"};
  }
  framing.upgrade = offered && !has_body;
  return std::nullopt;
}

}  // namespace pushwire::net
