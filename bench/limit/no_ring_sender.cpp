// Where liburing is missing.
#include "limit/sender.hpp"

namespace pushwire::bench::limit {

std::unique_ptr<Sender> ring_sender() { return nullptr; }

}  // namespace pushwire::bench::limit
