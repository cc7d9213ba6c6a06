#include "net/connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "net/answering.hpp"
#include "net/exchange.hpp"
#include "net/hub.hpp"
#include "net/page_answer.hpp"
#include "net/parked.hpp"
#include "net/posting.hpp"
#include "net/repeat_outcome.hpp"
#include "net/stream.hpp"

namespace pushwire::net {

namespace {

constexpr std::chrono::seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr std::chrono::seconds kCloseHandshake{5};

}  // namespace

Connection::Connection(Hub& hub, std::shared_ptr<Wire> wire, Admissions::Judgment judgment)
    : hub_(hub), wire_(std::move(wire)), admission_(judgment.admission), seat_(std::move(judgment.seat)) {}

Connection::~Connection() {
  if (business_ && business_->parked) business_->parked->cancel();
}

Connection::Business& Connection::business() {
  if (!business_) business_ = std::make_unique<Business>();
  return *business_;
}

void Connection::begin() {
  wire_->observe(this);
  since_ = hub_.now();
  arm();
  wire_->await_readable();
}

Stream* Connection::stream() noexcept {
  return phase_ == Phase::streaming ? static_cast<Stream*>(reading_.get()) : nullptr;
}

Answering* Connection::held() noexcept {
  return phase_ == Phase::held ? static_cast<Answering*>(reading_.get()) : nullptr;
}

// --- the deadline of the present wait ---

void Connection::arm() {
  const Limits& limits = hub_.limits();
  DeadlineWheel& wheel = hub_.deadlines();
  switch (phase_) {
    case Phase::request: {
      using State = RequestReader::State;
      const State state = request_ ? request_->state() : State::idle;
      const auto wait = !wire_->established()  ? limits.handshake_timeout
                        : state == State::idle ? limits.keep_alive_timeout
                        : state == State::head ? limits.header_timeout
                                               : limits.body_timeout;
      return wheel.set(*this, since_ + wait);
    }
    case Phase::parked: return wheel.set(*this, business_->until);
    case Phase::held: return wheel.set(*this, held()->until());
    case Phase::answering:
    case Phase::parts: return wheel.set(*this, since_ + limits.slow_client_timeout);
    case Phase::posting:
      if (pending()) return wheel.set(*this, since_ + limits.slow_client_timeout);
      return wheel.clear(*this);
    case Phase::paging:
      if (pending()) return wheel.set(*this, std::min(business_->until, since_ + limits.slow_client_timeout));
      return wheel.set(*this, business_->until);
    case Phase::streaming: {
      const Steady ends = stream()->ends_at();
      if (pending()) return wheel.set(*this, std::min(ends, since_ + limits.slow_client_timeout));
      return ends == Steady::max() ? wheel.clear(*this) : wheel.set(*this, ends);
    }
    case Phase::ending:
      return wheel.set(*this, since_ + (upgraded_ && !pending() ? kCloseHandshake : limits.slow_client_timeout));
    case Phase::lingering: return wheel.set(*this, since_ + kLingerTime);
    case Phase::closed: return wheel.clear(*this);
  }
}

void Connection::on_deadline(Steady) noexcept {
  hub_.guard(*this, [this] { expired(); });
}

void Connection::on_readable() {
  hub_.guard(*this, [this] { readable(); });
  hub_.reap();
}

void Connection::on_writable() {
  hub_.guard(*this, [this] { writable(); });
  hub_.reap();
}

void Connection::expired() {
  switch (phase_) {
    case Phase::request: {
      const bool begun = request_ && request_->state() != RequestReader::State::idle;
      Counters& counters = hub_.counters();
      if (!begun) {
        Counters::add(counters.timed_out_idle);
        return drop();
      }
      const bool body = request_->state() == RequestReader::State::body;
      Counters::add(body ? counters.timed_out_bodies : counters.timed_out_heads);
      return Exchange::refuse(hub_, *this, 408,
                              body ? "the request's body took too long" : "the request's head took too long");
    }
    case Phase::parked:
      Counters::add(hub_.counters().timed_out_authorize);
      return Exchange::refuse(hub_, *this, 503, "it took too long to find out who asks",
                              &business_->parked->request->request());
    case Phase::held: return held()->time_up();
    case Phase::paging:
      if (hub_.now() >= business_->until) return business_->page->time_up();
      if (!pending()) return arm();
      Counters::add(hub_.counters().too_slow);
      return drop();
    case Phase::parts:
      if (!pending()) {  // it waits for its turn, not for its client
        since_ = hub_.now();
        return arm();
      }
      [[fallthrough]];
    case Phase::streaming:
      if (phase_ == Phase::streaming && hub_.now() >= stream()->ends_at()) return stream()->rights_changed();
      if (phase_ == Phase::streaming && !pending()) return arm();
      [[fallthrough]];
    case Phase::answering:
    case Phase::posting:
    case Phase::ending:
      if (pending()) Counters::add(hub_.counters().too_slow);
      return drop();
    case Phase::lingering:
    case Phase::closed: return drop();
  }
}

// --- reading ---

void Connection::readable() {
  if (phase_ == Phase::closed) return;
  const Wire::Moved moved = wire_->read(hub_.read_buffer(), room());
  if (moved.state == Wire::State::ended) {
    peer_ended_ = true;
    // A peer that has closed its half still takes the answer that is being flushed, and a page's; held and streamed
    // answers are for clients that are there.
    const bool flushing =
        (phase_ == Phase::answering || phase_ == Phase::ending || phase_ == Phase::parts) && pending();
    if (phase_ == Phase::paging) business_->page->last_one();
    else if (!flushing) drop();
  } else {
    if (moved.state == Wire::State::ok) take(hub_.read_buffer(), moved.bytes);
    else if (phase_ == Phase::request) arm();  // its handshake may have ended
    read_on();
  }
}

// How much to read at once. What a client can have answered by one read is bounded, so that neither its replies pile up
// nor the others wait: its next read comes when they had their turn.
std::size_t Connection::room() const noexcept {
  if (upgraded_) return kUpgradedRead;
  return ahead() < kReadAhead ? kReadAhead - ahead() : 1;
}

// Asks for more, unless enough lies unanswered or unsent.
void Connection::read_on() {
  if (phase_ == Phase::closed || peer_ended_) return;
  const bool unsent = output_ && output_->own() > kOwnUnsent;
  paused_ = ahead() >= kReadAhead || unsent;
  if (!paused_) wire_->await_readable();
}

void Connection::take(char* bytes, std::size_t size) {
  switch (phase_) {
    case Phase::request: return frame_requests(bytes, size);
    case Phase::parked:
    case Phase::answering:
    case Phase::held:
    case Phase::parts:
    case Phase::posting:
    case Phase::paging: business().read_ahead.append(bytes, size); return;
    case Phase::streaming:
      if (upgraded_) return static_cast<Stream&>(*reading_).receive(bytes, size);
      // Requests behind a stream that does not end are never answered; a client that goes on sending is cut.
      discarded_ += static_cast<std::uint32_t>(size);
      if (discarded_ > kReadAhead) drop();
      return;
    case Phase::ending:
      if (upgraded_ && reading_) return static_cast<Stream&>(*reading_).receive(bytes, size);
      return;
    case Phase::lingering:
      discarded_ += static_cast<std::uint32_t>(size);
      if (discarded_ > kLingerBytes) drop();
      return;
    case Phase::closed: return;
  }
}

void Connection::frame_requests(char* bytes, std::size_t size) {
  framing_ = true;
  while (size > 0 && phase_ == Phase::request) {
    using State = RequestReader::State;
    const bool afresh = request_ == nullptr;
    if (const std::size_t used = afresh ? repeat({bytes, size}) : 0) {
      bytes += used;
      size -= used;
      continue;
    }
    if (phase_ != Phase::request) break;
    if (afresh) request_ = hub_.take_request_reader();
    const State before = request_->state();
    const std::size_t used = request_->feed(bytes, size);
    bytes += used;
    size -= used;
    const State state = request_->state();
    if (state == State::failed) {
      const Fault fault = request_->fault();
      if (fault.status == 503) Counters::add(hub_.counters().refused_bodies);  // for nothing else
      Exchange::refuse(hub_, *this, fault.status, fault.sentence);
      break;
    }
    // Who may not speak to us is told before a body is asked for or kept.
    if (state == State::body && before != State::body &&
        Exchange(hub_, *this, request_->request(), false).refused_by_head()) {
      break;
    }
    if (state == State::complete) {
      Counters::add(hub_.counters().requests);
      continued_ = false;
      hub_.repeats().forget();
      Exchange(hub_, *this, request_->request(), request_->keep_alive()).serve();
      if (afresh) hub_.repeats().keep(this, {bytes - used, used}, request_, hub_.moment());
      if (phase_ == Phase::parked) {
        business_->parked->request = std::move(request_);
        hub_.judge(business_->parked);
      }
      if (phase_ == Phase::paging) business_->page->ask(std::move(request_));
      if (phase_ == Phase::request && request_) request_->reset();
      continue;
    }
    if (state != before) {
      since_ = hub_.now();
      arm();
    }
    if (request_->expects_continue() && !continued_) {
      continued_ = true;
      send(kContinue);
    }
  }
  framing_ = false;
  served(bytes, size);
}

std::size_t Connection::repeat(std::string_view bytes) {
  Repeats& repeats = hub_.repeats();
  const Repeats::Moment now = hub_.moment();
  const Repeats::Outcome* const known = repeats.find(bytes, now);
  if (known == nullptr) return 0;
  const std::uint64_t changes = repeats.changes();
  hub_.turn();
  if (hub_.horizon() != now.head || repeats.changes() != changes) return 0;
  if (phase_ != Phase::request || hub_.stopping() || turned_away()) return 0;
  const std::size_t used = known->request.size();
  return repeat_outcome(hub_, *this, *known) ? used : 0;
}

// Behind the last request that was taken up: what it has left unread goes on.
void Connection::served(char* bytes, std::size_t size) {
  if (phase_ != Phase::request && request_) hub_.give_back(std::move(request_));
  if (phase_ == Phase::request && (!request_ || request_->untouched())) {
    if (request_) hub_.give_back(std::move(request_));
    since_ = hub_.now();
    arm();
  }
  if (size > 0 && phase_ != Phase::closed && phase_ != Phase::request) take(bytes, size);
}

void Connection::judged(Parked& parked) {
  if (phase_ != Phase::parked || business_->parked.get() != &parked) return;
  const auto held = std::move(business_->parked);
  request_ = std::move(held->request);
  phase_ = Phase::request;
  framing_ = true;
  Exchange(hub_, *this, request_->request(), request_->keep_alive()).serve(held->verdict);
  framing_ = false;
  if (phase_ == Phase::request && request_) request_->reset();
  std::string ahead = std::exchange(business_->read_ahead, {});
  if (!business_->posting && !business_->page) business_.reset();
  if (!ahead.empty() && phase_ == Phase::request) frame_requests(ahead.data(), ahead.size());
  else served(ahead.data(), ahead.size());
  if (paused_) read_on();
}

void Connection::next_request() {
  phase_ = Phase::request;
  if (reading_) hub_.discard(std::move(reading_));
  if (business_ && business_->posting) hub_.discard(std::move(business_->posting));
  if (business_ && business_->page) hub_.discard(std::move(business_->page));
  if (framing_) return;  // the loop goes on by itself
  since_ = hub_.now();
  arm();
  if (business_) {
    std::string read_ahead = std::exchange(business_->read_ahead, {});
    business_.reset();
    if (!read_ahead.empty()) frame_requests(read_ahead.data(), read_ahead.size());
  }
  if (paused_) read_on();
}

// --- writing ---

bool Connection::send(std::string_view own, const SharedBytes& shared, std::string_view tail) {
  if (phase_ == Phase::closed) return true;
  if (output_) {
    std::string& behind =
        output_->shared_at < output_->shared.view.size() || !output_->after.empty() ? output_->after : output_->before;
    behind += own;
    behind += shared.view;
    behind += tail;
    return false;
  }
  Chunk chunks[3];
  std::size_t count = 0;
  for (const std::string_view part : {own, shared.view, tail}) {
    if (!part.empty()) chunks[count++] = {part.data(), part.size()};
  }
  if (count == 0) return true;
  const Wire::Moved moved = wire_->write(chunks, count);
  std::size_t sent = 0;
  if (moved.state == Wire::State::ended) {
    drop();
    return true;
  }
  if (moved.state == Wire::State::ok) sent = moved.bytes;
  wrote(sent);
  if (sent == own.size() + shared.view.size() + tail.size()) return true;

  output_ = std::make_unique<Output>();
  const std::size_t own_sent = std::min(sent, own.size());
  output_->before = own.substr(own_sent);
  sent -= own_sent;
  output_->shared_at = std::min(sent, shared.view.size());
  if (output_->shared_at < shared.view.size()) output_->shared = shared;
  else output_->shared_at = 0;
  sent -= std::min(sent, shared.view.size());
  output_->after = tail.substr(sent);
  since_ = hub_.now();
  arm();
  wire_->await_writable();
  return false;
}

void Connection::wrote(std::size_t bytes) { Counters::add(hub_.counters().bytes_sent, bytes); }

// Sends what is pending. True: all of it is gone.
bool Connection::flush() {
  Output& out = *output_;
  Chunk chunks[3];
  std::size_t count = 0;
  const auto add = [&](std::string_view part) {
    if (!part.empty()) chunks[count++] = {part.data(), part.size()};
  };
  add(std::string_view(out.before).substr(out.before_at));
  add(out.shared.view.substr(out.shared_at));
  add(std::string_view(out.after).substr(out.after_at));
  const Wire::Moved moved = wire_->write(chunks, count);
  if (moved.state == Wire::State::ended) {
    drop();
    return false;
  }
  if (moved.state == Wire::State::ok) {
    std::size_t sent = moved.bytes;
    wrote(sent);
    since_ = hub_.now();
    const auto pass = [&](std::size_t& at, std::size_t size) {
      const std::size_t step = std::min(sent, size - at);
      at += step;
      sent -= step;
    };
    pass(out.before_at, out.before.size());
    pass(out.shared_at, out.shared.view.size());
    pass(out.after_at, out.after.size());
    if (out.shared_at == out.shared.view.size()) {
      out.shared = {};
      out.shared_at = 0;
    }
    if (out.empty()) {
      output_.reset();
      return true;
    }
    // What has gone need not be kept: own bytes may be added for long before all is flushed.
    if (out.before_at > kOwnUnsent) out.before.erase(0, out.before_at), out.before_at = 0;
    if (out.after_at > kOwnUnsent) out.after.erase(0, out.after_at), out.after_at = 0;
  }
  arm();
  wire_->await_writable();
  return false;
}

void Connection::writable() {
  if (phase_ == Phase::closed || !output_) return;
  if (flush()) {
    arm();
    switch (phase_) {
      case Phase::answering:
        if (keep_alive_ && !peer_ended_) next_request();
        else end_after_flush();
        break;
      case Phase::parts: hub_.queue(*reading_); break;
      case Phase::posting: business_->posting->drained(); break;
      case Phase::paging: business_->page->pump(); break;
      case Phase::streaming:
        stream()->drained();
        if (phase_ != Phase::streaming || pending()) break;
        if (!reading_->in_cohort()) hub_.queue(*reading_);
        break;
      case Phase::ending:
        if (!upgraded_) linger();
        break;
      default: break;
    }
  }
  if (paused_) read_on();
}

// --- the exchange's outcomes ---

void Connection::answered(bool keep_alive) {
  if (phase_ == Phase::closed) return;
  keep_alive_ = keep_alive && !peer_ended_;
  if (!keep_alive_) return end_after_flush();
  if (pending()) {
    phase_ = Phase::answering;
    return arm();
  }
  next_request();
}

void Connection::hold() {
  phase_ = Phase::held;
  arm();
}

void Connection::park(std::shared_ptr<Parked> parked, Steady until) {
  business().parked = std::move(parked);
  business_->until = until;
  phase_ = Phase::parked;
  arm();
}

void Connection::post(std::unique_ptr<Posting> posting) {
  if (phase_ == Phase::closed) return;
  business().posting = std::move(posting);
  phase_ = Phase::posting;
  since_ = hub_.now();
  arm();
  business_->posting->drained();  // a reply may have come before there was a head
}

void Connection::page(std::unique_ptr<PageAnswer> page, Steady until) {
  business().page = std::move(page);
  business_->until = until;
  phase_ = Phase::paging;
  arm();
}

void Connection::own_answering(std::unique_ptr<Answering> answering) { reading_ = std::move(answering); }

void Connection::answer_in_parts() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::parts;
  since_ = hub_.now();
  arm();
}

