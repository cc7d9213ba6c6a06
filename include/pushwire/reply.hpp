// The answer to a message, for handlers that give it later or from another thread: a handler that takes a Reply<T> may
// return first and keep it.
//
//   web.on("measure", [&](double seconds, pushwire::Reply<Reading> reply) { rig.measure(seconds, std::move(reply)); });
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "pushwire/codec.hpp"
#include "pushwire/export.hpp"

namespace pushwire {
namespace detail {

// Where the answer to one message goes. Any thread, also after the server is gone. The first answer counts: data() and
// error() return whether this was it. Destroyed without an answer, the client is told `no-reply`.
class PUSHWIRE_API ReplySink {
 public:
  ReplySink() = default;
  ReplySink(const ReplySink&) = delete;
  ReplySink& operator=(const ReplySink&) = delete;
  virtual ~ReplySink();

  // `json`: one JSON text.
  virtual bool data(std::string json) noexcept = 0;
  // `code`: [a-z0-9-], 1 to 64 characters.
  virtual bool error(std::string code, std::string message) noexcept = 0;
  // Whether there is no answer yet and somebody still waits for it.
  virtual bool wanted() const noexcept = 0;
};

// Whether `code` can be the code of an error: [a-z0-9-], 1 to 64 characters.
PUSHWIRE_API bool valid_error_code(std::string_view code) noexcept;

// What all Reply<T> have in common.
class ReplyBase {
 public:
  // Refuses: the client is answered with the code "refused", or with `code` ([a-z0-9-], 1 to 64 characters; another
  // one becomes "refused"), and with a message for its people.
  bool error(std::string message) const noexcept { return refuse("refused", std::move(message)); }
  bool error(std::string code, std::string message) const noexcept {
    if (!valid_error_code(code)) code = "refused";
    return refuse(std::move(code), std::move(message));
  }

  // Whether the answer is still to be given and somebody waits for it; false once the client's session has ended, the
  // time for replies is over or the server is gone.
  bool wanted() const noexcept { return sink_ && sink_->wanted(); }

 protected:
  ReplyBase() = default;
  explicit ReplyBase(std::shared_ptr<ReplySink> sink) noexcept : sink_(std::move(sink)) {}

  bool refuse(std::string code, std::string message) const noexcept {
    return sink_ && sink_->error(std::move(code), std::move(message));
  }

  std::shared_ptr<ReplySink> sink_;
};

}  // namespace detail

// Copies are the same reply: the first answer of any of them counts, and every function that answers returns whether it
// was the one. When the last copy is gone and none has answered, the client is told `no-reply`. Every member function
// may be called from any thread, and after the server is gone, when they return false. None throws: a value that
// cannot be encoded is answered with the error `failed`.
template <class T>
class Reply : public detail::ReplyBase {
  static_assert(std::is_same_v<T, std::decay_t<T>>, "pushwire: Reply<T> takes a plain type, without const and &");
  static_assert(detail::can_encode<T>,
                "pushwire: Codec<T> has no encode(const T&, std::string&), so there can be no Reply<T>; specialize "
                "Codec<T> (pushwire/codec.hpp) or use PUSHWIRE_NLOHMANN (pushwire/json.hpp)");

 public:
  using Argument = typename detail::EmitArgument<T>::type;  // const T&; std::string_view for a std::string

  Reply() = default;  // to nobody: every answer returns false
  explicit Reply(std::shared_ptr<detail::ReplySink> sink) noexcept : ReplyBase(std::move(sink)) {}

  bool operator()(Argument value) const noexcept { return send(value); }
  bool send(Argument value) const noexcept {
    if (!sink_) return false;
    try {
      std::string json;
      Codec<T>::encode(value, json);
      return sink_->data(std::move(json));
    } catch (...) {
      return refuse("failed", {});
    }
  }
};

// A reply without data: only that it is done.
template <>
class Reply<void> : public detail::ReplyBase {
 public:
  Reply() = default;
  explicit Reply(std::shared_ptr<detail::ReplySink> sink) noexcept : ReplyBase(std::move(sink)) {}

  bool operator()() const noexcept { return send(); }
  bool send() const noexcept { return sink_ && sink_->data("null"); }
};

}  // namespace pushwire
