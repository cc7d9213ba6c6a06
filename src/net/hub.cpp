#include "net/hub.hpp"

#include <algorithm>
#include <exception>

#include "net/answering.hpp"
#include "net/direct_send.hpp"
#include "net/http/date.hpp"
#include "net/parked.hpp"
#include "net/stream.hpp"

namespace pushwire::net {

namespace {

constexpr std::size_t kRequestReaders = 64;        // kept for reuse
constexpr std::size_t kPollWatches = 1024;         // subscriptions of pollers that are remembered
constexpr std::size_t kPumps = 64;                 // batches read in one turn for readers that catch up
constexpr std::uint64_t kPumpBytes = 1024 * 1024;  // bytes sent to them in one turn, about
constexpr std::size_t kRingFrom = 16;              // sockets that are given something together

Counters::Count& refused(Counters& counters, Admission admission) noexcept {
  if (admission == Admission::peer_full) return counters.refused_per_peer;
  return admission == Admission::full ? counters.refused_full : counters.refused_rate;
}

}  // namespace

Hub::Hub(HubSettings settings, HubParts parts)
    : settings_(std::move(settings)),
      parts_(parts),
      access_(settings_.access),
      admissions_(settings_.limits, access_),
      wheel_(parts.clock.now().steady),
      encoded_(parts.transports, settings_.limits.encoded_bytes),
      answers_(parts.log, parts.transports, encoded_, settings_.limits.read_bytes),
      cohorts_(parts.log, [this](Cohort& cohort, Steady now) { heartbeat(cohort, now); }),
      audience_(parts.service.sessions, parts.clock),
      horizon_(parts.log.head()),
      restricted_types_(parts.service.visibility.rules()),
      bodies_(std::make_shared<BodyBudget>(std::max(settings_.limits.body_bytes_total, settings_.limits.body_bytes))),
      read_buffer_(std::make_unique<char[]>(kReadBuffer)),
      random_(settings_.seed) {
  parts_.mailbox.open();
}

Hub::~Hub() {
  parts_.mailbox.close();
  connections_.clear();
  retired_.clear();
  discarded_.clear();
  discarded_others_.clear();
  for (const auto& [subscription, until] : poll_watches_) parts_.watchers.leave(subscription);
}

void Hub::log(LogLevel level, std::string_view line, std::string_view peer) const noexcept {
  if (settings_.logbook) settings_.logbook->write(level, line, peer);
}

void Hub::complain(std::string_view what, std::string_view why) const noexcept {
  try {
    log(LogLevel::error, std::string(what) + ": " + std::string(why));
  } catch (...) {  // no memory for a better sentence
    log(LogLevel::error, what);
  }
}

// --- connections ---

void Hub::accept(std::shared_ptr<Wire> wire) {
  const std::string peer = wire->peer_address();
  accept(std::move(wire), peer);
}

void Hub::accept(std::shared_ptr<Wire> wire, std::string_view peer) {
  Counters::add(counters().accepted);
  if (stopping_) return wire->close();
  auto judgment = admissions_.judge(peer, connections_.size() - turned_away_, now());
  const bool turned_away = judgment.admission != Admission::granted;
  if (turned_away) {
    Counters::add(refused(counters(), judgment.admission));
    log(LogLevel::warning, sentence_of(judgment.admission), peer);
    if (turned_away_ >= kTurnedAway) return wire->close();
  }
  auto connection = std::make_unique<Connection>(*this, std::move(wire), std::move(judgment));
  connection->index = static_cast<std::uint32_t>(connections_.size());
  Connection& begun = *connection;
  connections_.push_back(std::move(connection));
  if (turned_away) ++turned_away_;
  counters().connections.store(connections_.size(), std::memory_order_relaxed);
  guard(begun, [&] { begun.begin(); });
}

void Hub::retire(Connection& connection) noexcept {
  if (Reader* reader = connection.reader()) forget(*reader);
  const std::uint32_t index = connection.index;
  std::unique_ptr<Connection> gone = std::move(connections_[index]);
  if (index + 1 < connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->index = index;
  }
  connections_.pop_back();
  if (gone->turned_away()) --turned_away_;
  counters().connections.store(connections_.size(), std::memory_order_relaxed);
  retired_.push_back(std::move(gone));
}

void Hub::forget(Reader& reader) noexcept {
  if (reader.cohort_ != nullptr) cohorts_.leave(reader);
  if (!reader.queued_) return;
  reader.queued_ = false;
  std::replace(queue_.begin(), queue_.end(), &reader, static_cast<Reader*>(nullptr));
}

void Hub::discard(std::unique_ptr<Reader> reader) {
  forget(*reader);
  discarded_.push_back(std::move(reader));
}

void Hub::reap() noexcept {
  if (in_turn_) return;
  discarded_.clear();
  discarded_others_.clear();
  retired_.clear();
}

std::unique_ptr<RequestReader> Hub::take_request_reader() {
  if (request_readers_.empty()) return std::make_unique<RequestReader>(settings_.limits, bodies_);
  auto reader = std::move(request_readers_.back());
  request_readers_.pop_back();
  return reader;
}

void Hub::give_back(std::unique_ptr<RequestReader> reader) noexcept {
  reader->reset();
  if (request_readers_.size() < kRequestReaders) request_readers_.push_back(std::move(reader));
}

std::uint32_t Hub::spread_ms(std::uint32_t most) { return static_cast<std::uint32_t>(random_() % (most + 1ull)); }

std::string_view Hub::date() {
  const std::int64_t second = clock().now().unix_ms / 1000;
  if (second != date_second_) date_ = http_date(second);
  date_second_ = second;
  return date_;
}

// --- fan-out ---

void Hub::queue(Reader& reader) {
  if (reader.queued_) return;
  queue_.push_back(&reader);
  reader.queued_ = true;
  if (!in_turn_ && settings_.want_turn) settings_.want_turn();
}

void Hub::settle(Reader& reader, bool held) {
  // A cohort that is still to be brought to the horizon would give this stream what it has.
  if (delivering_ && !held) return queue(reader);
  Cohort& cohort =
      cohorts_.join(reader, {reader.format(), reader.framing(), held, reader.heartbeat(), reader.subscription()},
                    reader.connection().descriptor());
  if (!held && !wheel_.has(cohort)) wheel_.set(cohort, now() + period(cohort));
  // An event may have been appended before this reader counted as a watcher, by an emit that therefore woke nobody:
  // emit appends and then looks for watchers, this looks the other way round.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (parts_.log.head() != horizon_ && settings_.want_turn) settings_.want_turn();
}

void Hub::turn() {
  // A request that is taken up inside a turn is served as of this turn's horizon.
  if (in_turn_) return;
  struct Flag {
    explicit Flag(bool& set) : flag(set) { flag = true; }
    ~Flag() { flag = false; }
    bool& flag;
  };
  {
    const Flag turning(in_turn_);
    try {
      // What is in the mailbox by now knows no event beyond the head that is read next.
      if (tasks_.empty()) parts_.mailbox.take(tasks_);  // else the last turn ended early
      advance_horizon();
      pump_queue();
      do_tasks();
      cohorts_.sweep();
    } catch (const std::exception& error) {
      // Thrown where nothing had moved yet: the next turn takes it up.
      complain("a turn ended early", error.what());
    } catch (...) {
      complain("a turn ended early", "unknown exception");
    }
    delivering_ = false;
  }
  counters().encodings.store(encoded_.encodings(), std::memory_order_relaxed);
  if (!queue_.empty() && settings_.want_turn) settings_.want_turn();
}

void Hub::advance_horizon() {
  const Sequence head = parts_.log.head();
  look_again_at_types();
  if (head == horizon_) return;
  const Sequence from = horizon_;
  touched_.clear();
  const bool known = parts_.log.types_between(from, head, touched_);
  woken_.clear();
  cohorts_.woken_by(known ? &touched_ : nullptr, woken_);
  // Nothing may throw from here on: every cohort counts as brought to the new horizon.
  single_out();
  horizon_ = head;
  delivering_ = true;
  for (Cohort* cohort : woken_) deliver(*cohort, from);
  delivering_ = false;
  for (Reader* reader : held_own_) {
    if (!reader->in_cohort()) continue;  // the others' news have answered it
    guard(reader->connection(), [&] { reader->wake(); });
  }
  held_own_.clear();
}

// Types that only some may see were added since the last turn: who may see them reads them from the start.
void Hub::look_again_at_types() noexcept {
  const std::size_t restricted = parts_.service.visibility.rules();
  if (restricted == restricted_types_) return;
  restricted_types_ = restricted;
  repeats_.clear();
  // From the back: one that is dropped is replaced by the last, which has looked.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    Connection& connection = *connections_[i];
    Reader* const reader = connection.reader();
    if (reader == nullptr || connection.closed()) continue;
    guard(connection, [&] { reader->look_again(); });
  }
}

