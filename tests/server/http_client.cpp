#include "server/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace pushwire {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
           return std::tolower(x) == std::tolower(y);
         });
}

void need(Socket& socket) {
  if (!socket.receive())
    throw std::runtime_error("the connection ended in an answer: " + socket.buffer().substr(0, 200));
}

}  // namespace

std::string HttpAnswer::field(std::string_view name) const {
  std::string value;
  std::size_t found = 0;
  for (const auto& [other, text] : fields) {
    if (!same_name(other, name)) continue;
    value = text;
    if (++found > 1) throw std::runtime_error("several fields " + std::string(name));
  }
  return value;
}

void ChunkDecoder::feed(std::string& bytes, std::string& out) {
  std::size_t at = 0;
  while (!ended_) {
    if (!in_chunk_) {
      const std::size_t end = bytes.find("\r\n", at);
      if (end == std::string::npos) break;
      std::size_t digits = 0;
      left_ = std::stoul(bytes.substr(at, end - at), &digits, 16);
      if (digits != end - at) throw std::runtime_error("no chunk size: " + bytes.substr(at, end - at));
      last_ = left_ == 0;
      at = end + 2;
      in_chunk_ = true;
    }
    const std::size_t taken = std::min(left_, bytes.size() - at);
    out.append(bytes, at, taken);
    left_ -= taken;
    at += taken;
    if (left_ > 0 || bytes.size() < at + 2) break;
    if (bytes.compare(at, 2, "\r\n") != 0) throw std::runtime_error("a chunk does not end with CRLF");
    at += 2;
    in_chunk_ = false;
    ended_ = last_;
  }
  bytes.erase(0, at);
}

std::string request_text(std::string_view target, const HttpFields& fields, std::string_view method,
                         std::string_view version) {
  std::string text = std::string(method) + ' ' + std::string(target) + ' ' + std::string(version) + "\r\n";
  const auto named = [&](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return same_name(field.first, name); });
  };
  if (!named("Host")) text += "Host: 127.0.0.1\r\n";
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

HttpAnswer read_head(Socket& socket) {
  for (;;) {
    std::string& buffer = socket.buffer();
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) need(socket);
    const std::string head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    if (head.compare(0, 9, "HTTP/1.1 ") != 0) throw std::runtime_error("no status line: " + head);
    HttpAnswer answer;
    answer.status = std::stoi(head.substr(9, 3));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t line = head.find("\r\n", at);
      const std::size_t colon = head.find(": ", at);
      if (colon == std::string::npos || colon > line) throw std::runtime_error("no field: " + head.substr(at));
      answer.fields.emplace_back(head.substr(at, colon - at), head.substr(colon + 2, line - colon - 2));
      at = line + 2;
    }
    if (answer.status != 100) return answer;
  }
}

void HttpClient::ask(std::string_view target, const HttpFields& fields, std::string_view method) {
  socket_.send(request_text(target, fields, method));
}

HttpAnswer HttpClient::answer(bool bodiless) {
  HttpAnswer answer = read_head(socket_);
  const std::string length = answer.field("Content-Length");
  const std::string coding = answer.field("Transfer-Encoding");
  if (bodiless || answer.status == 204 || answer.status == 304) return answer;
  std::string& buffer = socket_.buffer();
  if (!coding.empty()) {
    if (coding != "chunked" || !length.empty()) throw std::runtime_error("framed twice, or by " + coding);
    ChunkDecoder decoder;
    for (decoder.feed(buffer, answer.body); !decoder.ended(); decoder.feed(buffer, answer.body)) need(socket_);
  } else if (!length.empty()) {
    const std::size_t size = std::stoul(length);
    while (buffer.size() < size) need(socket_);
    answer.body = buffer.substr(0, size);
    buffer.erase(0, size);
  } else {
    while (socket_.receive()) {
    }
    answer.body = std::move(buffer);
    buffer.clear();
  }
  return answer;
}

HttpAnswer HttpClient::get(std::string_view target, const HttpFields& fields) {
  ask(target, fields);
  return answer();
}

bool HttpClient::ended() { return socket_.buffer().empty() && !socket_.receive(); }

HttpAnswer get(std::uint16_t port, std::string_view target, const HttpFields& fields) {
  return HttpClient(port).get(target, fields);
}

}  // namespace pushwire
