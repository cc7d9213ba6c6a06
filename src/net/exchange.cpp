#include "net/exchange.hpp"

#include "net/answering.hpp"
#include "net/http/entity_tag.hpp"
#include "net/http/preflight.hpp"
#include "net/http/problem.hpp"
#include "net/http/syntax.hpp"
#include "net/hub.hpp"
#include "net/page_answer.hpp"
#include "net/posting.hpp"
#include "net/stream.hpp"

namespace pushwire::net {

namespace {

using syntax::quoted;

constexpr std::uint32_t kOverloadPauseMs = 5'000;
constexpr std::string_view kSend = "send";
constexpr std::string_view kLaunch = "launch";
constexpr std::string_view kNegotiate = "negotiate";
constexpr std::string_view kSessionField = "Pushwire-Session";
constexpr std::string_view kNewSession = "new";  // instead of a token: the client has none and wants one
constexpr std::size_t kMostFrames = 1000;        // in one request

// A media type of JSON: application/json, or application/<anything>+json, with any parameters.
bool is_json(std::string_view type) {
  std::string name(type.substr(0, type.find(';')));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::string_view kApplication = "application/";
  constexpr std::string_view kSuffix = "+json";
  if (name == "application/json") return true;
  return name.size() > kApplication.size() + kSuffix.size() &&
         name.compare(0, kApplication.size(), kApplication) == 0 &&
         name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) == 0;
}

std::string_view session_token(const Request& request) {
  if (const auto field = request.field(kSessionField)) return *field;
  constexpr std::string_view kPrefix = "pushwire.session.";
  for (const std::string_view offered : request.members("Sec-WebSocket-Protocol")) {
    if (offered.substr(0, kPrefix.size()) == kPrefix) return offered.substr(kPrefix.size());
  }
  return {};
}

Access judged(const Hub& hub, const Connection& connection, const Request& request) {
  return hub.access().judge(request, [&] { return connection.local_address(); });
}

}  // namespace

Exchange::Exchange(Hub& hub, Connection& connection, const Request& request, bool keep_alive)
    : hub_(hub), connection_(connection), request_(request), keep_alive_(keep_alive) {}

bool Exchange::refused_by_head() {
  access_ = judged(hub_, connection_, request_);
  if (access_.status == 0) return !launched();
  refuse(access_.status, access_.sentence);
  return true;
}

bool Exchange::admitted() {
  access_ = judged(hub_, connection_, request_);
  if (access_.status != 0) {
    keep_alive_ = false;
    refuse(access_.status, access_.sentence);
    return false;
  }
  if (hub_.stopping()) keep_alive_ = false;
  return launched();
}

bool Exchange::launched() {
  const auto& token = hub_.settings().launch;
  // Who asks for permission first shows nothing yet (Fetch, CORS-preflight fetch).
  if (!token || (request_.method == "OPTIONS" && !is_page_options()) || own_path() == kLaunch) return true;
  if (token->admits(request_, hub_.settings().port)) return true;
  const Fields fields{{"WWW-Authenticate", "Bearer"}};
  refuse(401, "this server wants the token of its launch: open the address that the program gave", &fields);
  return false;
}

// The token stands in an address, and so in a history: the page that the browser goes on to has another.
void Exchange::launch() {
  if (request_.method != "GET") {
    const Fields fields{{"Allow", "GET"}};
    return refuse(405, quoted(request_.path) + " is opened with GET", &fields);
  }
  const auto& token = hub_.settings().launch;
  if (!token->is(request_.parameter("token").value_or(std::string()))) {
    return refuse(401, "that is not the token of this launch");
  }
  const HubSettings& settings = hub_.settings();
  // The root of this server, which has another path where a proxy puts one before it.
  std::string root;
  for (const char c : settings.base_path) root += c == '/' ? "../" : "";
  const Fields fields{{"Location", std::move(root)},
                      {"Set-Cookie", token->set_cookie(settings.port, hub_.access().by_https(request_))},
                      {"Referrer-Policy", "no-referrer"}};
  ResponseHead answer = head(303);
  answer.fields = &fields;
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out);
  connection_.answered(keep_alive_);
}