void Hub::single_out() noexcept {
  // News that came behind the last horizon, after it had been chosen, are not told yet.
  const auto told = [this](const std::shared_ptr<void>& owner) {
    auto& record = *static_cast<session::Record*>(owner.get());
    const std::lock_guard lock(record.mutex);
    return record.events == nullptr || record.events->head() <= horizon_;
  };
  private_news_.erase(std::remove_if(private_news_.begin(), private_news_.end(), told), private_news_.end());
  try {
    parts_.log.take_private_news(private_news_);
    for (const std::shared_ptr<void>& owner : private_news_) {
      for (Reader* reader : audience_.of(*static_cast<const session::Record*>(owner.get()))) {
        if (!reader->in_cohort()) continue;
        if (reader->cohort_->key().held) {
          // It answers by itself; as one of its cohort it would be woken for the others' news as well.
          held_own_.push_back(reader);
        } else {
          set_aside(static_cast<Stream&>(*reader), level());
        }
      }
    }
  } catch (...) {
    // Whoever is left in its cohort must not pass over what is its own.
    complain("connections with private events are dropped", "no memory");
    for (const std::shared_ptr<void>& owner : private_news_) {
      for (Reader* reader : audience_.of(*static_cast<const session::Record*>(owner.get()))) {
        reader->connection().drop();
      }
    }
  }
}