void Connection::stream(std::unique_ptr<Stream> stream) {
  upgraded_ = stream->transport().traits().bidirectional;
  reading_ = std::move(stream);
  phase_ = Phase::streaming;
  arm();
}

void Connection::end_after_flush(bool await_close) {
  if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
  phase_ = Phase::ending;
  upgraded_ = upgraded_ && await_close;
  since_ = hub_.now();
  if (!pending() && !upgraded_) return linger();
  arm();
}

void Connection::stop(std::uint32_t reconnect_after_ms) {
  hub_.guard(*this, [&] {
    switch (phase_) {
      case Phase::request:
        if (request_ && request_->state() != RequestReader::State::idle) {
          return Exchange::refuse(hub_, *this, 503, "the server is shutting down");
        }
        return drop();
      case Phase::held: return held()->time_up();
      case Phase::parked:
        return Exchange::refuse(hub_, *this, 503, "the server is shutting down",
                                &business_->parked->request->request());
      case Phase::posting: business_->posting->last_one(); return;
      case Phase::paging: business_->page->last_one(); return;
      case Phase::answering: keep_alive_ = false; return;
      case Phase::parts: return;
      case Phase::streaming:
        return stream()->bye(Control::Reason::shutdown, Control::Reconnect::resume, reconnect_after_ms);
      default: return;
    }
  });
}

void Connection::linger() {
  if (peer_ended_) {
    wire_->finish();
    return drop();
  }
  // Closing with unread bytes in the socket would reset the connection and could destroy the answer on its way.
  if (reading_) hub_.discard(std::move(reading_));
  wire_->finish();
  phase_ = Phase::lingering;
  discarded_ = 0;
  since_ = hub_.now();
  arm();
  read_on();
}

void Connection::drop() noexcept {
  if (phase_ == Phase::closed) return;
  const bool cut_off = phase_ == Phase::paging && business_->page->ends_with_connection();
  phase_ = Phase::closed;
  if (business_ && business_->parked) business_->parked->cancel();
  hub_.deadlines().clear(*this);
  if (cut_off) wire_->abort();
  else wire_->close();
  hub_.retire(*this);
}

}  // namespace pushwire::net
