// Serves the host's pages by cpp-httplib: each call has a worker for itself and never touches a socket.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/page_router.hpp"
#include "pages/bridge.hpp"
#include "pushwire/identity.hpp"

namespace pushwire::pages {

class Router final : public net::PageRouter {
 public:
  explicit Router(const net::PageHost& host);
  ~Router() override;

  httplib::Server& routes() noexcept { return bridge_; }

  void judge(const Request& request) const override;
  void serve(const net::PageRequest& page, net::PagePipe& pipe) noexcept override;
  void arm(bool on) noexcept override { bridge_.arm(on); }

  // Of the page that this thread is at work for.
  static Identity caller(const httplib::Request& request);

 private:
  struct Current;

  void answer(const net::PageRequest& page, net::PagePipe& pipe);
  void complain(std::string_view peer, const std::string& line) const noexcept;
  void set_defaults();

  const net::PageHost host_;
  const int idle_;  // a descriptor that is never readable
  Bridge bridge_;
};

}  // namespace pushwire::pages