void Hub::deliver(Cohort& cohort, Sequence from) noexcept {
  if (cohort.key().held) return answer_held(cohort);
  log::Place place;
  place.after = from;
  const auto& members = cohort.members();
  try {
    const CohortKey& key = cohort.key();
    for (bool more = true; more && !members.empty();) {
      const Rendered& batch = answers_.batch(place, key.subscription, key.format, key.framing, horizon_);
      if (!batch.loss.types.empty()) break;  // each is told by itself, and reads on from there
      place = batch.next;
      more = batch.more;
      const SharedBytes bytes = batch.bytes;
      // Woken for nothing, it stays as quiet as it was.
      if (!bytes.empty()) {
        wheel_.set(cohort, now() + period(cohort));
        Counters::add(counters().deliveries, batch.count * members.size());
        send_to_all(cohort, bytes, place);
      }
      if (!more) return;
    }
  } catch (const std::exception& error) {
    complain("readers go on one by one", error.what());
  } catch (...) {
    complain("readers go on one by one", "unknown exception");
  }
  while (!members.empty()) set_aside(static_cast<Stream&>(*members.back()), place);
}

// Almost all that is done for a client is one system call: neither it nor its connection is looked at, unless its socket does
// not take everything.
void Hub::send_to_all(Cohort& cohort, const SharedBytes& bytes, const log::Place& place) noexcept {
  std::uint64_t at_once = 0;
  const bool sent_by_ring = send_by_ring(cohort, bytes);
  // From the back: one that leaves is replaced by the last, which has been served.
  for (std::size_t i = cohort.members().size(); i-- > 0;) {
    const int descriptor = cohort.descriptors()[i];
    const std::size_t sent = sent_by_ring ? ring_sent_[i] : descriptor < 0 ? 0 : send_directly(descriptor, bytes.view);
    if (sent == bytes.view.size()) {
      at_once += sent;
      continue;
    }
    auto& stream = static_cast<Stream&>(*cohort.members()[i]);
    if (sent == SendRing::kUnknown) {
      stream.connection().drop();
      continue;
    }
    at_once += sent;
    guard(stream.connection(), [&] {
      const bool taken = sent == 0 ? stream.connection().send({}, bytes)
                                   : stream.connection().send({}, {bytes.owner, bytes.view.substr(sent)});
      if (!taken && stream.in_cohort()) stream.fell_behind(place);
    });
  }
  Counters::add(counters().bytes_sent, at_once);
}

// False: nothing has been sent, and send() does. Else `ring_sent_` has what each socket has taken.
bool Hub::send_by_ring(const Cohort& cohort, const SharedBytes& bytes) noexcept {
  if (!settings_.ring || cohort.members().size() < kRingFrom) return false;
  try {
    ring_sent_.reserve(cohort.members().size());  // nothing has been sent where this throws
    if (!settings_.ring->send_to_all(cohort.descriptors(), bytes.view, ring_sent_)) settings_.ring.reset();
    return true;
  } catch (...) {
    return false;
  }
}

void Hub::answer_held(Cohort& cohort) noexcept {
  try {
    // An answer leaves the cohort; its client may ask again at once and join anew, but then it is level.
    held_ = cohort.members();
  } catch (...) {
    held_.clear();
    while (!cohort.members().empty()) cohort.members().back()->connection().drop();
    return;
  }
  for (Reader* reader : held_) {
    if (reader->cohort_ == &cohort) guard(reader->connection(), [&] { reader->wake(); });
  }
}

