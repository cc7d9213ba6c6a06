// Files served from memory, by path, each with an ETag over its content.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/responder.hpp"

namespace pushwire::endpoints {

class FileTable {
 public:
  // False where the path is taken. `body` outlives the table. Any thread.
  bool add(std::string path, std::string content_type, std::string_view body);
  std::optional<net::Response> find(std::string_view path) const;

 private:
  struct File {
    std::string content_type;
    std::string etag;
    std::string_view body;
  };

  mutable std::mutex mutex_;
  std::map<std::string, File, std::less<>> files_;  // nodes stay where they are: answers point into them
};

}  // namespace pushwire::endpoints
