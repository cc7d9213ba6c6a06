#include "commands.hpp"

#include <chrono>
#include <exception>
#include <sstream>
#include <stdexcept>

namespace test_host {
namespace {

std::string error(const std::string& sentence) {
  std::string text = "{\"error\":";
  pushwire::append_json_string(sentence, text);
  return text + '}';
}

std::string told(pushwire::EmitStatus status) { return "{\"status\":\"" + std::string(to_string(status)) + "\"}"; }

std::vector<std::uint8_t> from_hex(const std::string& text) {
  if (text.size() % 2 != 0) throw std::invalid_argument("half a byte");
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// What is left of the line, behind one space.
std::string rest(std::istringstream& words) {
  std::string text;
  words.get();
  std::getline(words, text);
  return text;
}

std::string stats_text(const pushwire::Stats& stats) {
  std::map<std::string, std::uint64_t> refusals;
  for (const auto& [status, count] : stats.refusals) refusals[std::to_string(status)] = count;
  std::string text = "{\"events\":" + std::to_string(stats.events);
  text += ",\"connections\":" + std::to_string(stats.connections);
  text += ",\"conversations\":";
  pushwire::Codec<std::map<std::string, std::size_t>>::encode(stats.conversations, text);
  text += ",\"refusals\":";
  pushwire::Codec<std::map<std::string, std::uint64_t>>::encode(refusals, text);
  return text + '}';
}

}  // namespace

Commands::Commands(pushwire::Server& server) : server_(server) {
  for (const bool joins : {true, false}) {
    const auto told = [this, joins](const pushwire::Session& session) {
      std::string item = joins ? "[\"join\"," : "[\"leave\",";
      pushwire::append_json_string(session.id, item);
      write_down(presence_, item + "]");
    };
    joins ? server.on_join(told) : server.on_leave(told);
  }
}

Commands::~Commands() {
  server_.on_join(nullptr);
  server_.on_leave(nullptr);
  halt();
}

std::string Commands::run(const std::string& line) {
  try {
    return dispatch(line);
  } catch (const std::exception& fault) {
    return error(fault.what());
  }
}

std::string Commands::dispatch(const std::string& line) {
  std::istringstream words(line);
  std::string command, name, key;
  words >> command;
  if (command == "halt") return halt();
  if (command == "stats") return stats_text(server_.stats());
  if (command == "launch-url") return "{\"url\":\"" + server_.launch_url() + "\"}";
  if (command == "stop") return server_.stop(), "{}";
  if (command == "start") return start();
  if (command == "restart") return server_.stop(), start();

  if (command == "heard" || command == "presence") {
    const std::lock_guard lock(mutex_);
    return "[" + (command == "heard" ? heard_ : presence_) + "]";
  }
  if (command == "sessions") return sessions();

  words >> name;
  if (command == "on") {
    std::string kind, argument;
    words >> kind >> argument;
    return add_handler(name, kind, argument);
  }
  if (command == "answer") return answer(name, rest(words));
  if (command == "to") {
    words >> key;
    return told(server_.to(name).emit(json_type(key), pushwire::raw_json(rest(words))));
  }
  if (command == "reauthorize") {
    name.empty() ? server_.reauthorize() : server_.reauthorize(name);
    return "{}";
  }
  if (command == "type") {
    std::string retention, role;
    std::size_t events = 256;
    words >> retention >> events;
    if (!words) words.clear(), events = 256;
    words >> role;
    return add_type(name, retention, events, role.empty() ? pushwire::Access() : pushwire::visible_to(role));
  }
  if (command == "emit") return told(json_type(name).emit(pushwire::raw_json(rest(words))));
  if (command == "bytes") return told(byte_types_.at(name).emit(from_hex(rest(words))));
  if (command == "state") {
    words >> key;
    return told(json_type(name).emit(key, pushwire::raw_json(rest(words))));
  }
  if (command == "erase") return told(json_type(name).erase(rest(words)));
  if (command == "burst" || command == "flow") {
    std::int64_t first = 0;
    double number = 0;
    if (!(words >> first >> number)) throw std::invalid_argument("numbers are missing: " + line);
    return command == "flow" ? flow(name, first, number) : burst(name, first, static_cast<std::int64_t>(number));
  }
  throw std::invalid_argument("no such command: " + line);
}

std::string Commands::add_type(const std::string& name, const std::string& retention, std::size_t events,
                               const pushwire::Access& who) {
  if (retention == "bytes") {
    byte_types_[name] = server_.event<std::vector<std::uint8_t>>(name, pushwire::history(events), who);
  } else if (retention == "history") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::history(events), who);
  } else if (retention == "latest") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::latest(), who);
  } else if (retention == "latest_by_key") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::latest_by_key(), who);
  } else {
    throw std::invalid_argument("no such retention: " + retention);
  }
  return "{}";
}

