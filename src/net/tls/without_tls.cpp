#include <stdexcept>

#include "net/tls/tls.hpp"

namespace pushwire::net {

std::shared_ptr<Tls> open_tls(TlsSource) {
  throw std::runtime_error("pushwire: TLS was asked for, and this library was built without it (PUSHWIRE_TLS=OFF)");
}

}  // namespace pushwire::net
