// A hub whose clients say something: sessions, messages by POST and WebSocket, and what comes back.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "log/private_events.hpp"
#include "net/hub_fixture.hpp"
#include "plugins/transports/websocket/client.hpp"
#include "pushwire/handler.hpp"

namespace pushwire::net {

// The first answer of what a server has sent.
struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;  // decoded, as far as it has come
  bool complete = false;
  std::string rest;  // what came behind it

  std::string field(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

inline HttpAnswer answer_of(const std::string& bytes) {
  HttpAnswer answer;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = bytes.substr(0, end + 2);
  answer.status = std::atoi(bytes.substr(9, 3).c_str());
  std::size_t at = end + 4;
  if (answer.field("Transfer-Encoding") == "chunked") {
    while (at < bytes.size()) {
      const std::size_t line = bytes.find("\r\n", at);
      const std::size_t size = std::stoul(bytes.substr(at, line - at), nullptr, 16);
      answer.body += bytes.substr(line + 2, size);
      at = line + 2 + size + 2;
      if (size > 0) continue;
      answer.complete = true;
      break;
    }
  } else if (const std::string length = answer.field("Content-Length"); !length.empty()) {
    answer.body = bytes.substr(at, std::stoul(length));
    answer.complete = answer.body.size() == std::stoul(length);
    at += answer.body.size();
  } else {
    answer.body = bytes.substr(at);
    at = bytes.size();
  }
  answer.rest = at < bytes.size() ? bytes.substr(at) : std::string();
  return answer;
}

class TalkTest : public HubTest {
 protected:
  explicit TalkTest(HubSettings settings = {}, session::ServiceLimits limits = {})
      : HubTest(8192, std::move(settings), limits) {}

  session::Service& service() { return *sessions.service; }
  template <class F>
  void on(std::string_view name, F f, pushwire::Access who = {}) {
    service().messages.handlers().add(name, detail::make_handler(std::move(f)), std::move(who));
  }
  // Handlers and callbacks run, and the hub does what comes of it, until nothing is left to do.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      sessions.run();
      hub.turn();
      hub.reap();
    }
  }
  void pass(std::chrono::milliseconds time) {
    clock.ms += time.count();
    hub.tick();
    settle();
  }

  // --- sessions ---
  // Of a token that was given out and not used.
  std::string token() {
    return answer_of(ask("poll", "Pushwire-Session: new\r\n")->outgoing).field("Pushwire-Session");
  }
  session::RecordPtr record(const std::string& token) {
    const auto read = service().tokens.read(token);
    return read ? service().sessions.find(service().tokens.name(read->id)) : nullptr;
  }
  static std::string with(const std::string& token) { return "Pushwire-Session: " + token + "\r\n"; }
  // Of a hello.
  static std::string told_token(const ShortWire& wire) {
    const std::size_t at = wire.outgoing.find(R"("session":")");
    return at == std::string::npos ? "" : wire.outgoing.substr(at + 11, 43);
  }
  void append_to(const session::RecordPtr& record, log::TypeId type, const std::string& payload,
                 std::optional<std::string> key = {}) {
    log::PrivateEventsPtr own;
    {
      const std::lock_guard lock(record->mutex);
      if (!record->events) record->events = log.open_private(record);
      own = record->events;
    }
    log.append(*own, type, key.has_value(), key.value_or(""), payload, Event::Payload::json, clock.now());
  }
  void emit_to(const session::RecordPtr& record, log::TypeId type, const std::string& payload) {
    append_to(record, type, payload);
    hub.turn();
    hub.reap();
  }
  log::TypeId add_restricted(const std::string& name, pushwire::Access who,
                             Retention::Kind kind = Retention::Kind::history) {
    Retention retention;
    retention.kind = kind;
    const log::TypeId type = log.add_type(name, retention, Event::Payload::json, true);
    watchers.add_type(name, true);
    service().visibility.restrict(type, std::move(who));
    return type;
  }

  // --- what clients send ---
  static std::string post_of(const std::string& token, const std::string& body, const std::string& fields = {},
                             int minor = 1) {
    return "POST /pushwire/send HTTP/1." + std::to_string(minor) + "\r\nHost: localhost\r\n" + with(token) +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
           "\r\n" + body;
  }
  std::shared_ptr<ShortWire> send(const std::string& bytes) {
    auto wire = std::make_shared<ShortWire>();
    hub.accept(wire);
    return say(wire, bytes);
  }
  static std::shared_ptr<ShortWire> say(const std::shared_ptr<ShortWire>& wire, const std::string& bytes) {
    wire->incoming += bytes;
    while (!wire->incoming.empty() && !wire->closed) wire->observer().on_readable();
    return wire;
  }
  std::shared_ptr<ShortWire> post(const std::string& token, const std::string& body) {
    return send(post_of(token, body));
  }
  // `offers`: subprotocols.
  std::shared_ptr<ShortWire> websocket(const std::string& query = {}, const std::string& offers = "pushwire.1") {
    return ask("websocket" + query,
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
               "dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                   (offers.empty() ? std::string() : "Sec-WebSocket-Protocol: " + offers + "\r\n"));
  }
  static void say_frame(const std::shared_ptr<ShortWire>& wire, const std::string& json) {
    say(wire, masked_frame(kFin | kText, json));
  }
  // Takes what the server has sent: its frames' payloads, one a line; a close as its code. `head` is taken, too.
  static std::string frames(const std::shared_ptr<ShortWire>& wire) {
    std::string stream = std::exchange(wire->outgoing, {});
    if (stream.compare(0, 5, "HTTP/") == 0) stream.erase(0, stream.find("\r\n\r\n") + 4);
    std::string said;
    while (!stream.empty()) {
      const ServerFrame frame = take_server_frame(stream);
      said += frame.opcode == kClose ? "close " + std::to_string(frame.close_code()) : frame.payload;
      said += '\n';
    }
    return said;
  }
  static std::string taken(const std::shared_ptr<ShortWire>& wire) { return std::exchange(wire->outgoing, {}); }
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
  static std::string cursor(Sequence sequence) { return "epoch001-" + std::to_string(sequence); }
};

}  // namespace pushwire::net
