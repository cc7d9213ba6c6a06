#include "endpoints/endpoints.hpp"

#include <utility>

#include "negotiation/offer.hpp"
#include "pushwire_client_assets.hpp"

namespace pushwire::endpoints {

Endpoints::Endpoints(Parts parts, const std::string& base_path, std::chrono::milliseconds heartbeat,
                     std::size_t message_bytes)
    : parts_(parts), negotiate_path_(base_path + "/negotiate"), heartbeat_(heartbeat), message_bytes_(message_bytes) {
  for (const EmbeddedFile& file : embedded_client()) {
    files_.add(base_path + std::string(file.path),
               {std::string(file.content_type), {}, {}, {nullptr, file.body}, {nullptr, file.gzip}});
  }
}

std::optional<net::Response> Endpoints::respond(const Request& request, const session::IdentityPtr& identity) {
  if (request.path == negotiate_path_) return negotiate(request, identity);
  if (auto found = files_.find(request)) return found;
  for (const auto& folder : folders()) {
    if (auto found = folder->find(request)) return found;
  }
  return std::nullopt;
}

std::optional<net::Response> Endpoints::respond_not_found(const Request& request) {
  constexpr std::string_view kPage = "/404.html";
  if (auto found = files_.find(kPage, 404, request)) return found;
  for (const auto& folder : folders()) {
    if (auto found = folder->find(kPage, 404, request)) return found;
  }
  return std::nullopt;
}

void Endpoints::add_folder(std::string prefix, const std::string& folder) {
  auto live = std::make_shared<LiveFolder>(std::move(prefix), folder);
  const std::lock_guard lock(folders_mutex_);
  folders_.push_back(std::move(live));
}

std::vector<std::shared_ptr<LiveFolder>> Endpoints::folders() const {
  const std::lock_guard lock(folders_mutex_);
  return folders_;
}

net::Response Endpoints::negotiate(const Request& request, const session::IdentityPtr& identity) const {
  const auto presented = request.field("Pushwire-Session");
  const log::Moment now = parts_.clock.now();
  const auto token = presented ? parts_.tokens.read(*presented) : std::nullopt;
  const bool known = token && parts_.sessions.look(*token, identity, now) == session::Sessions::Standing::good;
  const std::string session = parts_.tokens.spell(known ? *token : parts_.tokens.issue(now.steady));
  negotiation::Offer offer;
  offer.session = session;
  offer.cursor = {parts_.log.epoch(), parts_.log.head()};
  offer.heartbeat_ms = static_cast<std::uint32_t>(heartbeat_.count());
  offer.message_bytes = message_bytes_;
  std::string body;
  negotiation::append_json(offer, parts_.transports, body);
  net::Response response;
  response.content_type = "application/json";
  response.cache_control = "no-cache, no-store, no-transform";
  if (presented && !known) response.fields.emplace_back("Pushwire-Session", session);
  response.body = net::SharedBytes::of(std::move(body));
  return response;
}

}  // namespace pushwire::endpoints
