// cpp-httplib's server without its sockets. Compiles against 0.11 and all that came since.
#pragma once

#include <httplib.h>

#include <climits>
#include <csignal>
#include <functional>
#include <string>

namespace pushwire::pages {

// cpp-httplib's constructor ignores SIGPIPE for the whole process, which is the host's to decide.
class KeptSignal {
 public:
  explicit KeptSignal(int number) : number_(number) { ::sigaction(number_, nullptr, &before_); }
  ~KeptSignal() { ::sigaction(number_, &before_, nullptr); }
  KeptSignal(const KeptSignal&) = delete;
  KeptSignal& operator=(const KeptSignal&) = delete;

 private:
  int number_;
  struct sigaction before_ {};
};

class Bridge final : private KeptSignal, public httplib::Server {
 public:
  struct Ends {
    std::string remote_address;
    int remote_port = 0;
    std::string local_address;
    int local_port = 0;
  };

  Bridge() : KeptSignal(SIGPIPE) {}

  // False: there is no socket here, and listen() and its relatives fail before they make one.
  bool is_valid() const override { return false; }

  // Content providers run only while the server's socket looks alive. It is a number that no descriptor has, since later
  // versions close it in stop().
  void arm(bool on) { svr_sock_ = on ? INT_MAX : INVALID_SOCKET; }

  // One request from `stream`, one answer into it. `settle` gets the request before it is routed. False: the answer
  // broke off.
  bool answer(httplib::Stream& stream, const Ends& ends, const std::function<void(httplib::Request&)>& settle) {
    bool closed = false;
    return process(*this, stream, ends, closed, settle, 0);
  }

 private:
  using Settle = std::function<void(httplib::Request&)>;
  using httplib::Server::process_request;

  // From 0.18 on.
  template <class S>
  static auto process(S& server, httplib::Stream& stream, const Ends& ends, bool& closed, const Settle& settle, int)
      -> decltype(server.process_request(stream, ends.remote_address, ends.remote_port, ends.local_address,
                                         ends.local_port, true, closed, settle)) {
    return server.process_request(stream, ends.remote_address, ends.remote_port, ends.local_address, ends.local_port,
                                  true, closed, settle);
  }
  // Before that.
  template <class S>
  static auto process(S& server, httplib::Stream& stream, const Ends&, bool& closed, const Settle& settle, long)
      -> decltype(server.process_request(stream, true, closed, settle)) {
    return server.process_request(stream, true, closed, settle);
  }
};

}  // namespace pushwire::pages
