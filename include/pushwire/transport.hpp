// The interface that a way of reaching a browser is written against.
//
// A transport turns batches of events into bytes and client bytes into messages. It never sees a socket, a thread, a
// timer or the event log: the core reads the log, writes all HTTP, moves bytes and keeps time. So a transport is small,
// is tested with strings, and cannot block a host.
//
// Threads: a Transport's const functions are called from any of a server's reactor threads at once; a Conversation is
// used by one thread at a time. Ownership: the server owns the transports given to it, the core owns conversations.
// A new ability comes as a defaulted function or as a field of Traits, never as another pure virtual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/cursor.hpp"
#include "pushwire/event.hpp"
#include "pushwire/export.hpp"

namespace pushwire {

enum class Delivery : std::uint8_t {
  immediate,  // one answer at once, with what there is (poll)
  held,       // one answer, as soon as there is something (long-poll)
  streaming,  // an answer that goes on (SSE, WebSocket)
};

struct Traits {
  Delivery delivery = Delivery::immediate;
  bool bidirectional = false;   // client bytes reach Conversation::receive; the answer is a 101
  bool binary = false;          // carries byte payloads without base64
  std::string_view media_type;  // of the answer; empty where `bidirectional`
  std::string_view separator;   // what stands between two items of one answer, such as ","
};

// A request whose head the core has framed and checked. Views are good during the call that they are given to.
class PUSHWIRE_API Request {
 public:
  struct Field {
    std::string_view name;  // as sent
    std::string_view value;
  };

  std::string_view method;
  std::string_view target;  // as sent, origin form: path and query
  std::string_view path;    // the part of `target` before '?', as sent
  std::string_view query;   // the part behind it, as sent
  std::string_view body;
  std::vector<Field> fields;
  int version_minor = 1;  // of HTTP/1.x
  std::string_view peer;  // the client's IP address, behind trusted proxies as they tell it; empty where nobody looked

  // The value of the first field of that name, by ASCII case-insensitive comparison.
  std::optional<std::string_view> field(std::string_view name) const noexcept;
  // The members of a field that is a comma-separated list (RFC 9110 section 5.6.1), as sent; empty ones are left out.
  std::vector<std::string_view> members(std::string_view name) const;
  // Whether such a list names `token`, case-insensitively.
  bool lists(std::string_view name, std::string_view token) const noexcept;
  // The value of the first cookie of that name (RFC 6265 section 5.4).
  std::optional<std::string_view> cookie(std::string_view name) const noexcept;
  // All of them: whoever serves another port of the same host can set one of that name, and have it come first.
  std::vector<std::string_view> cookies(std::string_view name) const;
  // The first query parameter of that name, percent-decoded ('+' is a space, as in forms).
  std::optional<std::string> parameter(std::string_view name) const;
};

// The start of an answer. Fields that a transport adds go out after the core's own.
class PUSHWIRE_API Head {
 public:
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields;

  // Throws std::invalid_argument where `name` is not a token or `value` holds a control character (RFC 9110 section
  // 5.5): nothing can be smuggled into a head.
  void add(std::string_view name, std::string_view value);
};

// Thrown by Transport::open and by Options::authorize: answered with this status and a problem body (RFC 9457) with this
// sentence.
class PUSHWIRE_API Refusal : public std::runtime_error {
 public:
  Refusal(int status, const std::string& sentence) : std::runtime_error(sentence) { head.status = status; }
  Head head;
};

// How one reader wants its events written. Readers with equal encodings share bytes.
struct Encoding {
  bool snapshot = false;   // the event is a state told to a newcomer, not news
  bool with_time = false;  // ?at=1: with the time of emission
  bool envelope = false;   // ?envelope=1: the whole event as JSON where the transport's own form says less
};

enum class Resume : std::uint8_t { fresh /* "new" */, ok, gap, reset };
PUSHWIRE_API std::string_view to_string(Resume resume) noexcept;

// What the core says beside events.
struct Control {
  enum class Kind : std::uint8_t { hello, live, gap, reset, ping, bye, subscribed };
  enum class Reason : std::uint8_t { shutdown, idle, too_slow, policy };
  enum class Reconnect : std::uint8_t { resume, fresh, never };

  Kind kind = Kind::ping;
  std::optional<Cursor> cursor;  // hello (none while a snapshot is due), live, reset, ping, subscribed

