// A server with pages whose log lines are kept.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "pushwire/pages.hpp"
#include "server/eventually.hpp"
#include "server/gate.hpp"
#include "server/http_client.hpp"

namespace pushwire {

class Lines {
 public:
  void add(std::string_view line) {
    const std::lock_guard lock(mutex_);
    text_.append(line).append("\n");
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  bool say(std::string_view part) const {
    return eventually([&] { return text().find(part) != std::string::npos; });
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

struct LoggedServer {
  Lines log;  // lives longer than the server
};

class PageServer : public LoggedServer, public Server {
 public:
  explicit PageServer(Options options = {})
      : Server(std::move(options.log([this](LogLevel, std::string_view line) { log.add(line); }))) {}
};

}  // namespace pushwire
