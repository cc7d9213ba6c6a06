// Servers with TLS, for tests that are worth the same with it and without.
#pragma once

#include <string>
#include <utility>

#include "pushwire/options.hpp"
#include "support/temporary_folder.hpp"

namespace pushwire {

// One certificate for all tests of a process.
inline const std::string& tls_folder() {
  static const TemporaryFolder folder;
  static const std::string path = folder.path("tls");
  return path;
}

inline Options secured(bool tls, Options options = {}) {
  return tls ? options.tls_self_signed(tls_folder()) : std::move(options);
}

// Whether to use TLS, as far as it is built in.
#ifdef PUSHWIRE_TEST_TLS
inline constexpr bool kTlsOrNot[] = {false, true};
#else
inline constexpr bool kTlsOrNot[] = {false};
#endif

}  // namespace pushwire
