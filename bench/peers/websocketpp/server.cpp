// websocketpp on Boost.Asio: its example broadcast_server, on one thread.
#include <set>
#include <string_view>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

#include "peers/pacing/source.hpp"

namespace {

using Server = websocketpp::server<websocketpp::config::asio>;
using Handle = websocketpp::connection_hdl;

class Broadcaster {
 public:
  explicit Broadcaster(std::uint16_t port) {
    server_.clear_access_channels(websocketpp::log::alevel::all);
    server_.clear_error_channels(websocketpp::log::elevel::all);
    server_.init_asio(&loop_);
    server_.set_reuse_addr(true);
    server_.set_listen_backlog(4096);
    server_.set_tcp_post_init_handler([this](const Handle& handle) {
      boost::system::error_code ignored;
      server_.get_con_from_hdl(handle)->get_raw_socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    });
    server_.set_open_handler([this](const Handle& handle) { open_.insert(handle); });
    server_.set_close_handler([this](const Handle& handle) { open_.erase(handle); });
    server_.listen(boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    server_.start_accept();
  }

  void run() {
    tick();
    server_.run();
  }

 private:
  void tick() {
    const auto wait = source_.turn([this](std::string_view event) {
      for (const auto& handle : open_) {
        websocketpp::lib::error_code ignored;
        server_.send(handle, event.data(), event.size(), websocketpp::frame::opcode::text, ignored);
      }
    });
    if (wait.count() == 0) return boost::asio::post(loop_, [this] { tick(); });
    timer_.expires_after(wait);
    timer_.async_wait([this](const boost::system::error_code& /*ignored*/) { tick(); });
  }

  pushwire::bench::Source source_;
  boost::asio::io_service loop_{1};
  Server server_;
  std::set<Handle, std::owner_less<Handle>> open_;
  boost::asio::steady_timer timer_{loop_};
};

}  // namespace

int main(int count, char** words) { Broadcaster(pushwire::bench::port_of(count, words)).run(); }
