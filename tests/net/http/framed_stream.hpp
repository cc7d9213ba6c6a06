// What a RequestReader makes of a connection's bytes, as values that can be compared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http/request_reader.hpp"

namespace pushwire::net {

struct FramedRequest {
  std::string method, target, path, query, body;
  int version_minor = 1;
  std::vector<std::pair<std::string, std::string>> fields;
  bool keep_alive = false;
  bool upgrade = false;

  bool operator==(const FramedRequest& other) const {
    return method == other.method && target == other.target && path == other.path && query == other.query &&
           body == other.body && version_minor == other.version_minor && fields == other.fields &&
           keep_alive == other.keep_alive && upgrade == other.upgrade;
  }
};

struct FramedStream {
  std::vector<FramedRequest> requests;
  int status = 0;  // of the fault; 0: none
  std::string sentence;
  std::size_t consumed = 0;

  bool operator==(const FramedStream& other) const {
    return requests == other.requests && status == other.status && sentence == other.sentence &&
           consumed == other.consumed;
  }
};

inline std::ostream& operator<<(std::ostream& out, const FramedStream& stream) {
  out << stream.requests.size() << " requests, " << stream.consumed << " bytes";
  for (const FramedRequest& request : stream.requests) {
    out << "; " << request.method << ' ' << request.target << " with " << request.body.size() << " bytes";
  }
  if (stream.status != 0) out << "; then " << stream.status << ": " << stream.sentence;
  return out;
}

inline FramedRequest copy_of(const RequestReader& reader) {
  const Request& request = reader.request();
  FramedRequest copy{std::string(request.method),
                     std::string(request.target),
                     std::string(request.path),
                     std::string(request.query),
                     std::string(request.body),
                     request.version_minor,
                     {},
                     reader.keep_alive(),
                     reader.upgrade()};
  for (const auto& field : request.fields) copy.fields.emplace_back(field.name, field.value);
  return copy;
}

// Reads as a connection does: goes on behind a request until one fails, upgrades or is the last. `ends` are the places
// at which the stream is cut, ascending; each piece is a buffer of its own, so that a read beyond it shows.
inline FramedStream frame_stream(std::string_view stream, const std::vector<std::size_t>& ends,
                                 const Limits& limits = {}) {
  FramedStream result;
  RequestReader reader(limits);
  std::size_t begin = 0;
  for (std::size_t cut = 0; cut <= ends.size(); ++cut) {
    const std::size_t end = cut < ends.size() ? ends[cut] : stream.size();
    const std::vector<char> piece(stream.begin() + static_cast<std::ptrdiff_t>(begin),
                                  stream.begin() + static_cast<std::ptrdiff_t>(end));
    begin = end;
    std::size_t used = 0;
    while (used < piece.size()) {
      const std::size_t taken = reader.feed(piece.data() + used, piece.size() - used);
      used += taken;
      result.consumed += taken;
      if (reader.state() == RequestReader::State::failed) {
        result.status = reader.fault().status;
        result.sentence = reader.fault().sentence;
        return result;
      }
      if (reader.state() != RequestReader::State::complete) continue;
      result.requests.push_back(copy_of(reader));
      if (reader.upgrade() || !reader.keep_alive()) return result;
      reader.reset();
    }
  }
  return result;
}

inline FramedStream frame_whole(std::string_view stream, const Limits& limits = {}) {
  return frame_stream(stream, {}, limits);
}

inline FramedStream frame_bytewise(std::string_view stream, const Limits& limits = {}) {
  std::vector<std::size_t> ends;
  for (std::size_t end = 1; end < stream.size(); ++end) ends.push_back(end);
  return frame_stream(stream, ends, limits);
}

}  // namespace pushwire::net
