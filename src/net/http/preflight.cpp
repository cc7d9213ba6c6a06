#include "net/http/preflight.hpp"

namespace pushwire::net {

std::optional<Head> answer_preflight(const Request& request, const Access& access, bool for_page) {
  if (access.status != 0 || !access.cross_origin) return std::nullopt;
  if (request.method != "OPTIONS" || !request.field("Access-Control-Request-Method")) return std::nullopt;
  Head head;
  head.status = 204;
  head.add("Access-Control-Allow-Methods", for_page ? "GET, POST, PUT, PATCH, DELETE" : "GET, POST");
  const auto asked = request.field("Access-Control-Request-Headers");
  head.add("Access-Control-Allow-Headers",
           for_page && asked ? *asked : "Content-Type, Last-Event-ID, Pushwire-Session, Authorization, If-None-Match");
  head.add("Access-Control-Max-Age", "600");  // seconds
  if (request.field("Access-Control-Request-Private-Network") == "true") {
    head.add("Access-Control-Allow-Private-Network", "true");
  }
  return head;
}

}  // namespace pushwire::net
