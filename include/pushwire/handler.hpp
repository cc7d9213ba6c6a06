// What may handle a message: any callable whose parameters can be seen. It takes, each at most once and in any order,
//
//   a value that has a Codec   the message's data; JsonValue and RawJson take any
//   const Message&             who says it, and the data as sent
//   Reply<R>                   the answer, to be given now or later; the callable returns void
//
// and what it returns is the answer: a value that has a Codec, or void, which answers null. Data that nobody takes is
// ignored. Data that cannot be decoded never reaches the callable.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "pushwire/codec.hpp"
#include "pushwire/message.hpp"
#include "pushwire/reply.hpp"
#include "pushwire/request_error.hpp"

namespace pushwire::detail {

// Handles one message. `data` is what message.json says, a null where there is none; `sink` may be null where nobody
// waits. Throws what decoding and the callable throw, in which case there may be no answer yet:
// - DecodeError for data that is not what the callable takes; its path begins with "data". Also for what a callable that
//   takes the JsonValue itself throws as a DecodeError.
// - RequestError and anything else that the callable throws, or the Codec of its result.
// May be copied; copies share the callable. It is called on the thread that calls the Handler.
using Handler =
    std::function<void(const Message& message, const JsonValue& data, const std::shared_ptr<ReplySink>& sink)>;

// `f` is kept for as long as a copy of the Handler is; it may be movable only, and mutable. Throws std::invalid_argument
// for an empty std::function and a null pointer.
template <class F>
Handler make_handler(F&& f);

template <class Result, class... Parameters>
struct Shape {};

template <class R, class... P>
Shape<R, P...> shape_of(R (*)(P...));
template <class C, class R, class... P>
Shape<R, P...> shape_of(R (C::*)(P...));
template <class C, class R, class... P>
Shape<R, P...> shape_of(R (C::*)(P...) const);
template <class C, class R, class... P>
Shape<R, P...> shape_of(R (C::*)(P...) &);
template <class C, class R, class... P>
Shape<R, P...> shape_of(R (C::*)(P...) const&);

struct NoShape {};
template <class F, class = void>
struct ShapeOf {
  using type = NoShape;
};
template <class F>
struct ShapeOf<F, std::void_t<decltype(shape_of(&F::operator()))>> {
  using type = decltype(shape_of(&F::operator()));
};
template <class R, class... P>
struct ShapeOf<R (*)(P...), void> {
  using type = Shape<R, P...>;
};
template <class R, class... P>
struct ShapeOf<R (*)(P...) noexcept, void> {
  using type = Shape<R, P...>;
};

template <class T>
using Plain = std::remove_cv_t<std::remove_reference_t<T>>;

template <class T>
inline constexpr bool is_message = std::is_same_v<T, Message>;
template <class T>
inline constexpr bool is_reply = false;
template <class T>
inline constexpr bool is_reply<Reply<T>> = true;
template <class T>
inline constexpr bool is_payload = !is_message<T> && !is_reply<T>;

template <class F>
inline constexpr bool is_nullable = std::is_pointer_v<F>;
template <class Signature>
inline constexpr bool is_nullable<std::function<Signature>> = true;

// The first payload among the parameters; void where there is none.
template <class... P>
struct PayloadOf {
  using type = void;
};
template <class First, class... Rest>
struct PayloadOf<First, Rest...> {
  using type = typename std::conditional_t<is_payload<Plain<First>>, std::enable_if<true, Plain<First>>,
                                           PayloadOf<Rest...>>::type;
};

// The data as a T, with the path from "data" on.
template <class T>
T decode_data(const Message& message, const JsonValue& data) {
  if constexpr (std::is_same_v<T, RawJson>) {
    return trusted_json(message.json.empty() ? data.text() : std::string(message.json));
  } else {
    try {
      return decode_value<T>(data);
    } catch (DecodeError& error) {
      error.prefix("data");
      throw;
    }
  }
}

// What stands for one parameter of type P of the callable.
template <class P, class Payload>
decltype(auto) argument(const Message& message, const std::shared_ptr<ReplySink>& sink, Payload& payload) {
  using T = Plain<P>;
  if constexpr (is_message<T>) return (message);
  else if constexpr (is_reply<T>) return T(sink);
  else return static_cast<P&&>(payload);
}

template <class R, class... P, class F, class Payload>
void call_and_reply(Shape<R, P...> /*shape*/, F& f, const Message& message, const std::shared_ptr<ReplySink>& sink,
                    Payload& payload) {
  if constexpr (!std::is_void_v<R>) {
    const Plain<R>& result = f(argument<P>(message, sink, payload)...);
    if (!sink) return;
    std::string json;
    encode_value<Plain<R>>(result, json);
    sink->data(std::move(json));
  } else {
    f(argument<P>(message, sink, payload)...);
    if constexpr (!(is_reply<Plain<P>> || ...)) {
      if (sink) sink->data("null");
    }
  }
}

template <class F>
constexpr bool check_shape(NoShape /*shape*/) {
  static_assert(std::is_void_v<F>,
                "pushwire: a handler is a lambda without `auto` parameters, a function, a std::function or an object "
                "with exactly one operator(); wrap anything else in such a lambda");
  return false;
}

// Each fault by one sentence, and the rest is not looked at then.
template <class F, class R, class... P>
constexpr bool check_shape(Shape<R, P...> /*shape*/) {
  using Payload = typename PayloadOf<P...>::type;
  constexpr std::size_t messages = (std::size_t{is_message<Plain<P>>} + ... + 0);
  constexpr std::size_t replies = (std::size_t{is_reply<Plain<P>>} + ... + 0);
  constexpr std::size_t payloads = (std::size_t{is_payload<Plain<P>>} + ... + 0);
  constexpr bool counts = messages <= 1 && replies <= 1 && payloads <= 1;
  static_assert(payloads <= 1,
                "pushwire: a handler takes at most one value as the message's data; put several into one "
                "struct with a Codec");
  static_assert(messages <= 1, "pushwire: a handler takes at most one Message");
  static_assert(replies <= 1, "pushwire: a handler takes at most one Reply");
  if constexpr (counts) {
    constexpr bool constant = ((!is_message<Plain<P>> || std::is_convertible_v<const Message&, P>)&&...) &&
                              ((!is_reply<Plain<P>> || std::is_convertible_v<Plain<P>, P>)&&...);
    constexpr bool one_answer = replies == 0 || std::is_void_v<R>;
    constexpr bool owned = !is_text_view<Payload>;
    constexpr bool decodable = std::is_void_v<Payload> || can_decode<Payload> || !owned;
    constexpr bool encodable = std::is_void_v<R> || can_encode<Plain<R>> || !one_answer;
    static_assert(constant,
                  "pushwire: a handler takes its Message as const Message&, its Reply as Reply<T> or const "
                  "Reply<T>&");
    static_assert(one_answer, "pushwire: a handler that takes a Reply answers through it, so it returns void");
    static_assert(owned,
                  "pushwire: a handler cannot take std::string_view or const char*, since nothing would own the "
                  "bytes; take const std::string&");
    static_assert(decodable,
                  "pushwire: the value that this handler takes cannot be read from JSON: Codec<T> has no `T "
                  "decode(const JsonValue&)`; specialize it (pushwire/codec.hpp) or use PUSHWIRE_NLOHMANN "
                  "(pushwire/json.hpp)");
    static_assert(encodable,
                  "pushwire: what this handler returns cannot be written as JSON: Codec<T> has no "
                  "encode(const T&, std::string&); specialize it (pushwire/codec.hpp) or use "
                  "PUSHWIRE_NLOHMANN (pushwire/json.hpp), or return void");
    return constant && one_answer && owned && decodable && encodable;
  } else {
    return false;
  }
}

template <class R, class... P, class F>
void handle(Shape<R, P...> shape, F& f, const Message& message, const JsonValue& data,
            const std::shared_ptr<ReplySink>& sink) {
  using Payload = typename PayloadOf<P...>::type;
  if constexpr (std::is_void_v<Payload>) {
    std::nullptr_t none = nullptr;
    call_and_reply(shape, f, message, sink, none);
  } else if constexpr (std::is_same_v<Payload, JsonValue>) {
    JsonValue value = data;
    try {
      call_and_reply(shape, f, message, sink, value);
    } catch (DecodeError& error) {
      error.prefix("data");
      throw;
    }
  } else {
    Payload payload = decode_data<Payload>(message, data);
    call_and_reply(shape, f, message, sink, payload);
  }
}

template <class F>
Handler make_handler(F&& f) {
  using Callable = std::decay_t<F>;
  using CallableShape = typename ShapeOf<Callable>::type;
  if constexpr (check_shape<Callable>(CallableShape{})) {
    auto shared = std::make_shared<Callable>(std::forward<F>(f));
    if constexpr (is_nullable<Callable>) {
      if (!*shared) throw std::invalid_argument("pushwire: an empty function as a handler");
    }
    return [shared = std::move(shared)](const Message& message, const JsonValue& data,
                                        const std::shared_ptr<ReplySink>& sink) {
      handle(CallableShape{}, *shared, message, data, sink);
    };
  } else {
    return {};
  }
}

}  // namespace pushwire::detail
