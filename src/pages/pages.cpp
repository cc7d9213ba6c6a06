#include "pushwire/pages.hpp"

#include <memory>

#include "pages/router.hpp"

namespace pushwire {

httplib::Server& Server::pages() {
  // Nobody else makes routers.
  auto& router = static_cast<pages::Router&>(page_router([](const net::PageHost& host) {
    return std::shared_ptr<net::PageRouter>(std::make_shared<pages::Router>(host));
  }));
  return router.routes();
}

Identity caller(const httplib::Request& request) { return pages::Router::caller(request); }

}  // namespace pushwire
