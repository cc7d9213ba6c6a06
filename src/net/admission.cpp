#include "net/admission.hpp"

#include <utility>

namespace pushwire::net {

std::string_view sentence_of(Admission admission) noexcept {
  switch (admission) {
    case Admission::granted: break;
    case Admission::full: return "the server has all the connections that it takes";
    case Admission::peer_full: return "the server has all the connections that it takes from one address";
    case Admission::too_fast: return "more new connections came in a second than the server takes";
  }
  return {};
}

void Admissions::Seat::leave() noexcept {
  if (peer_ == nullptr || --peer_->second.connections > 0) return;
  Peers& all = peer_->second.all;
  all.erase(all.find(peer_->first));
}

Admissions::Judgment Admissions::judge(std::string_view peer, std::size_t open, Steady now) {
  std::string key = access_.counted_as(peer);
  if (!key.empty() && rate_.take(1, now).count() > 0) return {Admission::too_fast, {}};
  if (open >= limits_.connections) return {Admission::full, {}};
  if (key.empty()) return {};
  const auto entry = peers_.try_emplace(std::move(key), Peer{peers_}).first;
  if (entry->second.connections >= limits_.connections_per_peer) {
    if (entry->second.connections == 0) peers_.erase(entry);
    return {Admission::peer_full, {}};
  }
  ++entry->second.connections;
  return {Admission::granted, Seat(*entry)};
}

}  // namespace pushwire::net
