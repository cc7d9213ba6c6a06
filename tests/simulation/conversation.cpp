#include "simulation/conversation.hpp"

#include <algorithm>

#include "simulation/model_client.hpp"

namespace pushwire::simulation {

void Conversation::fault(const std::string& sentence) {
  over_ = true;
  if (!may_end_) client_.fail(sentence);
}

void Conversation::on_fault(const std::string& sentence) { fault("what came is not HTTP: " + sentence); }

void Conversation::ended() {
  const bool whole = answers_.end();
  over_ = true;
  if (may_end_ || said_bye_ || (whole && idle_for_long()) || client_.server_ends() || !client_.settings().calm) return;
  client_.fail(whole ? "the server hung up without a reason" : "the server hung up in the middle of an answer");
}

void Conversation::hear_hello(const Json& hello) {
  if (streaming_) return fault("hello twice");
  streaming_ = true;
  const std::string state = hello.value("session_state", "");
  const std::string session = hello.value("session", "");
  if (hello.value("protocol", 0) != 1 || session.empty()) return fault("hello is not of this protocol");
  hear_session(session, state);
  if (over_) return;
  // A wish only shortens, to no less than a second, and by less than half of what was asked for.
  const auto own = static_cast<std::uint64_t>(client_.settings().heartbeat.count());
  const auto wished = std::min(own, std::max<std::uint64_t>(1000, wished_heartbeat_ms_.value_or(own)));
  const auto given = hello.value("heartbeat_ms", std::uint64_t{0});
  if (given > wished || given * 2 <= wished || (wished == own && given != own)) {
    return fault("hello: a heartbeat of " + std::to_string(given) + " ms where " + std::to_string(wished) +
                 " were due");
  }
  const bool has_cursor = hello.contains("cursor");
  const auto cursor = cursor_member(hello, "cursor");
  if (has_cursor && !cursor) return fault("hello has no readable cursor");
  client_.witness().hello(ask_, hello.value("resume", ""), cursor);
}

// A session ends only after its lease, which begins when its last connection ends. A token that came with a stream and was
// never used since has no session yet: it is good for as long from its issue.
void Conversation::hear_session(const std::string& session, const std::string& state) {
  constexpr std::chrono::seconds kLease{60};
  constexpr std::chrono::seconds kSlack{1};  // a token counts in tenths; an end may be under way
  const bool same = session == client_.session;
  if (!greeted_again_ && (state != "new" || same)) return fault("hello: a new session is " + state);
  if (greeted_again_ && state == "expired" && !same) {
    const auto idle = client_.clock().steady() - client_.session_held_at;
    if (idle < kLease - kSlack) return fault("hello: a session ended before its lease");
  } else if (greeted_again_ && (state != "resumed" || !same)) {
    return fault("hello: a session that is asked for again is " + state);
  }
  client_.session = session;
  client_.session_held_at = same ? std::max(client_.session_held_at, opened_at_) : opened_at_;
}

void Conversation::hear_bye() {
  said_bye_ = true;
  client_.heard_bye_now();
}

bool Conversation::turned_away(const AnswerReader::Head& head) {
  if (head.status != 503 && head.status != 408) return false;
  may_end_ = over_ = true;
  if (head.status == 408 && client_.settings().calm) client_.fail("408 though time did not jump");
  if (head.status == 408) return true;
  if (!client_.settings().crowded && !client_.server_ends()) client_.fail("503 from a server with room");
  return true;
}

std::string Conversation::request_line(std::string_view path, const std::string& query, bool http10) const {
  std::string line = "GET /pushwire/";
  line.append(path).append(query).append(http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  return line += "Host: localhost:8080\r\n";
}

void Conversation::wish_for_heartbeat(std::string& query) {
  Random& random = client_.random();
  if (!random.one_in(3)) return;
  wished_heartbeat_ms_ = random.skewed(40'000);
  query += (query.empty() ? "?" : "&") + ("heartbeat_ms=" + std::to_string(*wished_heartbeat_ms_));
}

std::string Conversation::session_field() const {
  return greeted_again_ ? "Pushwire-Session: " + client_.session + "\r\n" : std::string();
}

}  // namespace pushwire::simulation
