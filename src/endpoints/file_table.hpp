// Files served from memory, by path, each with an ETag over its content.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "endpoints/files.hpp"

namespace pushwire::endpoints {

class FileTable {
 public:
  // False where the path is taken. `file.body` and `file.gzip` outlive the table; its ETag is made here. Any thread.
  bool add(std::string path, File file);

  // By the request's path. "/docs" and "/docs/index.html" are redirected to "/docs/" where that is one.
  std::optional<net::Response> find(const Request& request) const;
  // The file at exactly `path`, as this status.
  std::optional<net::Response> find(std::string_view path, int status, const Request& request) const;

 private:
  const File* at(std::string_view path) const;

  mutable std::mutex mutex_;
  std::map<std::string, File, std::less<>> files_;  // nodes stay where they are: answers point into them
};

}  // namespace pushwire::endpoints