// Out of its cohort, at `place`, to read on by itself.
void Hub::set_aside(Stream& stream, const log::Place& place) noexcept {
  stream.fell_behind(place);
  guard(stream.connection(), [&] { queue(stream); });
}

void Hub::pump_queue() {
  const std::uint64_t sent = counters().bytes_sent.load(std::memory_order_relaxed);
  for (std::size_t pumps = 0; pumps < kPumps && !queue_.empty(); ++pumps) {
    if (counters().bytes_sent.load(std::memory_order_relaxed) - sent > kPumpBytes) return;
    Reader* const reader = queue_.front();
    queue_.pop_front();
    if (reader == nullptr) continue;
    reader->queued_ = false;
    Connection& connection = reader->connection();
    if (connection.closed() || connection.pending() || reader->in_cohort()) continue;
    guard(connection, [&] { reader->pump(); });
  }
}

// --- sessions ---

void Hub::do_tasks() {
  for (Mailbox::Task& task : tasks_) {
    try {
      task(*this);
    } catch (const std::exception& error) {
      complain("something is left undone", error.what());
    } catch (...) {
      complain("something is left undone", "unknown exception");
    }
    task = nullptr;
  }
  tasks_.clear();
}

session::Sessions::Standing Hub::open_session(Stream& stream) {
  const session::Token token = stream.token();
  const auto opened = parts_.service.sessions.open(token, stream.identity(), session::Sessions::Use::first,
                                                   clock().now(), stream.transport().name());
  if (!opened.record) return opened.standing;
  adopt(opened.record);
  return opened.standing;
}

void Hub::adopt(const session::RecordPtr& record) {
  const session::IdentityPtr identity = parts_.service.sessions.identity(*record);
  for (Stream* stream : audience_.take_nameless(record->token)) {
    guard(stream->connection(), [&] {
      if (session::same_rights(stream->identity(), identity)) return stream->adopt(record);
      // Whoever was given the token is not who uses it, or could see other things then: nothing of the session goes there.
      const Sequence mark = parts_.log.mark();
      record->rights_from.store(mark);
      stream->rights_changed();
      pass(mark);
    });
  }
}

void Hub::pass(Sequence mark) noexcept {
  // Where nothing stands between the two, all who are level are so at the mark as well.
  if (horizon_ + 1 == mark) horizon_ = mark;
}

void Hub::rights_changed(session::Record& record, const Reader* except) {
  const Sequence mark = parts_.log.mark();
  record.rights_from.store(mark);
  const std::vector<Reader*> readers = audience_.of(record);
  for (Reader* reader : readers) {
    if (reader == except) continue;
    guard(reader->connection(), [&] { reader->rights_changed(); });
  }
  pass(mark);
}

void Hub::judge_again(const std::function<bool(const session::Record*)>& concerned) {
  ++judgments_;
  repeats_.clear();
  const Sequence mark = parts_.log.mark();
  // Also of those who read nothing right now: a client that polls may be between two requests.
  for (const session::RecordPtr& record : parts_.service.sessions.records()) {
    if (concerned(record.get())) record->rights_from.store(mark);
  }
  std::vector<Reader*> readers;
  for (const auto& connection : connections_) {
    if (Reader* const reader = connection->reader(); reader != nullptr && !connection->closed()) {
      if (concerned(reader->record().get())) readers.push_back(reader);
    }
  }
  for (Reader* reader : readers) {
    guard(reader->connection(), [&] { reader->rights_changed(); });
  }
  pass(mark);
}

session::Asker Hub::add_asker(Replies& replies) {
  const session::Asker asker = parts_.service.messages.new_asker();
  askers_.emplace(asker, &replies);
  return asker;
}

void Hub::ready(const session::RecordPtr& record, session::Asker asker, session::RequestId id) {
  const auto waiting = askers_.find(asker);
  if (waiting != askers_.end()) return waiting->second->ready(id);
  const std::lock_guard lock(record->mutex);
  record->requests.abandon(id);
}

void Hub::moved(session::Asker asker, std::optional<session::RequestId> id) {
  const auto waiting = askers_.find(asker);
  if (id && waiting != askers_.end()) waiting->second->moved(*id);
}

