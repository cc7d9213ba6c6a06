// One client connection: moves its bytes, frames its requests one after the other, and holds what its socket has not
// taken yet. What is pending is one shared batch and a bounded amount of own bytes; there is no queue.
//
// Owned by the hub. Any call that sends may end the connection: it then is closed and leaves its cohort, but lives
// until the hub reaps it at the end of the turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/admission.hpp"
#include "net/deadline_wheel.hpp"
#include "net/http/request_reader.hpp"
#include "net/reader.hpp"
#include "net/shared_bytes.hpp"
#include "net/wire.hpp"

namespace pushwire::net {

class Answering;
class PageAnswer;
class Parked;
class Posting;
class Stream;

class Connection final : public Wire::Observer, public Timed {
 public:
  static constexpr std::size_t kReadAhead = 16 * 1024;    // bytes taken behind a request whose answer is due
  static constexpr std::size_t kUpgradedRead = 4 * 1024;  // bytes of a bidirectional client taken at once
  static constexpr std::size_t kOwnUnsent = 64 * 1024;    // own bytes unsent, above which nothing more is read

  Connection(Hub& hub, std::shared_ptr<Wire> wire, Admissions::Judgment judgment);
  ~Connection();

  void begin();
  void on_readable() override;
  void on_writable() override;
  void on_deadline(Steady now) noexcept override;

  // Sends `own`, then `shared`, then `tail`; keeps what the socket does not take. While anything is pending all of it
  // goes behind that, copied: then only small things should be sent. True: nothing is pending now.
  bool send(std::string_view own, const SharedBytes& shared = {}, std::string_view tail = {});
  bool pending() const noexcept { return output_ != nullptr; }
  bool closed() const noexcept { return phase_ == Phase::closed; }

  // What becomes of the connection once the request in hand has been taken up. Each ends the exchange.
  void answered(bool keep_alive);                             // all of the answer has been given to send()
  void hold();                                                // its reader waits for news, until Answering::until
  void answer_in_parts();                                     // its reader goes on by pump()
  void stream(std::unique_ptr<Stream> stream);                // an answer without an end
  void own_answering(std::unique_ptr<Answering> answering);   // the reader of the outcomes above
  void park(std::shared_ptr<Parked> parked, Steady until);    // until it is known who asks
  void post(std::unique_ptr<Posting> posting);                // handlers are at what it brought
  void page(std::unique_ptr<PageAnswer> page, Steady until);  // a worker makes the answer

  // Whoever asked is known, or refused: the parked request goes on.
  void judged(Parked& parked);

  // Nothing more will be sent behind what is pending. Waits a little for the peer to take it and to close; with
  // `await_close`, first for the transport's own closing handshake.
  void end_after_flush(bool await_close = false);
  void drop() noexcept;
  // The server stops: says goodbye in the way of what it is doing, and ends.
  void stop(std::uint32_t reconnect_after_ms);

  // It is only told that it is not let in.
  bool turned_away() const noexcept { return admission_ != Admission::granted; }
  Admission admission() const noexcept { return admission_; }
  Hub& hub() const noexcept { return hub_; }
  int descriptor() const noexcept { return wire_->descriptor(); }
  std::string local_address() const { return wire_->local_address(); }
  Stream* stream() noexcept;
  Answering* held() noexcept;
  Reader* reader() noexcept { return reading_.get(); }
  // Own bytes that the socket has not taken.
  std::size_t unsent() const noexcept { return output_ ? output_->own() : 0; }
  std::string peer_address() const { return wire_->peer_address(); }
  std::uint16_t peer_port() const { return wire_->peer_port(); }

  std::uint32_t index = 0;  // its slot in the hub's table

 private:
  enum class Phase : std::uint8_t {
    request,
    parked,
    answering,
    held,
    parts,
    posting,
    paging,
    streaming,
    ending,
    lingering,
    closed
  };

  struct Output {
    std::string before;  // own bytes, then the shared ones, then own bytes again
    SharedBytes shared;
    std::string after;
    std::size_t before_at = 0;
    std::size_t shared_at = 0;
    std::size_t after_at = 0;
    bool empty() const noexcept {
      return before_at == before.size() && shared_at == shared.view.size() && after_at == after.size();
    }
    std::size_t own() const noexcept { return before.size() - before_at + after.size() - after_at; }
  };

  // What only few connections have, and none that follows a stream or waits for news.
  struct Business {
    std::shared_ptr<Parked> parked;
    std::unique_ptr<Posting> posting;
    std::unique_ptr<PageAnswer> page;
    Steady until{};          // of `parked` and `page`
    std::string read_ahead;  // bytes behind the request that is being answered
  };

  Business& business();
  std::size_t ahead() const noexcept { return business_ ? business_->read_ahead.size() : 0; }
  void readable();
  void writable();
  void expired();
  void take(char* bytes, std::size_t size);
  void frame_requests(char* bytes, std::size_t size);
  // Answers the request that `bytes` begin with, where it is one that others have just been answered. Its size, or 0.
  std::size_t repeat(std::string_view bytes);
  void next_request();
  void served(char* bytes, std::size_t size);
  void read_on();
  std::size_t room() const noexcept;
  bool flush();
  void wrote(std::size_t bytes);
  void linger();
  void arm();

  Hub& hub_;
  std::shared_ptr<Wire> wire_;
  std::unique_ptr<RequestReader> request_;  // while a request is being read; pooled by the hub
  std::unique_ptr<Reader> reading_;
  std::unique_ptr<Business> business_;
  std::unique_ptr<Output> output_;
  Steady since_{};               // when the present wait began
  std::uint32_t discarded_ = 0;  // bytes that nobody will read
  Phase phase_ = Phase::request;
  const Admission admission_;
  const Admissions::Seat seat_;
  bool paused_ = false;      // reading has stopped until something is flushed or answered
  bool peer_ended_ = false;  // it will send no more
  bool keep_alive_ = false;  // what follows the answer that is being flushed
  bool upgraded_ = false;    // the conversation takes client bytes
  bool continued_ = false;   // 100 (Continue) has been said for the request being read
  bool framing_ = false;     // frame_requests is on the stack
};

}  // namespace pushwire::net
