// A folder on disk, each file read when it is asked for: for development, where a change is to be seen at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "endpoints/files.hpp"

namespace pushwire::endpoints {

class LiveFolder {
 public:
  static constexpr std::size_t kMostBytes = 16 * 1024 * 1024;  // of one file: it is read on the serving thread

  // Serves below `prefix`, which ends with a slash, what has the path `folder` when it is asked for: a build may put
  // another one in its place. Throws std::system_error that names a folder that cannot be opened.
  LiveFolder(std::string prefix, const std::string& folder);

  // As FileTable::find. Nothing outside of the folder is reached: names that begin with a dot, and symbolic links, are not
  // there. Throws a Refusal (500) that names a file that cannot be read or is too large.
  std::optional<net::Response> find(const Request& request);
  std::optional<net::Response> find(std::string_view path, int status, const Request& request);

 private:
  // Null: there is none.
  const File* read(std::string_view path);

  std::string prefix_;
  std::string folder_;
  File file_;  // the last one that was read: the answer points into it until it has been sent
};

}  // namespace pushwire::endpoints
