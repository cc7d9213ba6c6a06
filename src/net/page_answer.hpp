// The reactor's side of a page's answer: gives its request to the workers, and sends what they make of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/http/response_head.hpp"
#include "net/page_queue.hpp"

namespace pushwire::net {

class Connection;
class Hub;

class PageAnswer {
 public:
  // `head`: of a 200, without content; its views are good for as long as the request.
  PageAnswer(Hub& hub, Connection& connection, const ResponseHead& head, bool head_only, bool keep_alive);
  ~PageAnswer();
  PageAnswer(const PageAnswer&) = delete;
  PageAnswer& operator=(const PageAnswer&) = delete;

  Connection& connection() const noexcept { return connection_; }
  // From now on the request is the workers' to read.
  void ask(std::unique_ptr<RequestReader> request);
  // There is something to send, or room for it.
  void pump();
  void time_up();
  // The connection's end is the answer's: cut off, it would look whole.
  bool ends_with_connection() const noexcept { return begun_ && head_.body == ResponseHead::Body::until_close; }
  // The server stops, or the client will ask nothing more: the connection ends behind this answer.
  void last_one() noexcept { keep_alive_ = false; }

 private:
  void begin(PageHead page, std::string& out);
  void send(std::string own, PagePipe::Taken& taken);
  void end();
  void refuse(int status, std::string_view sentence);
  // No worker need go on with it.
  void let_go() noexcept;

  Hub& hub_;
  Connection& connection_;
  ResponseHead head_;
  PageCallPtr call_;
  std::optional<std::uint64_t> left_;  // of a body whose length is known
  const bool head_only_;
  bool keep_alive_;
  bool begun_ = false;
  bool given_ = false;  // all of it, to the connection
  bool bodiless_ = false;
  bool chunked_ = false;
};

}  // namespace pushwire::net