std::string Commands::burst(const std::string& name, std::int64_t first, std::int64_t count) {
  const auto& type = json_type(name);
  for (std::int64_t number = first; number < first + count; ++number) {
    const auto status = type.emit(pushwire::trusted_json(std::to_string(number)));
    if (status != pushwire::EmitStatus::ok) return told(status);
  }
  return told(pushwire::EmitStatus::ok);
}

std::string Commands::flow(const std::string& name, std::int64_t first, double hz) {
  halt();
  flowing_ = true;
  flow_next_ = first;
  flow_ = std::thread([this, type = json_type(name), pause = std::chrono::duration<double>(1 / hz)] {
    using Clock = std::chrono::steady_clock;
    auto next = Clock::now();
    while (flowing_) {
      type.emit(pushwire::trusted_json(std::to_string(flow_next_++)));
      next += std::chrono::duration_cast<Clock::duration>(pause);
      std::this_thread::sleep_until(next);
    }
  });
  return "{}";
}

std::string Commands::halt() {
  flowing_ = false;
  if (flow_.joinable()) flow_.join();
  return "{\"next\":" + std::to_string(flow_next_) + '}';
}

void Commands::write_down(std::string& list, const std::string& item) {
  const std::lock_guard lock(mutex_);
  if (!list.empty()) list += ',';
  list += item;
}

std::string Commands::add_handler(const std::string& name, const std::string& kind, const std::string& argument) {
  using pushwire::Message;
  using pushwire::RawJson;
  const auto note = [this](const Message& message) {
    std::string item = "{\"name\":";
    pushwire::append_json_string(message.name, item);
    item += ",\"session\":";
    pushwire::append_json_string(message.session.id, item);
    write_down(heard_, item + ",\"data\":" + std::string(message.json) + "}");
  };
  if (kind == "echo") {
    server_.on(name, [note](const RawJson& data, const Message& message) {
      note(message);
      return data;
    });
  } else if (kind == "emit") {
    server_.on(name, [note, type = json_type(argument)](const RawJson& data, const Message& message) {
      note(message);
      type.emit(data);
      return data;
    });
  } else if (kind == "fail") {
    server_.on(name, [note](const Message& message) {
      note(message);
      throw std::runtime_error("a secret");
    });
  } else if (kind == "refuse") {
    server_.on(name, [note, argument](const Message& message) {
      note(message);
      throw pushwire::RequestError(argument, "not today");
    });
  } else if (kind == "forget") {
    server_.on(name, [note](const Message& message, pushwire::Reply<int>) { note(message); });
  } else if (kind == "answer") {
    server_.on(name, [this, note, name](const Message& message, const pushwire::Reply<RawJson>& reply) {
      note(message);
      const std::lock_guard lock(mutex_);
      waiting_[name].push_back(reply);
    });
  } else {
    throw std::invalid_argument("no such kind of handler: " + kind);
  }
  return "{}";
}

std::string Commands::answer(const std::string& name, const std::string& json) {
  pushwire::Reply<pushwire::RawJson> reply;
  {
    const std::lock_guard lock(mutex_);
    auto& waiting = waiting_[name];
    if (waiting.empty()) throw std::invalid_argument("nobody waits for " + name);
    reply = waiting.front();
    waiting.pop_front();
  }
  return reply(pushwire::raw_json(json)) ? "{\"answered\":true}" : "{\"answered\":false}";
}

std::string Commands::sessions() const {
  std::string text;
  for (const pushwire::Session& session : server_.sessions()) {
    text += text.empty() ? "{\"id\":" : ",{\"id\":";
    pushwire::append_json_string(session.id, text);
    text += session.connected ? ",\"connected\":true" : ",\"connected\":false";
    text += ",\"transport\":";
    pushwire::append_json_string(session.transport, text);
    text += ",\"name\":";
    pushwire::append_json_string(session.identity.name, text);
    text += '}';
  }
  return "[" + text + "]";
}

std::string Commands::start() {
  server_.start();
  std::string text = "{\"url\":";
  pushwire::append_json_string(server_.url(), text);
  return text + '}';
}

const pushwire::EventType<pushwire::RawJson>& Commands::json_type(const std::string& name) const {
  const auto found = types_.find(name);
  if (found == types_.end()) throw std::invalid_argument("no such event type: " + name);
  return found->second;
}

}  // namespace test_host
