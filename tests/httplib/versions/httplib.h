// What src/pages uses of cpp-httplib, as version 0.HTTPLIB_MINOR declares it. Declarations alone: nothing is linked.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <csignal>
#include <ctime>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

using socket_t = int;
#ifndef INVALID_SOCKET
#define INVALID_SOCKET (-1)
#endif

namespace httplib {

#if HTTPLIB_MINOR >= 18
using Headers = std::unordered_multimap<std::string, std::string>;
#else
using Headers = std::multimap<std::string, std::string>;
#endif

struct Request {
  std::string method, path, target, body, remote_addr;
  Headers headers;
  int remote_port = -1;
};

struct Response {
  int status = -1;
  std::string body;
  Headers headers;
  bool has_header(const std::string& key) const;
  void set_header(const std::string& key, const std::string& value);
  void set_content(const char* bytes, size_t size, const std::string& content_type);
  void set_content(const std::string& text, const std::string& content_type);
#if HTTPLIB_MINOR >= 18
  void set_content(std::string&& text, const std::string& content_type);
#endif
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual bool is_readable() const = 0;
#if HTTPLIB_MINOR >= 20
  virtual bool wait_readable() const = 0;
  virtual bool wait_writable() const = 0;
#else
  virtual bool is_writable() const = 0;
#endif
  virtual ssize_t read(char* bytes, size_t size) = 0;
  virtual ssize_t write(const char* bytes, size_t size) = 0;
  virtual void get_remote_ip_and_port(std::string& ip, int& port) const = 0;
  virtual void get_local_ip_and_port(std::string& ip, int& port) const = 0;
  virtual socket_t socket() const = 0;
#if HTTPLIB_MINOR >= 19
  virtual time_t duration() const = 0;
#endif
#if HTTPLIB_MINOR >= 34
  virtual bool is_peer_alive() const { return true; }
#endif
  ssize_t write(const char* text);
  ssize_t write(const std::string& text);
};

class Server {
 public:
  using Handler = std::function<void(const Request&, Response&)>;
  using ExceptionHandler = std::function<void(const Request&, Response&, std::exception_ptr)>;
  enum class HandlerResponse { Handled, Unhandled };
  using HandlerWithResponse = std::function<HandlerResponse(const Request&, Response&)>;

  Server();
  virtual ~Server();
  virtual bool is_valid() const;
  Server& set_exception_handler(ExceptionHandler handler);
#if HTTPLIB_MINOR >= 18
  template <class Function>
  Server& set_error_handler(Function&& handler) {
    return set_error_handler_core(std::forward<Function>(handler),
                                  std::is_convertible<Function, HandlerWithResponse>{});
  }
#else
  Server& set_error_handler(HandlerWithResponse handler);
  Server& set_error_handler(Handler handler);
#endif

 protected:
#if HTTPLIB_MINOR >= 33
  bool process_request(Stream& stream, const std::string& remote_addr, int remote_port, const std::string& local_addr,
                       int local_port, bool close_connection, bool& connection_closed,
                       const std::function<void(Request&)>& setup_request, bool* websocket_upgraded = nullptr);
#elif HTTPLIB_MINOR >= 18
  bool process_request(Stream& stream, const std::string& remote_addr, int remote_port, const std::string& local_addr,
                       int local_port, bool close_connection, bool& connection_closed,
                       const std::function<void(Request&)>& setup_request);
#else
  bool process_request(Stream& stream, bool close_connection, bool& connection_closed,
                       const std::function<void(Request&)>& setup_request);
#endif
  std::atomic<socket_t> svr_sock_;

 private:
  Server& set_error_handler_core(HandlerWithResponse handler, std::true_type);
  Server& set_error_handler_core(Handler handler, std::false_type);
};

}  // namespace httplib
