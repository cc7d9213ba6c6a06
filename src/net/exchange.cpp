#include "net/exchange.hpp"

#include <charconv>

#include "net/answering.hpp"
#include "net/http/entity_tag.hpp"
#include "net/http/preflight.hpp"
#include "net/http/problem.hpp"
#include "net/hub.hpp"
#include "net/stream.hpp"

namespace pushwire::net {

namespace {

constexpr std::string_view kUncached = "no-cache, no-store, no-transform";
constexpr std::chrono::milliseconds kDefaultWait{25'000};
constexpr std::uint32_t kLongestWaitMs = 60'000;
constexpr std::uint32_t kOverloadPauseMs = 5'000;

// For sentences: what a client sent, bounded and without bytes that could confuse a log.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 100)) out += c >= 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?';
  return out += text.size() > 100 ? "…\"" : "\"";
}

std::vector<std::string> names(std::string_view parameter, std::string_view list, std::size_t most) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string_view name = list.substr(at, comma - at);
    if (!log::Subscription::valid_pattern(name)) {
      throw Refusal(400, std::string(parameter) + ": " + quoted(name) + " is no name of an event type");
    }
    if (found.size() == most) {
      throw Refusal(400, std::string(parameter) + ": more than " + std::to_string(most) + " names");
    }
    found.emplace_back(name);
    at = comma + 1;
  }
  return found;
}

// Milliseconds, in decimal, 0 to `most`.
std::chrono::milliseconds milliseconds(std::string_view parameter, std::string_view text, std::uint32_t most) {
  std::uint32_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc{} || end != text.data() + text.size() || ms > most) {
    throw Refusal(400,
                  std::string(parameter) + ": " + quoted(text) + " is not a number of 0 to " + std::to_string(most));
  }
  return std::chrono::milliseconds(ms);
}

bool flag(const Request& request, std::string_view name) {
  const auto value = request.parameter(name);
  if (!value || *value == "0") return false;
  if (*value == "1") return true;
  throw Refusal(400, std::string(name) + ": " + quoted(*value) + " is neither 0 nor 1");
}

std::string_view session_token(const Request& request) noexcept {
  if (const auto field = request.field("Pushwire-Session")) return *field;
  constexpr std::string_view kPrefix = "pushwire.session.";
  for (const Request::Field& field : request.fields) {
    constexpr std::string_view kName = "sec-websocket-protocol";
    if (field.name.size() != kName.size() || !request.field(kName) || field.value.empty()) continue;
    const std::size_t at = field.value.find(kPrefix);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = field.value.substr(at + kPrefix.size());
    return rest.substr(0, rest.find_first_of(", \t"));
  }
  return {};
}

}  // namespace

struct Exchange::Wish {
  enum class After { latest, earliest, cursor, unreadable };

  std::vector<std::string> events;  // empty: all
  std::vector<std::string> fresh;
  After after = After::latest;
  Cursor cursor;
  bool with_time = false;
  bool envelope = false;
  std::chrono::milliseconds wait = kDefaultWait;
  Heartbeat heartbeat;
  std::string named;  // the place as it was asked for
};

Exchange::Exchange(Hub& hub, Connection& connection, const Request& request, bool keep_alive, bool upgrade)
    : hub_(hub), connection_(connection), request_(request), keep_alive_(keep_alive), upgrade_(upgrade) {}

bool Exchange::refused_by_head() {
  access_ = hub_.access().judge(request_, connection_.local_address());
  if (access_.status == 0) return false;
  refuse(access_.status, access_.sentence);
  return true;
}

void Exchange::serve() {
  access_ = hub_.access().judge(request_, connection_.local_address());
  if (access_.status != 0) {
    keep_alive_ = false;
    return refuse(access_.status, access_.sentence);
  }
  if (hub_.stopping()) keep_alive_ = false;
  try {
    if (request_.method == "OPTIONS") return preflight();
    route();
  } catch (const Refusal& refusal) {
    refuse(refusal.head.status, refusal.what(), &refusal.head.fields);
  }
}

void Exchange::route() {
  const std::string_view base = hub_.settings().base_path;
  std::string_view rest = request_.path;
  const bool ours = rest.size() > base.size() && rest.substr(0, base.size()) == base && rest[base.size()] == '/';
  if (ours) {
    rest.remove_prefix(base.size() + 1);
    for (std::size_t i = 0; i < hub_.transports().size(); ++i) {
      if (hub_.transports()[i]->name() == rest) return converse(i);
    }
  }
  if (connection_.over_capacity()) {
    keep_alive_ = false;
    const Fields fields{{"Retry-After", std::to_string(kOverloadPauseMs / 1000)}};
    return refuse(503, "the server has all the connections that it takes", &fields);
  }
  const std::optional<Response> response = hub_.responder().respond(request_);
  if (!response) return refuse(404, "there is nothing at " + quoted(request_.path));
  if (request_.method != "GET" && request_.method != "HEAD") {
    const Fields fields{{"Allow", "GET, HEAD"}};
    return refuse(405, quoted(request_.path) + " is read with GET or HEAD", &fields);
  }
  respond(*response);
}

