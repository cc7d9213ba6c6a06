// Boost.Beast: its example websocket-chat-multi, on one thread: one shared message, a queue for each session, one
// write at a time.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>

#include "peers/pacing/source.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Message = std::shared_ptr<const std::string>;

class Session;
using Sessions = std::unordered_set<Session*>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, Sessions& open) : stream_(std::move(socket)), open_(open) {}
  ~Session() { open_.erase(this); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.text(true);
    stream_.async_accept([self = shared_from_this()](beast::error_code failed) {
      if (failed) return;
      self->open_.insert(self.get());
      self->read();
    });
  }

  void send(const Message& message) {
    waiting_.push_back(message);
    if (waiting_.size() == 1) write();
  }

 private:
  void read() {
    stream_.async_read(received_, [self = shared_from_this()](beast::error_code failed, std::size_t /*bytes*/) {
      if (failed) return void(self->open_.erase(self.get()));
      self->received_.consume(self->received_.size());
      self->read();
    });
  }

  void write() {
    stream_.async_write(asio::buffer(*waiting_.front()),
                        [self = shared_from_this()](beast::error_code failed, std::size_t /*bytes*/) {
                          if (failed) return void(self->open_.erase(self.get()));
                          self->waiting_.pop_front();
                          if (!self->waiting_.empty()) self->write();
                        });
  }

  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer received_;
  std::deque<Message> waiting_;
  Sessions& open_;
};

class Broadcaster {
 public:
  explicit Broadcaster(std::uint16_t port) : acceptor_(loop_, {asio::ip::address_v4::loopback(), port}) {
    acceptor_.listen(4096);
  }

  void run() {
    accept();
    tick();
    loop_.run();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code failed, asio::ip::tcp::socket socket) {
      if (!failed) {
        socket.set_option(asio::ip::tcp::no_delay(true));
        std::make_shared<Session>(std::move(socket), open_)->start();
      }
      accept();
    });
  }

  void tick() {
    const auto wait = source_.turn([this](std::string_view event) {
      const auto message = std::make_shared<const std::string>(event);
      for (Session* session : open_) session->send(message);
    });
    if (wait.count() == 0) return asio::post(loop_, [this] { tick(); });
    timer_.expires_after(wait);
    timer_.async_wait([this](beast::error_code /*ignored*/) { tick(); });
  }

  pushwire::bench::Source source_;
  Sessions open_;
  asio::io_context loop_{1};
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer timer_{loop_};
};

}  // namespace

int main(int count, char** words) { Broadcaster(pushwire::bench::port_of(count, words)).run(); }
