// Events for one client: kept and resumed like those for everybody, by limits of their own for each session and type
// (Limits::private_events and its neighbours), until the session ends. Nobody else ever sees them. A client that is told a
// type's state gets the newer of the public one and its own.
//
//   web.on("start", [&](const pushwire::Message& message) { web.to(message.session).emit(note, "you are the first"); });
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "pushwire/event_type.hpp"
#include "pushwire/export.hpp"

namespace pushwire {
namespace detail {

struct Addressee;  // a session within its server

// The part of Recipient that does not depend on payload types.
class PUSHWIRE_API PrivateEmitter {
 public:
  PrivateEmitter() = default;
  explicit PrivateEmitter(std::shared_ptr<Addressee> addressee) noexcept : addressee_(std::move(addressee)) {}

  EmitStatus append(const Emitter& type, bool keyed, std::string_view key, std::string_view payload,
                    Event::Payload format) const noexcept;
  EmitStatus erase(const Emitter& type, std::string_view key) const noexcept;

 private:
  std::shared_ptr<Addressee> addressee_;  // null: nobody
};

}  // namespace detail

// A handle, cheap to copy; may outlive its session and its server, and then does nothing. Any thread, also from
// callbacks; nothing waits and nothing throws.
class Recipient {
 public:
  Recipient() = default;  // nobody: emit answers `detached`
  explicit Recipient(detail::PrivateEmitter emitter) noexcept : emitter_(std::move(emitter)) {}

  template <class T>
  EmitStatus emit(const EventType<T>& type, typename EventType<T>::Argument value) const noexcept {
    return append(type, false, {}, value);
  }
  // For latest_by_key types.
  template <class T>
  EmitStatus emit(const EventType<T>& type, std::string_view key,
                  typename EventType<T>::Argument value) const noexcept {
    return append(type, true, key, value);
  }
  // For latest_by_key types: of this client's own states, the key's is gone.
  template <class T>
  EmitStatus erase(const EventType<T>& type, std::string_view key) const noexcept {
    return emitter_.erase(type.emitter_, key);
  }

 private:
  template <class T>
  EmitStatus append(const EventType<T>& type, bool keyed, std::string_view key,
                    typename EventType<T>::Argument value) const noexcept {
    constexpr auto format = detail::payload_format<T>;
    return detail::encode_into_scratch<T>(
        value, [&](std::string_view payload) { return emitter_.append(type.emitter_, keyed, key, payload, format); });
  }

  detail::PrivateEmitter emitter_;
};

}  // namespace pushwire