void Hub::judge(const std::shared_ptr<Parked>& parked) {
  parked->judgment = judgments_;
  parked->wait();
  settings_.work([parked, authorize = settings_.authorize, logbook = settings_.logbook, &mailbox = parts_.mailbox] {
    const auto complain = [&](const std::string& line) {
      if (logbook) logbook->write(LogLevel::error, line, parked->peer);
    };
    if (!parked->begin()) return;
    Request request = parked->request->request();
    request.peer = parked->peer;
    Verdict& verdict = parked->verdict;
    verdict = {};
    verdict.refusal.status = 500;
    verdict.sentence = "it cannot be found out who asks";
    try {
      verdict.identity = std::make_shared<const Identity>((*authorize)(request));
    } catch (const Refusal& refusal) {
      verdict.refusal = refusal.head;
      verdict.sentence = refusal.what();
    } catch (const std::exception& error) {
      complain(std::string("authorize threw: ") + error.what());
    } catch (...) {
      complain("authorize threw");
    }
    mailbox.post([parked](Hub& hub) {
      Connection* const connection = parked->connection;
      if (connection == nullptr) return;
      hub.guard(*connection, [&] {
        // What was found out may be what has just ended to hold.
        if (parked->judgment != hub.judgments_) hub.judge(parked);
        else connection->judged(*parked);
      });
    });
  });
}

void Hub::nudge(const session::Record& record) {
  const std::vector<Reader*> readers = audience_.of(record);  // a copy: an answer leaves
  for (Reader* reader : readers) {
    guard(reader->connection(), [&] { reader->nudge(); });
  }
}

void Hub::heartbeat(Cohort& cohort, Steady now) noexcept {
  const auto& members = cohort.members();
  for (std::size_t i = members.size(); i-- > 0;) {
    auto& stream = static_cast<Stream&>(*members[i]);
    guard(stream.connection(), [&] { stream.ping(); });
  }
  if (!members.empty()) wheel_.set(cohort, now + period(cohort));
}

void Hub::watch_poll(const log::SubscriptionPtr& subscription) {
  const Steady until = now() + kPollWatch;
  const auto found = poll_watches_.find(subscription);
  if (found != poll_watches_.end()) {
    found->second = until;
    return;
  }
  if (poll_watches_.size() >= kPollWatches) forget_oldest_poll_watch();
  poll_watches_.emplace(subscription, until);
  parts_.watchers.join(subscription);
  if (!wheel_.has(poll_watch_end_)) wheel_.set(poll_watch_end_, until);
}

void Hub::forget_oldest_poll_watch() {
  const auto sooner = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto oldest = std::min_element(poll_watches_.begin(), poll_watches_.end(), sooner);
  parts_.watchers.leave(oldest->first);
  poll_watches_.erase(oldest);
}

void Hub::end_poll_watches(Steady now) noexcept {
  std::optional<Steady> next;
  for (auto watch = poll_watches_.begin(); watch != poll_watches_.end();) {
    if (watch->second <= now) {
      try {
        parts_.watchers.leave(watch->first);
      } catch (...) {
        complain("a type may seem to be watched still", "no memory");
      }
      watch = poll_watches_.erase(watch);
    } else {
      next = next ? std::min(*next, watch->second) : watch->second;
      ++watch;
    }
  }
  if (next) wheel_.set(poll_watch_end_, *next);
}

// --- time ---

void Hub::tick() {
  const log::Moment moment = parts_.clock.now();
  parts_.log.advance(moment);
  parts_.service.sessions.expire(moment);
  parts_.service.messages.expire(moment.steady);
  if (settings_.logbook) settings_.logbook->sum_up();
  turn();
  wheel_.advance(moment.steady);
  if (stopping_ && moment.steady >= stop_deadline_) {
    while (!connections_.empty()) connections_.back()->drop();
  }
  reap();
}

std::optional<Steady> Hub::next_deadline() const {
  std::optional<Steady> next = wheel_.next();
  const auto sooner = [&](std::optional<Steady> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  sooner(parts_.log.next_due());
  sooner(parts_.service.sessions.next_due());
  sooner(parts_.service.messages.next_due());
  if (settings_.logbook) sooner(settings_.logbook->next_due());
  if (stopping_) sooner(stop_deadline_);
  return next;
}

// --- the end ---

void Hub::begin_stop(Steady deadline) {
  if (stopping_) return;
  turn();
  stopping_ = true;
  stop_deadline_ = deadline;
  // A restart must not be met by everybody at once: the more clients, the longer the time over which they come back, up
  // to 10 s. Each has a slice of its own of it, so that chance makes no crowds: of up to 650 clients about seven come in
  // any 100 ms, of more about a hundredth.
  const std::size_t clients = connections_.size();
  const std::size_t spread = std::min<std::size_t>(10'000, 250 + clients * 15);
  std::vector<Connection*> all;
  for (const auto& connection : connections_) all.push_back(connection.get());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->closed()) continue;
    const auto slice = static_cast<std::uint32_t>(spread * i / clients);
    all[i]->stop(100 + slice + spread_ms(static_cast<std::uint32_t>(spread / clients)));
  }
  reap();
}

}  // namespace pushwire::net
