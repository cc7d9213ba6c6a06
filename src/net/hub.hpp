// The server's core: connections, requests, fan-out, deadlines. No socket, no thread and no clock of its own: wires
// bring bytes, a Clock brings time, and whoever drives it (a reactor, or a simulation in one thread) calls.
//
// Threads: one. Memory: for each connection a bounded amount, whatever clients do.
//
// A turn takes the log's head as the horizon: every cohort is brought there, and every reader that is level stands
// there until the next turn.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log/event_log.hpp"
#include "log/watchers.hpp"
#include "net/admission.hpp"
#include "net/answers.hpp"
#include "net/audience.hpp"
#include "net/clock.hpp"
#include "net/cohorts.hpp"
#include "net/connection.hpp"
#include "net/counters.hpp"
#include "net/deadline_wheel.hpp"
#include "net/http/access.hpp"
#include "net/http/body_budget.hpp"
#include "net/http/launch_token.hpp"
#include "net/logbook.hpp"
#include "net/mailbox.hpp"
#include "net/repeats.hpp"
#include "net/replies.hpp"
#include "net/responder.hpp"
#include "net/tls/tls.hpp"
#include "net/uring/send_ring.hpp"
#include "net/wire.hpp"
#include "pushwire/options.hpp"
#include "session/service.hpp"

namespace pushwire::net {

class PageQueue;
class Parked;
class Stream;

struct HubSettings {
  Limits limits;
  std::string base_path = "/pushwire";
  std::chrono::milliseconds heartbeat{15'000};  // clients may ask for shorter ones
  AccessRules access;
  std::uint64_t seed = 0;                              // of what is spread over clients
  std::shared_ptr<Logbook> logbook;                    // null: silence
  std::shared_ptr<const AuthorizeCallback> authorize;  // null: everybody is let in, and nobody is known
  std::shared_ptr<const LaunchToken> launch;           // null: nobody has to show it
  std::shared_ptr<PageQueue> pages;                    // null: the host has none
  std::shared_ptr<const Tls> tls;                      // null: plain HTTP
  std::shared_ptr<SendRing> ring;                      // null: broadcasts go out by send()
  std::uint16_t port = 0;                              // that is served
  session::Post work;                                  // where `authorize` runs; empty only without one
  std::function<void()> want_turn;                     // called when turn() is wanted soon; must not call it at once
};

// What a hub works on; all of it outlives the hub.
struct HubParts {
  log::EventLog& log;
  log::Watchers& watchers;
  const Clock& clock;
  const std::vector<std::shared_ptr<const Transport>>& transports;  // best first
  Responder& responder;
  session::Service& service;
  Counters& counters;
  Mailbox& mailbox;
};

class Hub {
 public:
  static constexpr std::size_t kTurnedAway = 64;  // connections past a limit that are told so, not just closed
  static constexpr std::size_t kReadBuffer = 64 * 1024;
  static constexpr std::chrono::seconds kPollWatch{30};  // a poll counts as watching for so long

  Hub(HubSettings settings, HubParts parts);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // --- what drives it ---
  void accept(std::shared_ptr<Wire> wire);
  // `peer`: its Wire::peer_address.
  void accept(std::shared_ptr<Wire> wire, std::string_view peer);
  // To be called soon after events were appended, and whenever HubSettings::want_turn says so.
  void turn();
  bool wants_turn() const noexcept { return !queue_.empty(); }
  // To be called at or after next_deadline().
  void tick();
  std::optional<Steady> next_deadline() const;
  // Says goodbye to all; what has not ended by `deadline` is cut.
  void begin_stop(Steady deadline);
  bool stopping() const noexcept { return stopping_; }
  bool stopped() const noexcept { return stopping_ && connections_.empty(); }
  std::size_t connections() const noexcept { return connections_.size(); }

  // --- for its connections and readers ---
  void queue(Reader& reader);                    // pump() in this turn or the next
  void settle(Reader& reader, bool held);        // it is level: joins its cohort
  void retire(Connection& connection) noexcept;  // closed: freed at the end of the turn
  void discard(std::unique_ptr<Reader> reader);  // over: freed at the end of the turn
  void discard(std::shared_ptr<void> over) { discarded_others_.push_back(std::move(over)); }
  void forget(Reader& reader) noexcept;  // takes it out of its cohort and of the queue
  void reap() noexcept;
  void watch_poll(const log::SubscriptionPtr& subscription);
  std::unique_ptr<RequestReader> take_request_reader();
  void give_back(std::unique_ptr<RequestReader> reader) noexcept;
  // The stream's token is used for the first time: the record is made, where it may be.
  session::Sessions::Standing open_session(Stream& stream);
  // A record was made or used by a request: streams that were given its token are its connections from now on.
  void adopt(const session::RecordPtr& record);
  // Of a session whose identity is another one now: all connections but `except` come back as newcomers.
  void rights_changed(session::Record& record, const Reader* except);
  // The same for everybody whom `concerned` names.
  void judge_again(const std::function<bool(const session::Record*)>& concerned);
  // The outcome of `id` can be handed over.
  void ready(const session::RecordPtr& record, session::Asker asker, session::RequestId id);
  // `asker` waits in vain for that one: another connection has asked again. 0: nobody.
  void moved(session::Asker asker, std::optional<session::RequestId> id);
  void nudge(const session::Record& record);
  // The request waits until the host has said who asks.
  void judge(const std::shared_ptr<Parked>& parked);
  session::Asker add_asker(Replies& replies);
  void remove_asker(session::Asker asker) noexcept { askers_.erase(asker); }
  log::Place level() const noexcept {
    log::Place place;
    place.after = horizon_;
    return place;
  }
  // `peer`: whom the line is about; empty: nobody in particular.
  void log(LogLevel level, std::string_view line, std::string_view peer = {}) const noexcept;
  // Runs `act` on behalf of a connection. What it throws, from plugin code or for want of memory, costs that connection
  // and never the reactor.
  template <class Act>
  void guard(Connection& connection, Act act) noexcept {
    try {
      act();
    } catch (const std::exception& error) {
      complain("a connection was dropped", error.what());
      connection.drop();
    } catch (...) {
      complain("a connection was dropped", "unknown exception");
      connection.drop();
    }
  }
  void complain(std::string_view what, std::string_view why) const noexcept;