void Exchange::answered_by(const std::function<void()>& act) {
  try {
    act();
  } catch (const Refusal& refusal) {
    refuse(refusal.head.status, refusal.what(), &refusal.head.fields);
  }
}

void Exchange::serve() {
  if (!admitted()) return;
  if (request_.method == "OPTIONS" && !is_page_options()) return answered_by([this] { preflight(); });
  if (hub_.settings().authorize && !connection_.turned_away()) {
    const auto path = own_path();
    if (path && (*path == kSend || *path == kNegotiate || transport_at(*path))) {
      auto parked = std::make_shared<Parked>(connection_, hub_.access().client(request_, connection_.peer_address()));
      return connection_.park(std::move(parked), hub_.now() + hub_.limits().authorize_timeout);
    }
  }
  answered_by([this] { route(); });
}

void Exchange::serve(const Verdict& verdict) {
  if (!admitted()) return;
  answered_by([&] {
    if (!verdict.identity) {
      const int status = verdict.refusal.status;
      return refuse(status >= 400 && status <= 599 ? status : 403, verdict.sentence, &verdict.refusal.fields);
    }
    identity_ = verdict.identity;
    if (identity_->expires && *identity_->expires <= std::chrono::system_clock::now()) {
      throw Refusal(401, "who asks was known until a moment ago, and has to show it anew");
    }
    route();
  });
}

std::optional<std::string_view> Exchange::own_path() const noexcept {
  const std::string_view base = hub_.settings().base_path;
  std::string_view path = request_.path;
  if (path.size() <= base.size() || path.substr(0, base.size()) != base || path[base.size()] != '/')
    return std::nullopt;
  return path.substr(base.size() + 1);
}

std::optional<std::size_t> Exchange::transport_at(std::string_view path) const noexcept {
  const auto& transports = hub_.transports();
  for (std::size_t i = 0; i < transports.size(); ++i) {
    if (transports[i]->name() == path) return i;
  }
  return std::nullopt;
}

void Exchange::route() {
  const auto path = own_path();
  if (path) {
    if (const auto transport = transport_at(*path)) return converse(*transport);
  }
  if (connection_.turned_away()) {
    keep_alive_ = false;
    return refuse(503, sentence_of(connection_.admission()));
  }
  if (path == kSend) return post();
  if (path == kLaunch && hub_.settings().launch) return launch();
  const std::optional<Response> response = hub_.responder().respond(request_, identity_);
  if (!response) {
    return for_pages() ? page() : not_found();
  }
  if (request_.method == "OPTIONS") return preflight();
  if (request_.method != "GET" && request_.method != "HEAD") {
    const Fields fields{{"Allow", "GET, HEAD"}};
    return refuse(405, quoted(request_.path) + " is read with GET or HEAD", &fields);
  }
  respond(*response);
}

bool Exchange::for_pages() const noexcept {
  return hub_.settings().pages && !own_path() && request_.path != hub_.settings().base_path;
}

bool Exchange::is_page_options() const noexcept {
  return request_.method == "OPTIONS" && request_.path != "*" && for_pages() &&
         !request_.field("Access-Control-Request-Method");
}

void Exchange::page() {
  const PageQueue& pages = *hub_.settings().pages;
  pages.router().judge(request_);
  const std::string client = hub_.access().client(request_, connection_.peer_address());
  const std::string_view why = pages.no_room(hub_.access().counted_as(client));
  if (!why.empty()) return refuse(503, why);
  auto answer = std::make_unique<PageAnswer>(hub_, connection_, head(200), head_only(), keep_alive_);
  connection_.page(std::move(answer), hub_.now() + hub_.limits().page_deadline);
}

