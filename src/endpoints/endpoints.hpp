// The paths that are not a transport's: negotiation, the client script, the host's own files.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "endpoints/file_table.hpp"
#include "endpoints/live_folder.hpp"
#include "log/event_log.hpp"
#include "net/clock.hpp"
#include "net/responder.hpp"
#include "pushwire/transport.hpp"
#include "session/sessions.hpp"
#include "session/token.hpp"

namespace pushwire::endpoints {

class Endpoints final : public net::Responder {
 public:
  struct Parts {
    const log::EventLog& log;
    const session::Tokens& tokens;
    const session::Sessions& sessions;
    const net::Clock& clock;
    const std::vector<std::shared_ptr<const Transport>>& transports;
  };
  Endpoints(Parts parts, const std::string& base_path, std::chrono::milliseconds heartbeat, std::size_t message_bytes);

  std::optional<net::Response> respond(const Request& request, const session::IdentityPtr& identity) override;
  // "/404.html", where there is one.
  std::optional<net::Response> respond_not_found(const Request& request) override;
  FileTable& files() noexcept { return files_; }
  // Looked into behind the files, in the order in which they came. Any thread.
  void add_folder(std::string prefix, const std::string& folder);

 private:
  std::vector<std::shared_ptr<LiveFolder>> folders() const;
  net::Response negotiate(const Request& request, const session::IdentityPtr& identity) const;

  Parts parts_;
  std::string negotiate_path_;
  std::chrono::milliseconds heartbeat_;
  std::size_t message_bytes_;
  FileTable files_;
  mutable std::mutex folders_mutex_;  // of the list: the folders themselves are read on the reactor thread
  std::vector<std::shared_ptr<LiveFolder>> folders_;
};

}  // namespace pushwire::endpoints
