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

Commands::~Commands() { halt(); }

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
  if (command == "stop") return server_.stop(), "{}";
  if (command == "start") return start();
  if (command == "restart") return server_.stop(), start();

  words >> name;
  if (command == "type") {
    std::string retention;
    std::size_t events = 256;
    words >> retention >> events;
    return add_type(name, retention, words ? events : 256);
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

std::string Commands::add_type(const std::string& name, const std::string& retention, std::size_t events) {
  if (retention == "bytes") {
    byte_types_[name] = server_.event<std::vector<std::uint8_t>>(name, pushwire::history(events));
  } else if (retention == "history") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::history(events));
  } else if (retention == "latest") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::latest());
  } else if (retention == "latest_by_key") {
    types_[name] = server_.event<pushwire::RawJson>(name, pushwire::latest_by_key());
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
