// A client with a session: reads by one transport, and says what it has to say in-band or by POST.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/event_source.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {

// By which transport a client reads, and how it speaks.
struct Way {
  const char* name;
  const char* transport;
  bool in_band;
};
inline constexpr Way kInBand{"websocket", "websocket", true};
inline constexpr Way kSseAndPost{"sse_and_post", "sse", false};
inline constexpr Way kWays[] = {kInBand,
                                {"websocket_and_post", "websocket", false},
                                kSseAndPost,
                                {"long_poll_and_post", "long-poll", false},
                                {"poll_and_post", "poll", false}};

// For names of tests with a Way as their parameter.
inline std::string way_name(const Way& way) { return way.name; }

// --- POST ---
inline constexpr const char* kSession = "Pushwire-Session";

// Sends a batch of client frames, as the JSON array that it is; the answer is read with `client.answer()`.
void post(HttpClient& client, std::string_view session, std::string_view frames, const HttpFields& fields = {});
// On a connection of its own.
HttpAnswer post(std::uint16_t port, std::string_view session, std::string_view frames, const HttpFields& fields = {});
// Reads on behind the head of an answer in chunks, up to its end.
std::string rest_of_body(HttpClient& client);
// The replies of an answer's body.
std::vector<Item> replies_of(std::string_view body);
// The only one.
Item reply_of(std::string_view body);

// A session's token and record, without any connection that stays.
std::string new_session(std::uint16_t port, const HttpFields& fields = {});

// --- frames ---
std::string request_frame(std::uint64_t id, std::string_view name, std::string_view data = "null");
std::string send_frame(std::string_view name, std::string_view data = "null");
std::string numbered_send_frame(std::uint64_t id, std::string_view name, std::string_view data = "null");

struct TalkingOptions {
  std::string session;        // a token; empty: a new one
  std::string query;          // such as "events=log"
  std::string after;          // a cursor; empty: as a newcomer
  HttpFields fields;          // of every request
  std::uint64_t last_id = 0;  // numbers of requests go on behind it
};

class Talking {
 public:
  // Is level with the log when it returns.
  Talking(std::uint16_t port, const Way& way, TalkingOptions options = {});

  const std::string& session() const noexcept { return session_; }
  // `new`, `resumed` or `expired`; of polls what follows from the answer's field.
  const std::string& state() const noexcept { return state_; }
  // Where it stands.
  const std::string& cursor() const noexcept { return cursor_; }

  void say(const std::string& frame);
  // The next reply.
  Item reply();
  // Says a request, with the next id, and waits for its reply.
  Item ask(std::string_view name, std::string_view data = "null");
  // Reads until it has passed `cursor`; the events, gaps and resets that came, among them those that came before.
  std::vector<Item> read_to(const std::string& cursor);
  // The next event, gap, reset or bye.
  Item next();
  // Its reading connection is cut.
  void cut();

 private:
  void read(std::string_view wait_ms = "60000");
  void heed(Item item);
  bool polls() const;
  bool passed(const std::string& cursor) const;

  const Way way_;
  const TalkingOptions options_;
  std::string session_, state_, cursor_;
  std::unique_ptr<EventSource> source_;
  std::unique_ptr<WebSocketPeer> peer_;
  std::unique_ptr<HttpClient> polls_;
  std::unique_ptr<HttpClient> posts_;
  std::size_t posted_ = 0;  // batches whose answers have not been read
  std::deque<Item> heard_;
  std::deque<Item> replies_;
  std::uint64_t last_id_;
};

}  // namespace pushwire
