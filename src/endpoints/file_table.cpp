#include "endpoints/file_table.hpp"

#include <utility>

#include "endpoints/paths.hpp"

namespace pushwire::endpoints {

bool FileTable::add(std::string path, File file) {
  file.etag = etag_of(file.body.view);
  const std::lock_guard lock(mutex_);
  return files_.emplace(std::move(path), std::move(file)).second;
}

const File* FileTable::at(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<net::Response> FileTable::find(const Request& request) const {
  if (const File* const file = at(request.path)) return answer_with(*file, request);
  const auto path = decoded_path(request.path);
  if (!path) return std::nullopt;
  if (const File* const file = at(*path)) return answer_with(*file, request);
  const std::string_view folder = folder_of_index(*path);
  if (!folder.empty() && at(folder)) return redirect_to(folder, request);
  const std::string with_slash = *path + '/';
  if (at(with_slash)) return redirect_to(with_slash, request);
  return std::nullopt;
}

std::optional<net::Response> FileTable::find(std::string_view path, int status, const Request& request) const {
  const File* const file = at(path);
  if (!file) return std::nullopt;
  return answer_instead(*file, status, request);
}

}  // namespace pushwire::endpoints
