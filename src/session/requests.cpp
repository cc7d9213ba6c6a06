#include "session/requests.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pushwire::session {

Requests::Standing Requests::look(RequestId id) const noexcept {
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) return entry->second.outcome ? Standing::answered : Standing::pending;
  return id <= forgotten_ ? Standing::forgotten : Standing::unseen;
}

void Requests::begin(RequestId id, Asker asker) {
  entries_.emplace(id, Entry{{asker}, nullptr, false, {}});
  last_ = std::max(last_, id);
  ++pending_;
}

Asker Requests::ask_again(RequestId id, Asker asker) {
  Askers& askers = entries_.at(id).askers;
  if (std::find(askers.begin(), askers.end(), asker) != askers.end()) return 0;
  std::rotate(askers.begin(), std::prev(askers.end()), askers.end());
  return std::exchange(askers.front(), asker);
}

Askers Requests::finish(RequestId id, OutcomePtr outcome) {
  std::list<RequestId> place{id};  // what may throw comes first
  const auto [entry, unseen] = entries_.try_emplace(id);
  if (!unseen) --pending_;
  last_ = std::max(last_, id);
  waiting_.ids.splice(waiting_.ids.end(), place);
  entry->second.place = std::prev(waiting_.ids.end());
  waiting_.bytes += outcome->bytes();
  entry->second.outcome = std::move(outcome);
  const Askers askers = entry->second.askers;
  while (waiting_.ids.size() > kWaiting || waiting_.bytes > kWaitingBytes) forget(entries_.find(waiting_.ids.front()));
  return askers;
}

OutcomePtr Requests::hand_over(RequestId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.outcome) return nullptr;
  Entry& entry = found->second;
  OutcomePtr outcome = entry.outcome;
  if (!entry.handed_over) {
    entry.handed_over = true;
    waiting_.bytes -= outcome->bytes();
    kept_.bytes += outcome->bytes();
    kept_.ids.splice(kept_.ids.end(), waiting_.ids, entry.place);
    while (kept_.ids.size() > kKept || (kept_.bytes > kKeptBytes && kept_.ids.size() > 1)) {
      forget(entries_.find(kept_.ids.front()));
    }
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
  Outcomes& outcomes = outcomes_of(entry->second);
  outcomes.bytes -= entry->second.outcome->bytes();
  outcomes.ids.erase(entry->second.place);
  forgotten_ = std::max(forgotten_, entry->first);
  return entries_.erase(entry);
}

}  // namespace pushwire::session
