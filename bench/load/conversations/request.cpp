#include "load/conversations/request.hpp"

#include <cstddef>

namespace pushwire::bench::load {
namespace {

// The target with the parameter in place of the one of its name, or behind all others.
std::string with_parameter(std::string target, const std::string& parameter) {
  const std::string name = parameter.substr(0, parameter.find('=') + 1);
  const std::size_t query = target.find('?');
  if (query == std::string::npos) return target + '?' + parameter;
  for (std::size_t at = query; at != std::string::npos; at = target.find('&', at + 1)) {
    if (target.compare(at + 1, name.size(), name) != 0) continue;
    const std::size_t end = target.find('&', at + 1);
    return target.replace(at + 1, end == std::string::npos ? end : end - at - 1, parameter);
  }
  return target + '&' + parameter;
}

}  // namespace

std::string request(const Options& options, const std::string& parameter, const std::string& fields) {
  const std::string target = parameter.empty() ? options.path : with_parameter(options.path, parameter);
  std::string text = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) + "\r\n";
  for (const std::string& field : options.headers) text += field + "\r\n";
  return text + fields + "\r\n";
}

}  // namespace pushwire::bench::load
