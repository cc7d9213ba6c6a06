// A client's side of HTTP/1.x (RFC 9112), written by hand and strict, so that it judges what the server writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/socket.hpp"

namespace pushwire {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  int status = 0;
  HttpFields fields;
  std::string body;

  // The value of the one field of that name; empty where there is none. Several are a failure.
  std::string field(std::string_view name) const;
};

// RFC 9112 section 7.1, without trailers, cut anywhere.
class ChunkDecoder {
 public:
  // Takes from `bytes` what it understands and appends the content to `out`.
  void feed(std::string& bytes, std::string& out);
  bool ended() const noexcept { return ended_; }

 private:
  std::size_t left_ = 0;  // of the chunk that is being read
  bool in_chunk_ = false;
  bool last_ = false;
  bool ended_ = false;
};

std::string request_text(std::string_view target, const HttpFields& fields = {}, std::string_view method = "GET",
                         std::string_view version = "HTTP/1.1");

// Reads one head from `socket`, past any 100 (Continue).
HttpAnswer read_head(Socket& socket);

// One connection, kept alive.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(port) {}

  void ask(std::string_view target, const HttpFields& fields = {}, std::string_view method = "GET");
  // The next answer, to be called in the order of asking. `bodiless`: it answers a HEAD.
  HttpAnswer answer(bool bodiless = false);
  HttpAnswer get(std::string_view target, const HttpFields& fields = {});
  // Whether the server has ended the connection, without another byte.
  bool ended();

  Socket& socket() noexcept { return socket_; }

 private:
  Socket socket_;
};

// On a connection of its own.
HttpAnswer get(std::uint16_t port, std::string_view target, const HttpFields& fields = {});

}  // namespace pushwire
