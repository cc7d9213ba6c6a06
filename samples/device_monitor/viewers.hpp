// Who is here, each with a number that people can say. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace device_monitor {

class Viewers {
 public:
  // The viewer's number: 1 for the first one, and none is given twice. `session`: its public id.
  std::uint64_t join(const std::string& session);
  void leave(const std::string& session) { numbers_.erase(session); }

  std::size_t count() const { return numbers_.size(); }
  // Nullopt for one that is not here.
  std::optional<std::uint64_t> number(const std::string& session) const;

 private:
  std::map<std::string, std::uint64_t> numbers_;
  std::uint64_t last_ = 0;
};

}  // namespace device_monitor