  std::string_view session;                  // hello: the session's token
  std::string_view session_state;            // hello: new, resumed, expired
  std::uint64_t last_id = 0;                 // hello: the highest id of a frame that the session has taken; 0: none
  Resume resume = Resume::fresh;             // hello
  std::uint32_t heartbeat_ms = 0;            // hello: the stream is never silent for longer
  std::vector<std::string_view> transports;  // hello: names on offer, best first

  std::vector<std::string_view> types;  // gap: which lost events; subscribed: the patterns in force
  Cursor from, to;  // gap: of `types`, what is after `from`, up to and with `to`, and does not follow, is lost

  Reason reason = Reason::shutdown;         // bye
  Reconnect reconnect = Reconnect::resume;  // bye
  std::uint32_t after_ms = 0;               // bye: wait that long before coming back
};

// What stands around the items of an answer that ends (immediate and held deliveries).
struct Answer {
  bool end = false;  // false: before the items, true: behind them
  Resume resume = Resume::ok;
  Cursor cursor;      // end: where to read on
  bool more = false;  // end: the read stopped at its limit
};

// What the host's side says to one message of a client.
struct ReplyFrame {
  std::optional<std::uint64_t> id;  // of the request; none where the message had none or could not be read
  std::string_view data;            // JSON, where there is no error
  std::string_view error_code;      // empty: no error
  std::string_view error_message;
  std::optional<Cursor> cursor;  // the head when the handler ended
};

// Where a conversation hands in what its client said.
class Inbox {
 public:
  // One client frame in JSON as docs/protocol.md has them, with the bytes of a binary one behind it. Limits, parsing
  // and errors are the core's. The views are good during the call.
  virtual void frame(std::string_view json, std::string_view bytes = {}) = 0;

 protected:
  ~Inbox() = default;
};

enum class Verdict : std::uint8_t {
  go_on,
  close_after_flush,  // the conversation is over: what it has written goes out, then the connection ends
  drop,               // ends at once
};

class PUSHWIRE_API Conversation {
 public:
  virtual ~Conversation() = default;

  // Appends the bytes that say `control`. Where the transport's delivery is immediate or held these are shared by
  // clients and depend on `control` alone; on a stream they are this client's own, stand between whole events, and
  // the core adds HTTP framing. A kind that the transport has no words for appends nothing.
  virtual void control(const Control& control, std::string& out) = 0;

  // Client bytes of a bidirectional transport, in order, cut anywhere; may be changed in place. Answers go to `out`.
  virtual Verdict receive(char* bytes, std::size_t size, Inbox& inbox, std::string& out);

  virtual void reply(const ReplyFrame& reply, std::string& out);

  // Whether it is over because the client has broken the transport's rules; for Stats::refused_frames.
  virtual bool faulted() const noexcept { return false; }
};

class PUSHWIRE_API Transport {
 public:
  virtual ~Transport() = default;

  // The name on the wire and the last part of its URL, such as "long-poll": [a-z0-9-], 1 to 32 characters, constant.
  virtual std::string_view name() const noexcept = 0;
  virtual Traits traits() const noexcept = 0;

  // Begins a conversation. The core has checked method, Host, Origin, cursor and subscription. May add fields to
  // `answer`; throws Refusal. Never null. Where delivery is immediate or held, what it says of a request that names no
  // client has to depend on the request alone: one that comes again word for word within a second may get the same answer
  // without a call, or be opened twice.
  virtual std::unique_ptr<Conversation> open(const Request& request, Head& answer) const = 0;

  // Appends one event's bytes. Called at most once for an event and encoding while its bytes are cached, whoever
  // reads. Must depend on the arguments alone.
  virtual void encode(const Event& event, const Encoding& encoding, std::string& out) const = 0;

  // Appends what stands around the items of an answer; depends on `answer` alone.
  virtual void wrap(const Answer& answer, std::string& out) const;
};

// The JSON forms that the protocol has for all transports (docs/protocol.md).
PUSHWIRE_API void append_json(const Event& event, const Encoding& encoding, std::string& out);
// The first one without its payload member, for transports that carry byte payloads beside their JSON.
PUSHWIRE_API void append_json_head(const Event& event, const Encoding& encoding, std::string& out);
PUSHWIRE_API void append_json(const Control& control, std::string& out);
PUSHWIRE_API void append_json(const ReplyFrame& reply, std::string& out);
// "hello", "live", … as in the member "control".
PUSHWIRE_API std::string_view to_string(Control::Kind kind) noexcept;

}  // namespace pushwire
