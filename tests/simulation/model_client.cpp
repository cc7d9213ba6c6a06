#include "simulation/model_client.hpp"

#include <utility>

namespace pushwire::simulation {

ModelClient::ModelClient(std::string name, ClientParts parts, const ClientSettings& settings)
    : parts_(parts),
      settings_(settings),
      witness_(std::move(name), parts.host, parts.verdict, settings.epoch),
      patterns_(some_patterns()),
      next_connect_(parts.clock.steady() + std::chrono::microseconds(parts.random.skewed(100'000))) {}

Patterns ModelClient::some_patterns() {
  Random& random = parts_.random;
  if (!random.one_in(3)) return random.pick(settings_.pool);
  Patterns patterns;
  for (std::size_t n = random.between(1, 3); n > 0; --n) {
    const auto& types = parts_.host.types();
    const std::string name = types.empty() ? "later" : types[random.below(types.size())].name;
    const std::size_t dot = name.rfind('.');
    patterns.push_back(dot != std::string::npos && random.one_in(2) ? name.substr(0, dot + 1) + "*" : name);
  }
  return patterns;
}

// `continues`: another request may change what is wanted; requests that are sent ahead are all of one kind.
Ask ModelClient::ask(bool continues) {
  Random& random = parts_.random;
  if (continues && !settling_ && random.one_in(6)) patterns_ = some_patterns();
  Ask ask;
  ask.events = patterns_;
  ask.head = parts_.host.head();
  ask.step = parts_.verdict.step;
  ask.at = parts_.clock.steady();
  const auto cursor = witness_.cursor();
  if (cursor && (settling_ || !random.one_in(30))) {
    ask.from = Ask::From::cursor;
    ask.cursor = *cursor;
    ask.own = true;
    ask.life = witness_.life();
    ask.fresh = witness_.lacking(patterns_, settling_ || !random.one_in(4));
    return ask;
  }
  // As one that knows nothing, or something strange.
  switch (settling_ ? 0 : random.below(10)) {
    case 0:
    case 1: ask.from = Ask::From::earliest; break;
    case 2: ask.from = Ask::From::unreadable; break;
    case 3:
    case 4:
      ask.from = Ask::From::cursor;
      ask.cursor = {settings_.epoch, random.below(ask.head + 1)};
      if (random.one_in(3)) ask.cursor.sequence = ask.head + random.between(1, 30);
      if (random.one_in(4)) ask.cursor.epoch.back() = ask.cursor.epoch.back() == 'z' ? 'a' : 'z';
      if (random.one_in(3)) ask.fresh = some_patterns();
      break;
    default: break;
  }
  return ask;
}

void ModelClient::connect() {
  Random& random = parts_.random;
  link_ = parts_.network.connect();
  bite_ = 1 + random.skewed(64 * 1024);
  if (settling_ && bite_ < 256) bite_ = 256;
  switch (random.below(5)) {
    case 0:
    case 1: conversation_ = make_web_socket(*this, link_); break;
    case 2: conversation_ = make_event_stream(*this, link_); break;
    default: conversation_ = make_polling(*this, link_, random.one_in(2));
  }
  conversation_->open();
}

void ModelClient::disconnect() {
  hold_session();
  conversation_.reset();
  link_.reset();
  next_connect_ = parts_.clock.steady() + std::chrono::microseconds(parts_.random.skewed(50'000));
}

void ModelClient::hold_session() {
  if (conversation_ && conversation_->holds_session() && link_->level()) session_held_at = parts_.clock.steady();
}

bool ModelClient::runnable() const {
  if (gone_) return false;
  const Steady now = parts_.clock.steady();
  if (!conversation_) return !server_ends_ && next_connect_ <= now;
  if (stalled_until_ > now) return false;
  return link_->readable() || conversation_->over() || conversation_->due();
}

std::optional<Steady> ModelClient::next_time() const {
  if (gone_) return std::nullopt;
  if (!conversation_) return server_ends_ ? std::nullopt : std::optional<Steady>(next_connect_);
  if (link_->readable() || conversation_->over()) return stalled_until_;
  const auto next = conversation_->next_time();
  return next && *next < stalled_until_ ? std::optional<Steady>(stalled_until_) : next;
}

void ModelClient::run() {
  if (!conversation_) return connect();
  if (link_->ended()) {
    conversation_->ended();
    link_->close();
    return disconnect();
  }
  if (conversation_->over()) {
    link_->close();
    return disconnect();
  }
  if (link_->readable()) {
    const std::string bytes = link_->take(bite_);
    conversation_->take(bytes);
    if (auto next = conversation_->successor()) {
      const std::string rest = conversation_->rest();
      conversation_ = std::move(next);
      conversation_->take(rest);
    }
    return hold_session();
  }
  if (conversation_->due()) conversation_->say();
}

void ModelClient::act() {
  if (gone_ || !conversation_ || stalled_until_ > parts_.clock.steady()) return;
  Random& random = parts_.random;
  if (settings_.calm) {
    if (!random.one_in(12)) return conversation_->act(false);
    link_->close();
    return disconnect();
  }
  switch (random.below(14)) {
    case 0: link_->vanish(); return disconnect();
    case 1: link_->reset(); return disconnect();
    case 2: link_->close(); return disconnect();
    case 3: conversation_->forgive(); return link_->half_close();
    case 4:
    case 5: stalled_until_ = parts_.clock.steady() + std::chrono::milliseconds(random.skewed(60'000)); return;
    case 6:
      if (settings_.sloppy) conversation_->act(true);
      return;
    default: return conversation_->act(false);
  }
}

bool ModelClient::level_stream() const {
  return conversation_ && settling_ && conversation_->streaming() && !conversation_->over() && conversation_->level();
}

void ModelClient::settle() {
  settling_ = true;
  if (conversation_) conversation_->again();
  stalled_until_ = {};
  if (bite_ < 256) bite_ = 256;
}

void ModelClient::reconnect() {
  if (!conversation_) return;
  link_->close();
  disconnect();
}

void ModelClient::leave() {
  gone_ = true;
  if (!conversation_) return;
  switch (parts_.random.below(settings_.calm ? 1 : 3)) {
    case 0: link_->close(); break;
    case 1: link_->reset(); break;
    default: link_->vanish();
  }
  conversation_.reset();
  link_.reset();
}

}  // namespace pushwire::simulation
