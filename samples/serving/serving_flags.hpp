// The flags by which a sample is told where to listen and whom to let in.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pushwire/server.hpp"

namespace samples {

class ServingFlags {
 public:
  // Adds them to `app`, which fills this object when it parses, and which has to outlive it.
  explicit ServingFlags(CLI::App& app);
  ServingFlags(const ServingFlags&) = delete;
  ServingFlags& operator=(const ServingFlags&) = delete;

  pushwire::Options options() const;
  // Says where a server that has been started is to be found, on the standard output, and its certificate's fingerprint
  // where it has one, on the standard error.
  void announce(const pushwire::Server& server) const;

 private:
  const CLI::App& app_;
  CLI::Option* tls_;
  CLI::Option* tls_self_signed_;
  int port_ = 8080;
  std::string address_ = "127.0.0.1";
  std::vector<std::string> hosts_;
  bool insecure_lan_ = false;
  bool launch_token_ = false;
  std::string tls_folder_;
  std::vector<std::string> tls_files_;  // certificate and key
};

// What the library says to programs, said to who starts one by a shell: its calls are flags there.
std::string in_flags(std::string_view sentence);

}  // namespace samples
