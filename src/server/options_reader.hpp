// What a server is made of, as its Options say: checked, and in the words of the parts below.
//
// Threads: any. Errors: std::invalid_argument that names the option.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/hub.hpp"
#include "net/logbook.hpp"
#include "net/tls/tls.hpp"
#include "pushwire/options.hpp"
#include "server/core.hpp"

namespace pushwire {

// Reads what only the server may.
struct OptionsReader {
  static const std::string& address(const Options& options);
  // What stands for the address in a URL.
  static std::string url_host(const Options& options);
  static std::uint16_t port(const Options& options);
  static void check_reach(const Options& options);
  static bool tls(const Options& options);
  // Null without TLS.
  static std::shared_ptr<net::Tls> open_tls(const Options& options, std::shared_ptr<net::Logbook> logbook);
  static std::chrono::milliseconds stop_timeout(const Options& options);
  static std::vector<std::shared_ptr<const Transport>> transports(const Options& options);
  static CoreSettings core_settings(const Options& options, std::shared_ptr<net::Logbook> logbook);
  static std::shared_ptr<net::Logbook> logbook(const Options& options);
  // For who writes lines without knowing the logbook.
  static LogCallback lines_of(std::shared_ptr<net::Logbook> logbook);
  static std::shared_ptr<const AuthorizeCallback> authorize(const Options& options);
  static net::HubSettings hub_settings(const Options& options);
};

}  // namespace pushwire