ResponseHead Exchange::head(int status) const {
  ResponseHead head;
  head.status = status;
  head.version_minor = request_.version_minor;
  head.close = !keep_alive_;
  head.cache_control = kUncached;
  head.date = hub_.date();
  head.vary_origin = hub_.access().lists_origins();
  if (access_.cross_origin) head.cors_origin = request_.field("Origin").value_or(std::string_view{});
  return head;
}

void Exchange::refuse(int status, std::string_view sentence, const Fields* fields) {
  if (status >= 0 && static_cast<std::size_t>(status) < hub_.counters().refusals.size()) {
    Counters::add(hub_.counters().refusals[static_cast<std::size_t>(status)]);
  }
  const std::string body = problem_json(status, sentence);
  ResponseHead answer = head(status);
  answer.content_type = kProblemType;
  answer.body = ResponseHead::Body::length;
  answer.content_length = body.size();
  answer.fields = fields;
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out, {}, head_only() ? std::string_view{} : std::string_view(body));
  connection_.answered(keep_alive_);
}

void Exchange::refuse(Hub& hub, Connection& connection, int status, std::string_view sentence) {
  Request unread;
  Exchange exchange(hub, connection, unread, false, false);
  exchange.refuse(status, sentence);
}

void Exchange::preflight() {
  const std::optional<Head> granted = answer_preflight(request_, access_);
  const Fields allowed{{"Allow", "GET, HEAD, OPTIONS"}};
  ResponseHead answer = head(204);
  answer.fields = granted ? &granted->fields : &allowed;
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out);
  connection_.answered(keep_alive_);
}

void Exchange::respond(const Response& response) {
  Fields fields = response.fields;
  if (!response.etag.empty()) fields.emplace_back("ETag", response.etag);
  const auto match = request_.field("If-None-Match");
  const bool unchanged = match && !response.etag.empty() && etag_matches(*match, response.etag);
  ResponseHead answer = head(unchanged ? 304 : response.status);
  answer.cache_control = response.cache_control;
  answer.fields = &fields;
  if (!unchanged) {
    answer.content_type = response.content_type;
    answer.body = ResponseHead::Body::length;
    answer.content_length = response.body.view.size();
  }
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out, unchanged || head_only() ? SharedBytes{} : response.body);
  connection_.answered(keep_alive_);
}

// --- transports ---

Exchange::Wish Exchange::wish() const {
  Wish wish;
  const std::size_t most = hub_.limits().subscription_names;
  if (const auto events = request_.parameter("events")) wish.events = names("events", *events, most);
  if (const auto fresh = request_.parameter("fresh"); fresh && !fresh->empty())
    wish.fresh = names("fresh", *fresh, most);
  wish.with_time = flag(request_, "at");
  wish.envelope = flag(request_, "envelope");
  if (const auto wait = request_.parameter("wait_ms")) wish.wait = milliseconds("wait_ms", *wait, kLongestWaitMs);
  if (const auto heartbeat = request_.parameter("heartbeat_ms")) {
    wish.heartbeat = Heartbeat::asked(milliseconds("heartbeat_ms", *heartbeat, UINT32_MAX), hub_.settings().heartbeat);
  }
  if (const auto last = request_.field("Last-Event-ID"); last && !last->empty()) {
    const auto cursor = Cursor::parse(*last);
    wish.after = cursor ? Wish::After::cursor : Wish::After::unreadable;
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = *last;
  } else if (const auto after = request_.parameter("after"); after && *after != "latest") {
    const auto cursor = Cursor::parse(*after);
    if (*after == "earliest") wish.after = Wish::After::earliest;
    else if (cursor) wish.after = Wish::After::cursor;
    else throw Refusal(400, "after: " + quoted(*after) + " is neither a cursor nor latest nor earliest");
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = *after;
  }
  for (const std::string& name : wish.fresh) wish.named += "," + name;
  return wish;
}

void Exchange::converse(std::size_t index) {
  const Transport& transport = *hub_.transports()[index];
  const Traits traits = transport.traits();
  const bool streaming = traits.delivery == Delivery::streaming;
  if (request_.method != "GET" && (request_.method != "HEAD" || traits.bidirectional)) {
    const Fields fields{{"Allow", traits.bidirectional ? "GET" : "GET, HEAD"}};
    return refuse(405, quoted(request_.path) + " is read with GET", &fields);
  }
  if (connection_.over_capacity()) {
    keep_alive_ = false;
    if (streaming && !traits.bidirectional) return tell_overload_to_stream(transport);
    const Fields fields{{"Retry-After", std::to_string(kOverloadPauseMs / 1000)}};
    return refuse(503, "the server has all the connections that it takes", &fields);
  }
  Wish wish = this->wish();
  Head answer;
  auto conversation = transport.open(request_, answer);
  if (streaming) begin_stream(index, std::move(wish), std::move(conversation), answer);
  else begin_answer(index, std::move(wish), std::move(conversation), std::move(answer));
}

