// The host's handle on one event type. Cheap to copy; shares ownership of what it emits into, so it may outlive its
// server and then does nothing. Every member function may be called from any thread, also from callbacks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "pushwire/codec.hpp"
#include "pushwire/export.hpp"

namespace pushwire {

enum class EmitStatus : std::uint8_t {
  ok,             // appended
  held_back,      // a state over its max_rate: published later unless a newer one replaces it
  too_large,      // payload over Limits::event_bytes; nothing was appended
  bad_key,        // a key on a type without keys, none on one with keys, over 256 bytes, or not UTF-8
  too_many_keys,  // the type keeps max_keys keys already and this is another
  bad_payload,    // the codec threw, or the payload is not JSON
  out_of_memory,  // nothing was appended
  detached,       // the server is gone, or the session that the event was for has ended
};

// A word for logs, such as "too_large".
PUSHWIRE_API std::string_view to_string(EmitStatus status) noexcept;

namespace detail {

struct Channel;  // an event type within its server

// The part of EventType that does not depend on the payload type.
class PUSHWIRE_API Emitter {
 public:
  Emitter() = default;
  explicit Emitter(std::shared_ptr<Channel> channel) noexcept;

  EmitStatus append(bool keyed, std::string_view key, std::string_view payload, Event::Payload format) const noexcept;
  EmitStatus erase(std::string_view key) const noexcept;
  bool watched() const noexcept;
  void on_watch(std::function<void(bool watched)> callback) const;
  std::string_view name() const noexcept;

  // A string that this thread encodes payloads into; empty.
  static std::string& scratch() noexcept;

 private:
  friend class PrivateEmitter;
  std::shared_ptr<Channel> channel_;
};

// Encodes on the calling thread, and gives `take` the payload.
template <class T, class Take>
EmitStatus encode_into_scratch(typename EmitArgument<T>::type value, Take take) noexcept {
  try {
    std::string& payload = Emitter::scratch();
    if constexpr (payload_format<T> == Event::Payload::bytes) Codec<T>::encode_payload(value, payload);
    else Codec<T>::encode(value, payload);
    return take(std::string_view(payload));
  } catch (const std::bad_alloc&) {
    return EmitStatus::out_of_memory;
  } catch (...) {
    return EmitStatus::bad_payload;
  }
}

}  // namespace detail

template <class T>
class EventType {
 public:
  using Argument = typename detail::EmitArgument<T>::type;

  EventType() = default;  // attached to nothing: emit answers `detached`
  explicit EventType(detail::Emitter emitter) noexcept : emitter_(std::move(emitter)) {}

  // Appends an event. Never waits for the network or for a callback; before start and after stop it is kept as
  // retention says. The value is encoded on the calling thread, once.
  EmitStatus emit(Argument value) const noexcept { return append(false, {}, value); }

  // For latest_by_key types. `key`: UTF-8, at most 256 bytes.
  EmitStatus emit(std::string_view key, Argument value) const noexcept { return append(true, key, value); }

  // For latest_by_key types: the key's state is gone. Clients are told by an event with `"removed":true`. A key that
  // is not there is ok and does nothing.
  EmitStatus erase(std::string_view key) const noexcept { return emitter_.erase(key); }

  // Whether a client that is here now, or polled within the last 30 s, subscribes to this type.
  bool watched() const noexcept { return emitter_.watched(); }

  // Calls back on the server's callback thread whenever watched() changes, in order, and once soon after registration
  // if it is true by then. One callback a type: a later one replaces it. Exceptions are caught and logged. The
  // callback may emit, and may stop the server. Calls end with the server.
  void on_watch(std::function<void(bool watched)> callback) const { emitter_.on_watch(std::move(callback)); }

  std::string_view name() const noexcept { return emitter_.name(); }

 private:
  friend class Recipient;

  EmitStatus append(bool keyed, std::string_view key, Argument value) const noexcept {
    return detail::encode_into_scratch<T>(value, [&](std::string_view payload) {
      return emitter_.append(keyed, key, payload, detail::payload_format<T>);
    });
  }

  detail::Emitter emitter_;
};

}  // namespace pushwire
