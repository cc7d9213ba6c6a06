// libwebsockets: the shape of its example minimal-ws-server-ring: one ring of events for all; each client keeps its
// place in it and writes from there when its socket is writeable.
#include <libwebsockets.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "peers/pacing/source.hpp"

namespace {

constexpr std::size_t kRing = 65536;
constexpr std::size_t kBytes = pushwire::bench::Pacer::kPayloadBytes;

// libwebsockets writes the frame's head before the payload.
using Slot = std::array<unsigned char, LWS_PRE + kBytes>;

struct Client {
  lws* socket;
  std::uint64_t at;
};

struct Broadcaster {
  pushwire::bench::Source source;
  std::vector<Slot> ring = std::vector<Slot>(kRing);
  std::uint64_t head = 0;
  std::vector<Client*> open;
  lws_context* context = nullptr;
  lws_sorted_usec_list_t timer{};

  Slot& slot(std::uint64_t number) { return ring[number % kRing]; }

  // As long as the socket takes more: that saves a turn of the loop for each event.
  int write(Client& client) {
    if (head - client.at > kRing) return -1;  // too slow
    while (client.at < head) {
      if (lws_write(client.socket, slot(client.at).data() + LWS_PRE, kBytes, LWS_WRITE_TEXT) < int{kBytes}) return -1;
      ++client.at;
      if (client.at < head && lws_send_pipe_choked(client.socket) != 0) {
        lws_callback_on_writable(client.socket);
        break;
      }
    }
    return 0;
  }

  void tick() {
    const auto before = head;
    const auto wait = source.turn([this](std::string_view event) {
      std::memcpy(slot(head).data() + LWS_PRE, event.data(), event.size());
      ++head;
    });
    if (head > before) {
      for (const Client* client : open) lws_callback_on_writable(client->socket);
    }
    lws_sul_schedule(context, 0, &timer, on_timer, std::max<lws_usec_t>(wait.count() / 1000, 1));
  }

  static void on_timer(lws_sorted_usec_list_t* timer);
};

Broadcaster& broadcaster() {
  static Broadcaster only;
  return only;
}

void Broadcaster::on_timer(lws_sorted_usec_list_t* /*timer*/) { broadcaster().tick(); }

int on_event(lws* socket, lws_callback_reasons reason, void* user, void* /*bytes*/, std::size_t /*length*/) {
  auto& all = broadcaster();
  auto* const client = static_cast<Client*>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      *client = {socket, all.head};
      all.open.push_back(client);
      return 0;
    case LWS_CALLBACK_CLOSED:
      all.open.erase(std::remove(all.open.begin(), all.open.end(), client), all.open.end());
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE: return all.write(*client);
    default: return 0;
  }
}

}  // namespace

int main(int count, char** words) {
  auto& all = broadcaster();
  const std::array<lws_protocols, 3> protocols{{
      {"http", lws_callback_http_dummy, 0, 0, 0, nullptr, 0},
      {"bench", on_event, sizeof(Client), 512, 0, nullptr, 0},
      {},
  }};
  lws_set_log_level(LLL_ERR, nullptr);
  lws_context_creation_info info{};
  info.port = pushwire::bench::port_of(count, words);
  info.iface = "lo";
  info.protocols = protocols.data();
  info.fd_limit_per_thread = 15000;
  all.context = lws_create_context(&info);
  if (all.context == nullptr) return 1;
  all.tick();
  while (lws_service(all.context, 0) >= 0) {
  }
}
