// A host that knows its users: what tests of access have Options::authorize ask.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/identity.hpp"
#include "pushwire/transport.hpp"
#include "server/gate.hpp"
#include "server/http_client.hpp"

namespace pushwire {

// A host's table of users: the field X-User, the cookie `user` or the parameter `user` says who; roles can change.
class Users {
 public:
  Identity judge(const Request& request) {
    std::string name;
    if (const auto field = request.field("X-User")) name = *field;
    else if (const auto cookie = request.cookie("user")) name = *cookie;
    else if (const auto parameter = request.parameter("user")) name = *parameter;
    if (name == "slow") gate.pass();
    const std::lock_guard lock(mutex_);
    peer_ = request.peer;
    if (name.empty()) return {};
    if (name == "crash") throw std::runtime_error("secret");
    if (name == "banned") throw Refusal(403, "you are banned");
    const auto found = roles_.find(name);
    if (found == roles_.end()) {
      Refusal refusal(401, "log in first");
      refusal.head.add("WWW-Authenticate", "Basic realm=\"device\"");
      throw refusal;
    }
    Identity identity;
    identity.name = name;
    identity.roles = found->second;
    if (lasting_) identity.expires = std::chrono::system_clock::now() + *lasting_;
    return identity;
  }
  void set(const std::string& name, std::vector<std::string> roles) {
    const std::lock_guard lock(mutex_);
    roles_[name] = std::move(roles);
  }
  void remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    roles_.erase(name);
  }
  void lasting(std::chrono::milliseconds value) {
    const std::lock_guard lock(mutex_);
    lasting_ = value;
  }
  std::string peer() {
    const std::lock_guard lock(mutex_);
    return peer_;
  }

  Gate gate;  // where the user "slow" is judged

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> roles_{{"ada", {"operator"}}, {"bob", {}}, {"slow", {}}};
  std::optional<std::chrono::milliseconds> lasting_;
  std::string peer_;
};

inline HttpFields as(const std::string& user) { return {{"X-User", user}}; }

}  // namespace pushwire
