// Where a reader stands in the log, and what a read from there gives. Values: the log keeps nothing about readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "log/subscription.hpp"
#include "pushwire/event.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::log {

// `after` says it all for a reader that follows. The rest describes what is due first:
//  - `states`: the types whose states at or below `after` are due (a snapshot), those up to `shown` having been given;
//  - `forgiven`: the log's count of evictions up to which all are told, or do not concern the reader: only later ones
//    are news. 0 for a place straight from a cursor, and for one that is past all evictions. It was found for the
//    subscription that was read with: a reader that goes on with another sets it to 0;
//  - `own_forgiven`: the same, to 0 as well, for the reader's private events: a read without them knows nothing of what
//    they lost;
//  - `resume`: what the first batch reports, when it is not plain `ok`.
struct Place {
  Sequence after = 0;
  Sequence shown = 0;
  std::uint64_t forgiven = 0;
  std::uint64_t own_forgiven = 0;
  SubscriptionPtr states;
  Resume resume = Resume::ok;

  bool snapshot_due() const noexcept { return states != nullptr; }
};

// The types, in order of registration, that lost events which this reader had not read, all of them after `from` and up
// to and with `to`. Where there are several, the range is that of the one that lost most: what the others still keep of
// it comes as usual.
struct Loss {
  std::vector<std::string> types;
  Sequence from = 0;
  Sequence to = 0;
};

struct Batch {
  Resume status = Resume::ok;    // fresh and reset only on a reader's first batch; gap: see `loss`
  Loss loss;                     // comes before the events
  bool snapshot = false;         // `events` are states, not news: they do not move the cursor
  std::vector<EventPtr> events;  // ascending
  Place next;                    // where to read on; `next.after` is the cursor to hand out
  bool snapshot_ended = false;   // `live` is due now, with `next.after`
  bool more = false;             // there is more to read at once, up to the bound that was asked for
};

}  // namespace pushwire::log
