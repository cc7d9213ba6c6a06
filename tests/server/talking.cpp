#include "server/talking.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace pushwire {

void post(HttpClient& client, std::string_view session, std::string_view frames, const HttpFields& fields) {
  HttpFields all{{"Content-Type", "application/json"}, {"Content-Length", std::to_string(frames.size())}};
  if (!session.empty()) all.emplace_back(kSession, session);
  all.insert(all.end(), fields.begin(), fields.end());
  client.socket().send(request_text("/pushwire/send", all, "POST") + std::string(frames));
}

HttpAnswer post(std::uint16_t port, std::string_view session, std::string_view frames, const HttpFields& fields) {
  HttpClient client(port);
  post(client, session, frames, fields);
  return client.answer();
}

std::string rest_of_body(HttpClient& client) {
  std::string body;
  ChunkDecoder chunks;
  std::string& buffer = client.socket().buffer();
  for (chunks.feed(buffer, body); !chunks.ended(); chunks.feed(buffer, body)) {
    if (!client.socket().receive()) throw std::runtime_error("the connection ended in an answer: " + body);
  }
  return body;
}

std::vector<Item> replies_of(std::string_view body) {
  const auto all = nlohmann::json::parse(body);
  if (!all.is_array()) throw std::runtime_error("no array of replies: " + std::string(body));
  std::vector<Item> replies;
  for (const auto& reply : all) replies.push_back(item_of(std::string_view(reply.dump())));
  return replies;
}

Item reply_of(std::string_view body) {
  auto replies = replies_of(body);
  if (replies.size() != 1) throw std::runtime_error("not one reply: " + std::string(body));
  return replies.front();
}

std::string new_session(std::uint16_t port, const HttpFields& fields) {
  HttpFields all{{kSession, "new"}};
  all.insert(all.end(), fields.begin(), fields.end());
  const std::string token = get(port, "/pushwire/poll", all).field(kSession);
  if (post(port, token, "[]", fields).status != 200) throw std::runtime_error("no session");
  return token;
}

namespace {

std::string numbered(const char* word, const std::string& id, std::string_view name, std::string_view data) {
  return "{\"" + std::string(word) + "\":\"" + std::string(name) + "\"" + id + ",\"data\":" + std::string(data) + "}";
}

}  // namespace

std::string request_frame(std::uint64_t id, std::string_view name, std::string_view data) {
  return numbered("request", ",\"id\":" + std::to_string(id), name, data);
}
std::string send_frame(std::string_view name, std::string_view data) { return numbered("send", {}, name, data); }
std::string numbered_send_frame(std::uint64_t id, std::string_view name, std::string_view data) {
  return numbered("send", ",\"id\":" + std::to_string(id), name, data);
}

Talking::Talking(std::uint16_t port, const Way& way, TalkingOptions options)
    : way_(way),
      options_(std::move(options)),
      session_(options_.session),
      cursor_(options_.after),
      posts_(std::make_unique<HttpClient>(port)),
      last_id_(options_.last_id) {
  if (polls()) {
    polls_ = std::make_unique<HttpClient>(port);
    read("0");
    return;
  }
  std::string target = "/pushwire/" + std::string(way_.transport) + "?envelope=1";
  if (!options_.query.empty()) target += '&' + options_.query;
  if (!cursor_.empty()) target += "&after=" + cursor_;
  HttpFields fields = options_.fields;
  if (way_.transport == std::string_view("sse")) {
    fields.emplace_back(kSession, session_.empty() ? "new" : session_);
    source_ = std::make_unique<EventSource>(port, target, fields);
  } else {
    fields.emplace_back("Sec-WebSocket-Protocol",
                        "pushwire.1" + (session_.empty() ? "" : ", pushwire.session." + session_));
    peer_ = std::make_unique<WebSocketPeer>(port, target, fields);
  }
  cursor_.clear();
  while (cursor_.empty()) read();
}

bool Talking::polls() const { return std::string_view(way_.transport).find("poll") != std::string_view::npos; }

bool Talking::passed(const std::string& cursor) const {
  return !cursor_.empty() && sequence_of(cursor_) >= sequence_of(cursor);
}

// One item of a stream, one answer of a poll. A long-poll is held for longer than anybody waits here.
void Talking::read(std::string_view wait_ms) {
  if (source_) {
    const StreamMessage message = source_->next_message();
    const bool control = message.type.compare(0, 9, "pushwire.") == 0;
    return heed(control ? item_of(message) : item_of(std::string_view(message.data)));
  }
  if (peer_) return heed(peer_->next());
  HttpFields fields = options_.fields;
  fields.emplace_back(kSession, session_.empty() ? "new" : session_);
  std::string target = "/pushwire/" + std::string(way_.transport) + "?wait_ms=" + std::string(wait_ms);
  if (!options_.query.empty()) target += '&' + options_.query;
  if (!cursor_.empty()) target += "&after=" + cursor_;
  const HttpAnswer answer = polls_->get(target, fields);
  if (answer.status != 200) throw std::runtime_error("answered with " + std::to_string(answer.status));
  const std::string token = answer.field(kSession);
  state_ = token.empty() ? "resumed" : session_.empty() ? "new" : "expired";
  if (!token.empty()) session_ = token;
  PolledAnswer said = polled(answer.body);
  for (Item& item : said.items) heed(std::move(item));
  cursor_ = said.cursor;
}

void Talking::heed(Item item) {
  if (item.control == "hello") session_ = item.session, state_ = item.session_state;
  if (item.reply || (item.control.empty() && item.event.empty())) {
    replies_.push_back(std::move(item));
    return;
  }
  if (!item.cursor.empty()) cursor_ = item.cursor;
  else if (item.control.empty() && !item.snapshot && !item.id.empty() && !cursor_.empty()) cursor_ = item.id;
  if (item.control.empty() || item.control == "gap" || item.control == "reset" || item.control == "bye") {
    heard_.push_back(std::move(item));
  }
}

void Talking::say(const std::string& frame) {
  if (way_.in_band) return peer_->say(frame);
  // Whoever has the head of an answer may say more, but on one connection the answers come one after the other.
  post(*posts_, session_, '[' + frame + ']', options_.fields);
  ++posted_;
}

Item Talking::reply() {
  while (replies_.empty()) {
    if (way_.in_band) {
      read();
      continue;
    }
    if (posted_ == 0) throw std::runtime_error("nothing was asked");
    --posted_;
    const HttpAnswer answer = posts_->answer();
    if (answer.status != 200) throw std::runtime_error("answered with " + std::to_string(answer.status));
    for (Item& reply : replies_of(answer.body)) replies_.push_back(std::move(reply));
  }
  Item reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

Item Talking::ask(std::string_view name, std::string_view data) {
  say(request_frame(++last_id_, name, data));
  Item answer = reply();
  if (answer.reply != last_id_) throw std::runtime_error("another reply than the one waited for: " + answer.json);
  return answer;
}

std::vector<Item> Talking::read_to(const std::string& cursor) {
  while (!passed(cursor)) read();
  std::vector<Item> items(heard_.begin(), heard_.end());
  heard_.clear();
  return items;
}

Item Talking::next() {
  while (heard_.empty()) read();
  Item item = std::move(heard_.front());
  heard_.pop_front();
  return item;
}

void Talking::cut() {
  for (Socket* socket : {source_ ? &source_->socket() : nullptr, peer_ ? &peer_->socket() : nullptr,
                         polls_ ? &polls_->socket() : nullptr}) {
    if (socket != nullptr) socket->abort();
  }
}

}  // namespace pushwire
