#include "load/answers.hpp"

namespace pushwire::bench::load {

void Answers::take(const Answer& answer, bool with_events) {
  if (tally_.answers == 0) tally_.first = answer;
  ++tally_.answers;
  tally_.bytes += answer.bytes;
  ++tally_.statuses[answer.status];
  if (!with_events) ++tally_.empty;
  if (!(answer == tally_.first)) ++tally_.unlike;
}

}  // namespace pushwire::bench::load