// An EventSource gives up for good on any other status than 200: it is told when to come back, and let go.
void Exchange::tell_overload_to_stream(const Transport& transport) {
  Counters::add(hub_.counters().refusals[503]);
  Head extra;
  const auto conversation = transport.open(request_, extra);
  Control bye;
  bye.kind = Control::Kind::bye;
  bye.reason = Control::Reason::policy;
  bye.after_ms = kOverloadPauseMs + hub_.spread_ms(kOverloadPauseMs);
  std::string body;
  conversation->control(bye, body);
  ResponseHead answer = head(200);
  answer.content_type = transport.traits().media_type;
  answer.body = ResponseHead::Body::length;
  answer.content_length = body.size();
  answer.fields = &extra.fields;
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out, {}, head_only() ? std::string_view{} : std::string_view(body));
  connection_.answered(false);
}

namespace {

log::Place place_of(Hub& hub, const log::SubscriptionPtr& subscription, const std::vector<std::string>& fresh,
                    int after, const Cursor& cursor) {
  log::EventLog& log = hub.log();
  log::Place place;
  switch (after) {
    case 0:
      place = log.newcomer(subscription);
      // Everybody reads up to the horizon; what was appended since it was taken comes as news, and what was lost of it
      // has to be told.
      if (place.after > hub.horizon()) {
        place.after = hub.horizon();
        place.forgiven = 0;
      }
      return place;
    case 1: return log.earliest();
    case 2: return log.resume(cursor, fresh.empty() ? nullptr : log.subscribe(fresh));
    default: return log.reset();
  }
}

}  // namespace

void Exchange::begin_stream(std::size_t index, Wish wish, std::unique_ptr<Conversation> conversation,
                            const Head& extra) {
  const bool upgraded = extra.status == 101;
  if (!upgraded) keep_alive_ = keep_alive_ && request_.version_minor >= 1;
  ResponseHead answer = head(extra.status);
  answer.fields = &extra.fields;
  Framing framing = Framing::none;
  if (!upgraded) {
    answer.content_type = hub_.transports()[index]->traits().media_type;
    answer.body = request_.version_minor >= 1 ? ResponseHead::Body::chunked : ResponseHead::Body::until_close;
    framing = request_.version_minor >= 1 ? Framing::chunked : Framing::none;
  }
  std::string head_bytes;
  append_head(answer, head_bytes);
  if (head_only()) {
    connection_.send(head_bytes);
    return connection_.answered(keep_alive_);
  }
  hub_.turn();
  Reader::Setup setup;
  setup.format = {static_cast<std::uint16_t>(index), wish.with_time, wish.envelope};
  setup.framing = framing;
  setup.heartbeat = wish.heartbeat;
  setup.subscription = hub_.log().subscribe(std::move(wish.events));
  setup.place = place_of(hub_, setup.subscription, wish.fresh, static_cast<int>(wish.after), wish.cursor);
  setup.conversation = std::move(conversation);

  Stream::Greeting greeting;
  const std::string_view presented = session_token(request_);
  std::string issued;
  if (!presented.empty() && hub_.tokens().valid(presented)) {
    greeting = {presented, "resumed"};
  } else {
    issued = hub_.tokens().issue();
    greeting = {issued, presented.empty() ? "new" : "expired"};
  }
  auto stream = std::make_unique<Stream>(hub_, connection_, std::move(setup));
  Stream& begun = *stream;
  connection_.stream(std::move(stream));
  begun.begin(head_bytes, greeting);
}

void Exchange::begin_answer(std::size_t index, Wish wish, std::unique_ptr<Conversation> conversation, Head extra) {
  hub_.turn();
  Reader::Setup setup;
  setup.format = {static_cast<std::uint16_t>(index), wish.with_time, wish.envelope};
  setup.subscription = hub_.log().subscribe(std::move(wish.events));
  setup.place = place_of(hub_, setup.subscription, wish.fresh, static_cast<int>(wish.after), wish.cursor);
  setup.conversation = std::move(conversation);
  Answering::Terms terms;
  const bool immediate = hub_.transports()[index]->traits().delivery == Delivery::immediate;
  terms.named = wish.named;
  terms.if_none_match = std::string(request_.field("If-None-Match").value_or(std::string_view{}));
  terms.with_etag = immediate;
  terms.head_only = head_only();
  terms.keep_alive = keep_alive_;
  terms.head = head(200);
  terms.cors_origin = terms.head.cors_origin;
  terms.wait = immediate ? std::chrono::milliseconds(0) : wish.wait;
  terms.fields = std::move(extra.fields);
  hub_.watch_poll(setup.subscription);
  auto answering = std::make_unique<Answering>(hub_, connection_, std::move(setup));
  Answering& begun = *answering;
  connection_.own_answering(std::move(answering));
  begun.begin(std::move(terms));
}

}  // namespace pushwire::net
