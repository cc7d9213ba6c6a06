#include "session/requests.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::session {

Requests::Standing Requests::look(RequestId id) const noexcept {
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) return entry->second.outcome ? Standing::answered : Standing::pending;
  return id <= forgotten_ ? Standing::forgotten : Standing::unseen;
}

void Requests::begin(RequestId id, Asker asker) {
  entries_.emplace(id, Entry{asker, nullptr, false});
  last_ = std::max(last_, id);
  ++pending_;
}

Asker Requests::ask_again(RequestId id, Asker asker) { return std::exchange(entries_.at(id).asker, asker); }

Asker Requests::finish(RequestId id, OutcomePtr outcome) {
  const auto [entry, unseen] = entries_.try_emplace(id);
  if (!unseen) --pending_;
  last_ = std::max(last_, id);
  ++waiting_;
  waiting_bytes_ += outcome->bytes();
  entry->second.outcome = std::move(outcome);
  const Asker asker = entry->second.asker;
  while (waiting_ > kWaiting || waiting_bytes_ > kWaitingBytes) forget_oldest(false);
  return asker;
}

OutcomePtr Requests::hand_over(RequestId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.outcome) return nullptr;
  Entry& entry = found->second;
  OutcomePtr outcome = entry.outcome;
  if (!entry.handed_over) {
    entry.handed_over = true;
    --waiting_;
    waiting_bytes_ -= outcome->bytes();
    kept_bytes_ += outcome->bytes();
    ++kept_;
    while (kept_ > kKept || (kept_bytes_ > kKeptBytes && kept_ > 1)) forget_oldest(true);
  }
  return outcome;
}

void Requests::acknowledge(RequestId id) {
  id = std::min(id, last_);
  for (auto entry = entries_.begin(); entry != entries_.end() && entry->first <= id;) {
    entry = entry->second.outcome ? forget(entry) : std::next(entry);
  }
  forgotten_ = std::max(forgotten_, id);
}

Requests::Entries::iterator Requests::forget(Entries::iterator entry) {
  const std::size_t bytes = entry->second.outcome->bytes();
  if (entry->second.handed_over) --kept_, kept_bytes_ -= bytes;
  else --waiting_, waiting_bytes_ -= bytes;
  forgotten_ = std::max(forgotten_, entry->first);
  return entries_.erase(entry);
}

void Requests::forget_oldest(bool handed_over) {
  const auto oldest = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.outcome && entry.second.handed_over == handed_over;
  });
  forget(oldest);
}

}  // namespace pushwire::session