// --- sessions ---

Exchange::Caller Exchange::caller(bool joins, std::string_view transport) {
  session::Service& service = hub_.service();
  const log::Moment now = hub_.clock().now();
  const std::string_view shown = session_token(request_);
  Caller caller;
  if (!shown.empty() && shown != kNewSession) {
    using Standing = session::Sessions::Standing;
    caller.state = "expired";
    if (const auto token = service.tokens.read(shown)) {
      using Use = session::Sessions::Use;
      const Use use = hub_.audience().has_nameless(*token) ? Use::first : Use::handed_in;
      const auto opened = service.sessions.open(*token, identity_, use, now, transport);
      if (opened.standing != Standing::expired) {
        caller.record = opened.record;
        caller.token = *token;
        caller.state = "resumed";
        if (opened.record) hub_.adopt(opened.record);
        if (opened.rights_changed) hub_.rights_changed(*opened.record, nullptr);
        return caller;
      }
    }
  }
  caller.token = service.tokens.issue(now.steady);
  caller.issued = true;
  if (joins)
    caller.record =
        service.sessions.open(caller.token, identity_, session::Sessions::Use::issued, now, transport).record;
  return caller;
}

void Exchange::tell_token(const Caller& caller, Fields& fields) const {
  if (!caller.issued || !request_.field(kSessionField)) return;
  fields.emplace_back(kSessionField, hub_.service().tokens.spell(caller.token));
}

