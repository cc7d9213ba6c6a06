// What serves the host's own pages, as the core sees it. The library pushwire::pages has the only one: a core that is built
// without it knows no HTTP library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/page_pipe.hpp"
#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

// What a router gets from the server whose pages it serves.
struct PageHost {
  // `peer`: the client whom the line is about. May be empty.
  std::function<void(LogLevel level, std::string_view line, std::string_view peer)> log;
  std::shared_ptr<const AuthorizeCallback> authorize;  // null: everybody is let in, and nobody is known
};

// One request for a page, whole and judged. Nobody changes it.
struct PageRequest {
  Request request;  // with `peer`
  std::uint16_t peer_port = 0;
  std::string local_address;
  std::uint16_t local_port = 0;
};

class PageRouter {
 public:
  virtual ~PageRouter() = default;
  // The reactor. Throws a Refusal for what no page is asked.
  virtual void judge(const Request& request) const = 0;
  // A worker, several at once: runs the host's code and returns when the answer has ended.
  virtual void serve(const PageRequest& request, PagePipe& pipe) noexcept = 0;
  // Any thread. False: what runs comes to an end as soon as it can.
  virtual void arm(bool on) noexcept = 0;
};

}  // namespace pushwire::net
