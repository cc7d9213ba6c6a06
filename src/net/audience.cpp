#include "net/audience.hpp"

#include <algorithm>
#include <cstring>

#include "net/clock.hpp"
#include "net/stream.hpp"

namespace pushwire::net {

void Audience::join(Reader& reader) {
  readers_[reader.record().get()].push_back(&reader);
  sessions_.attach(*reader.record(), reader.transport().name());
}

void Audience::leave(Reader& reader) noexcept {
  const auto found = readers_.find(reader.record().get());
  std::vector<Reader*>& readers = found->second;
  readers.erase(std::find(readers.begin(), readers.end(), &reader));
  if (readers.empty()) readers_.erase(found);
  sessions_.detach(reader.record(), clock_.now());
}

const std::vector<Reader*>& Audience::of(const session::Record& record) const noexcept {
  static const std::vector<Reader*> kNone;
  const auto found = readers_.find(&record);
  return found == readers_.end() ? kNone : found->second;
}

std::uint64_t Audience::key(const session::Token& token) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, token.id.data(), sizeof bits);
  return bits;
}

void Audience::add_nameless(Stream& stream) { nameless_.emplace(key(stream.token()), &stream); }

void Audience::remove_nameless(Stream& stream) noexcept {
  const auto [begin, end] = nameless_.equal_range(key(stream.token()));
  for (auto at = begin; at != end; ++at) {
    if (at->second != &stream) continue;
    nameless_.erase(at);
    return;
  }
}

bool Audience::has_nameless(const session::Token& token) const noexcept {
  const auto [begin, end] = nameless_.equal_range(key(token));
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second->token().id == token.id; });
}

std::vector<Stream*> Audience::take_nameless(const session::Token& token) {
  std::vector<Stream*> taken;
  const auto [begin, end] = nameless_.equal_range(key(token));
  for (auto at = begin; at != end;) {
    if (at->second->token().id == token.id) {
      taken.push_back(at->second);
      at = nameless_.erase(at);
    } else {
      ++at;
    }
  }
  return taken;
}

}  // namespace pushwire::net