void Exchange::post() {
  if (request_.method != "POST") {
    const Fields fields{{"Allow", "POST"}};
    return refuse(405, quoted(request_.path) + " is written to with POST", &fields);
  }
  if (!is_json(request_.field("Content-Type").value_or(std::string_view{}))) {
    return refuse(415, "client frames are sent with Content-Type: application/json");
  }
  if (const auto coding = request_.field("Content-Encoding"); coding && *coding != "identity") {
    const Fields fields{{"Accept-Encoding", "identity"}};
    return refuse(415, "the Content-Encoding " + quoted(*coding) + " is not read here", &fields);
  }
  if (!request_.field(kSessionField)) return refuse(400, "there is no field Pushwire-Session");
  const Caller caller = this->caller(false, {});
  if (!caller.record) {
    Fields fields;
    tell_token(caller, fields);
    if (caller.issued) return refuse(410, "the session has expired, or was never this client's", &fields);
    fields.emplace_back("Retry-After", std::to_string(kOverloadPauseMs / 1000));
    return refuse(503, "the server has all the sessions that it takes", &fields);
  }
  session::Service& service = hub_.service();
  session::ClientFrames said = session::parse_client_frames(request_.body, service.limits.frames, kMostFrames);
  if (!said.fault.empty()) return refuse(400, said.fault);
  if (const auto wait = service.messages.admit(*caller.record, said.frames.size(), hub_.now()); wait.count() > 0) {
    Counters::add(hub_.counters().refused_floods);
    const Fields fields{{"Retry-After", std::to_string((wait.count() + 999) / 1000)}};
    return refuse(429, "more messages than this server takes in a second", &fields);
  }
  auto posting = std::make_unique<Posting>(hub_, connection_, caller.record, keep_alive_);
  for (session::ClientFrame& frame : said.frames) {
    const std::optional<session::RequestId> id = frame.id;
    session::Messages::Taken taken;
    using Kind = session::ClientFrame::Kind;
    if (frame.kind == Kind::unusable) {
      taken.outcome = session::make_error("bad-frame", frame.fault);
    } else if (frame.kind == Kind::subscribe || frame.kind == Kind::ping) {
      taken.outcome = session::make_error("bad-frame", "only a WebSocket takes this frame");
    } else {
      taken = service.messages.take(caller.record, std::move(frame), {}, posting->asker(), hub_.now());
    }
    if (taken.pending) posting->expect(*id);
    else if (taken.outcome) posting->add(Replies::frame(id, *taken.outcome));
    // Last: another connection may go on with what it has from its client, and ask for the same once more.
    hub_.moved(taken.instead_of, id);
  }
  const bool whole = posting->begin(head(200));
  if (whole) return connection_.answered(keep_alive_);
  connection_.post(std::move(posting));
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

void Exchange::count_refusal(int status) {
  if (status < 0 || static_cast<std::size_t>(status) >= hub_.counters().refusals.size()) return;
  Counters::add(hub_.counters().refusals[static_cast<std::size_t>(status)]);
}

void Exchange::refuse(int status, std::string_view sentence, const Fields* fields) {
  count_refusal(status);
  // A host with a proxy before it, and one that is attacked, wants to know of those; of all others who looks for them.
  const LogLevel level = access_.status == 403 || access_.status == 421 ? LogLevel::warning : LogLevel::debug;
  hub_.log(level, std::to_string(status) + ": " + std::string(sentence),
           hub_.access().client(request_, connection_.peer_address()));
  const Fields later{{"Retry-After", std::to_string(kOverloadPauseMs / 1000)}};
  if (status == 503 && fields == nullptr) fields = &later;
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

void Exchange::refuse(Hub& hub, Connection& connection, int status, std::string_view sentence, const Request* request) {
  const Request unread;
  Exchange exchange(hub, connection, request == nullptr ? unread : *request, false);
  if (request != nullptr) exchange.access_ = judged(hub, connection, *request);
  exchange.refuse(status, sentence);
}

void Exchange::not_found(Hub& hub, Connection& connection, const Request& request, bool keep_alive) {
  Exchange exchange(hub, connection, request, keep_alive);
  exchange.access_ = judged(hub, connection, request);
  exchange.not_found();
}

void Exchange::preflight() {
  const std::optional<Head> granted = answer_preflight(request_, access_, for_pages());
  const Fields allowed{{"Allow", own_path() == kSend ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"}};
  ResponseHead answer = head(204);
  answer.fields = granted ? &granted->fields : &allowed;
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out);
  connection_.answered(keep_alive_);
}

void Exchange::respond(const Response& response) {
  Fields fields = response.fields;
  SharedBytes body = response.body;
  int status = response.status;
  if (!response.etag.empty()) fields.emplace_back("ETag", response.etag);
  const auto match = request_.field("If-None-Match");
  if (match && !response.etag.empty() && etag_matches(*match, response.etag)) status = 304;
  if (status == 200 && response.ranges) {
    fields.emplace_back("Accept-Ranges", "bytes");
    const ByteRange range = asked_range(response);
    const std::string size = std::to_string(body.view.size());
    if (range.kind == ByteRange::Kind::unsatisfiable) {
      const Fields length{{"Content-Range", "bytes */" + size}};
      return refuse(416, quoted(request_.path) + " has " + size + " bytes, none of which was asked for", &length);
    }
    if (range.kind == ByteRange::Kind::part) {
      status = 206;
      body.view = body.view.substr(range.first, range.size);
      fields.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                               std::to_string(range.first + range.size - 1) + "/" + size);
    }
  }
  ResponseHead answer = head(status);
  answer.cache_control = response.cache_control;
  answer.fields = &fields;
  if (status != 304) {
    if (!response.content_encoding.empty()) fields.emplace_back("Content-Encoding", response.content_encoding);
    answer.content_type = response.content_type;
    answer.body = ResponseHead::Body::length;
    answer.content_length = body.view.size();
  }
  std::string& out = hub_.scratch();
  append_head(answer, out);
  connection_.send(out, status == 304 || head_only() ? SharedBytes{} : body);
  connection_.answered(keep_alive_);
}

void Exchange::not_found() {
  if (request_.method == "OPTIONS") return preflight();
  const bool page = request_.method == "GET" || request_.method == "HEAD";
  const auto instead = page ? hub_.responder().respond_not_found(request_) : std::nullopt;
  if (!instead) return refuse(404, "there is nothing at " + quoted(request_.path));
  count_refusal(404);
  respond(*instead);
}

ByteRange Exchange::asked_range(const Response& response) const {
  const auto range = request_.field("Range");
  if (!range || request_.method != "GET") return {};
  const auto condition = request_.field("If-Range");
  if (condition && !range_counts(*condition, response.etag)) return {};
  return judge_range(*range, response.body.view.size());
}

// --- transports ---

void Exchange::converse(std::size_t index) {
  const Transport& transport = *hub_.transports()[index];
  const Traits traits = transport.traits();
  const bool streaming = traits.delivery == Delivery::streaming;
  if (request_.method != "GET" && (request_.method != "HEAD" || traits.bidirectional)) {
    const Fields fields{{"Allow", traits.bidirectional ? "GET" : "GET, HEAD"}};
    return refuse(405, quoted(request_.path) + " is read with GET", &fields);
  }
  if (connection_.turned_away()) {
    keep_alive_ = false;
    if (streaming && !traits.bidirectional) return tell_overload_to_stream(transport);
    return refuse(503, sentence_of(connection_.admission()));
  }
  Wish wish = read_wish(request_, hub_.limits().subscription_names, hub_.settings().heartbeat);
  Head answer;
  auto conversation = transport.open(request_, answer);
  if (streaming) begin_stream(index, std::move(wish), std::move(conversation), std::move(answer));
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

constexpr std::size_t kFirstBytes = 1024;  // of a stream, its head and hello: a little less

log::Place place_of(Hub& hub, const log::SubscriptionPtr& subscription, const Wish& wish,
                    const session::RecordPtr& record) {
  log::EventLog& log = hub.log();
  log::Place place;
  switch (wish.after) {
    case Wish::After::latest:
      place = log.newcomer(subscription);
      // Everybody reads up to the horizon; what was appended since it was taken comes as news, and what was lost of it
      // has to be told.
      if (place.after > hub.horizon()) {
        place.after = hub.horizon();
        place.forgiven = 0;
      }
      return place;
    case Wish::After::earliest: return log.earliest();
    case Wish::After::cursor:
      // What the client may see was another thing then.
      if (record && wish.cursor.epoch == log.epoch() && wish.cursor.sequence < record->rights_from) return log.reset();
      return log.resume(wish.cursor, wish.fresh.empty() ? nullptr : log.subscribe(wish.fresh, subscription->visible()));
    case Wish::After::unreadable: break;
  }
  return log.reset();
}

}  // namespace

namespace {

// When what is known of the client ends to hold, by the steady clock.
Steady end_of(const session::IdentityPtr& identity, Steady now) {
  if (!identity || !identity->expires) return Steady::max();
  const auto left = *identity->expires - std::chrono::system_clock::now();
  // Further away than any connection lives; and no sum beyond what the clock can say.
  if (left > std::chrono::hours(24 * 365)) return Steady::max();
  return now + std::chrono::duration_cast<std::chrono::milliseconds>(left);
}

}  // namespace

void Exchange::begin_stream(std::size_t index, Wish wish, std::unique_ptr<Conversation> conversation, Head extra) {
  const bool upgraded = extra.status == 101;
  if (!upgraded) keep_alive_ = keep_alive_ && request_.version_minor >= 1;
  Caller caller;
  if (!head_only()) {
    hub_.turn();  // first: a session that has no connection yet may go early while others are served
    const bool joins =
        upgraded ? request_.lists("Sec-WebSocket-Protocol", "pushwire.1") : request_.field(kSessionField).has_value();
    caller = this->caller(joins, hub_.transports()[index]->name());
    if (!upgraded) tell_token(caller, extra.fields);
  }
  ResponseHead answer = head(extra.status);
  answer.fields = &extra.fields;
  Framing framing = Framing::none;
  if (!upgraded) {
    answer.content_type = hub_.transports()[index]->traits().media_type;
    answer.body = request_.version_minor >= 1 ? ResponseHead::Body::chunked : ResponseHead::Body::until_close;
    framing = request_.version_minor >= 1 ? Framing::chunked : Framing::none;
  }
  std::string head_bytes;
  head_bytes.reserve(kFirstBytes);
  append_head(answer, head_bytes);
  if (head_only()) {
    connection_.send(head_bytes);
    return connection_.answered(keep_alive_);
  }
  Reader::Setup setup;
  setup.format = {static_cast<std::uint16_t>(index), wish.with_time, wish.envelope};
  setup.framing = framing;
  setup.heartbeat = wish.heartbeat;
  setup.subscription = hub_.log().subscribe(std::move(wish.events), hub_.service().visibility.visible_to(identity_));
  setup.place = place_of(hub_, setup.subscription, wish, caller.record);
  setup.conversation = std::move(conversation);
  setup.record = caller.record;
  setup.identity = identity_;

  const std::string token = hub_.service().tokens.spell(caller.token);
  Stream::Greeting greeting{token, caller.state};
  if (caller.record) {
    const std::lock_guard lock(caller.record->mutex);
    greeting.last_id = caller.record->requests.last();
  }
  auto stream = std::make_unique<Stream>(connection_, std::move(setup), caller.token);
  Stream& begun = *stream;
  begun.ends_at(end_of(identity_, hub_.now()));
  connection_.stream(std::move(stream));
  begun.begin(std::move(head_bytes), greeting);
}

void Exchange::begin_answer(std::size_t index, Wish wish, std::unique_ptr<Conversation> conversation, Head extra) {
  hub_.turn();  // first: a session that has no connection yet may go early while others are served
  Caller caller;
  if (!head_only() && request_.field(kSessionField)) {
    caller = this->caller(false, hub_.transports()[index]->name());
    tell_token(caller, extra.fields);
  }
  Reader::Setup setup;
  setup.format = {static_cast<std::uint16_t>(index), wish.with_time, wish.envelope};
  setup.subscription = hub_.log().subscribe(std::move(wish.events), hub_.service().visibility.visible_to(identity_));
  setup.place = place_of(hub_, setup.subscription, wish, caller.record);
  setup.conversation = std::move(conversation);
  setup.record = caller.record;
  setup.identity = identity_;
  Answering::Terms terms;
  terms.with_etag = hub_.transports()[index]->traits().delivery == Delivery::immediate;
  if (!terms.with_etag) terms.until = std::min(hub_.now() + wish.wait, end_of(identity_, hub_.now()));
  terms.head_only = head_only();
  terms.keep_alive = keep_alive_;
  terms.http_1_0 = request_.version_minor == 0;
  terms.asked = setup.place.after;
  const ResponseHead answer = head(200);
  terms.vary_origin = answer.vary_origin;
  terms.for_anybody = keep_alive_ && !access_.by_address && !identity_ && !caller.record &&
                      !request_.field(kSessionField) && !hub_.settings().launch && !hub_.settings().authorize &&
                      setup.subscription->visible().empty();
  if (terms.with_etag || !answer.cors_origin.empty() || !extra.fields.empty()) {
    terms.extras = std::make_unique<Answering::Extras>();
    terms.extras->cors_origin = answer.cors_origin;
    terms.extras->fields = std::move(extra.fields);
    terms.extras->named = std::move(wish.named);
    terms.extras->if_none_match = std::string(request_.field("If-None-Match").value_or(std::string_view{}));
  }
  hub_.watch_poll(setup.subscription);
  auto answering = std::make_unique<Answering>(connection_, std::move(setup));
  Answering& begun = *answering;
  connection_.own_answering(std::move(answering));
  begun.begin(std::move(terms));
}

}  // namespace pushwire::net