  log::EventLog& log() noexcept { return parts_.log; }
  log::Watchers& watchers() noexcept { return parts_.watchers; }
  const Clock& clock() const noexcept { return parts_.clock; }
  Steady now() const noexcept { return parts_.clock.now().steady; }
  const std::vector<std::shared_ptr<const Transport>>& transports() const noexcept { return parts_.transports; }
  Responder& responder() noexcept { return parts_.responder; }
  session::Service& service() noexcept { return parts_.service; }
  Audience& audience() noexcept { return audience_; }
  Mailbox& mailbox() noexcept { return parts_.mailbox; }
  Counters& counters() noexcept { return parts_.counters; }
  const HubSettings& settings() const noexcept { return settings_; }
  const Limits& limits() const noexcept { return settings_.limits; }
  const AccessPolicy& access() const noexcept { return access_; }
  Cohorts& cohorts() noexcept { return cohorts_; }
  Answers& answers() noexcept { return answers_; }
  Repeats& repeats() noexcept { return repeats_; }
  // As of now, behind a turn.
  Repeats::Moment moment() const noexcept { return {horizon_, clock().now().unix_ms / 1000}; }
  DeadlineWheel& deadlines() noexcept { return wheel_; }
  Sequence horizon() const noexcept { return horizon_; }
  std::uint32_t spread_ms(std::uint32_t most);
  // The present second, for the field Date; good until the next call.
  std::string_view date();
  char* read_buffer() noexcept { return read_buffer_.get(); }
  std::string& scratch() noexcept { return scratch_.clear(), scratch_; }

 private:
  void advance_horizon();
  void deliver(Cohort& cohort, Sequence from) noexcept;
  // `place`: where a stream reads on whose socket does not take all of it.
  void send_to_all(Cohort& cohort, const SharedBytes& bytes, const log::Place& place) noexcept;
  bool send_by_ring(const Cohort& cohort, const SharedBytes& bytes) noexcept;
  void answer_held(Cohort& cohort) noexcept;
  void pump_queue();
  void do_tasks();
  // Those who have news that nobody else gets leave their cohorts; held ones go to `held_own_`.
  void single_out() noexcept;
  void look_again_at_types() noexcept;
  // Cursors of before `mark` were given by other rights. To be called when those who have them are told.
  void pass(Sequence mark) noexcept;
  void set_aside(Stream& stream, const log::Place& place) noexcept;
  void heartbeat(Cohort& cohort, Steady now) noexcept;
  std::chrono::milliseconds period(const Cohort& cohort) const noexcept {
    return cohort.key().heartbeat.period(settings_.heartbeat);
  }
  void end_poll_watches(Steady now) noexcept;
  void forget_oldest_poll_watch();

  struct PollWatchEnd final : Timed {
    explicit PollWatchEnd(Hub& owner) : hub(owner) {}
    void on_deadline(Steady now) noexcept override { hub.end_poll_watches(now); }
    Hub& hub;
  };

  HubSettings settings_;
  HubParts parts_;
  AccessPolicy access_;
  Admissions admissions_;
  DeadlineWheel wheel_;
  EncodedEvents encoded_;
  Answers answers_;
  Repeats repeats_;
  Cohorts cohorts_;
  Audience audience_;
  Sequence horizon_;
  std::size_t restricted_types_ = 0;                 // known to the readers
  std::vector<std::shared_ptr<void>> private_news_;  // of the last turn that looked for them
  std::vector<Reader*> held_own_;
  std::vector<Mailbox::Task> tasks_;
  std::unordered_map<session::Asker, Replies*> askers_;
  std::uint64_t judgments_ = 0;  // how often what was known of clients ended to hold
  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t turned_away_ = 0;  // of them, those that are only told so
  std::vector<std::unique_ptr<Connection>> retired_;
  std::vector<std::unique_ptr<Reader>> discarded_;
  std::vector<std::shared_ptr<void>> discarded_others_;
  std::deque<Reader*> queue_;
  std::vector<log::TypeId> touched_;
  std::vector<Cohort*> woken_;
  std::vector<Reader*> held_;
  std::vector<std::size_t> ring_sent_;
  std::unordered_map<log::SubscriptionPtr, Steady> poll_watches_;
  const std::shared_ptr<BodyBudget> bodies_;  // of the readers, some of which live longer
  std::vector<std::unique_ptr<RequestReader>> request_readers_;
  std::unique_ptr<char[]> read_buffer_;
  std::string scratch_;
  std::string date_;
  std::int64_t date_second_ = -1;
  std::mt19937_64 random_;
  Steady stop_deadline_{};
  PollWatchEnd poll_watch_end_{*this};
  bool stopping_ = false;
  bool in_turn_ = false;
  bool delivering_ = false;  // cohorts are on their way from the last horizon to the present one
};

}  // namespace pushwire::net
