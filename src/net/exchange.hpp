// One request and what becomes of it: judged, then answered, held or turned into a stream. Lives during the call.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/place.hpp"
#include "net/connection.hpp"
#include "net/http/access.hpp"
#include "net/http/byte_range.hpp"
#include "net/http/response_head.hpp"
#include "net/parked.hpp"
#include "net/responder.hpp"
#include "net/wish.hpp"
#include "pushwire/transport.hpp"
#include "session/sessions.hpp"

namespace pushwire::net {

class Hub;

class Exchange {
 public:
  Exchange(Hub& hub, Connection& connection, const Request& request, bool keep_alive);

  void serve();
  // Goes on with a request that was parked.
  void serve(const Verdict& verdict);
  // Judges the head of a request whose body is still to come; true: it has been refused.
  bool refused_by_head();

  // Answers with a problem and ends the connection. `request`: null where it could not be framed.
  static void refuse(Hub& hub, Connection& connection, int status, std::string_view sentence,
                     const Request* request = nullptr);
  // The same for what is nowhere.
  static void not_found(Hub& hub, Connection& connection, const Request& request, bool keep_alive);

 private:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  // Whose request it is.
  struct Caller {
    session::RecordPtr record;  // null: nobody in particular
    session::Token token;       // the record's, or one that was issued now
    bool issued = false;
    std::string_view state = "new";  // as hello tells it
  };

  bool admitted();
  // False: the client has yet to show the launch token, and has been told so.
  bool launched();
  void launch();
  void answered_by(const std::function<void()>& act);
  // The part of the path behind the base path; nullopt: it is not ours.
  std::optional<std::string_view> own_path() const noexcept;
  std::optional<std::size_t> transport_at(std::string_view path) const noexcept;
  void route();
  void post();
  // `joins`: a client without a session gets a record at once.
  Caller caller(bool joins, std::string_view transport);
  void tell_token(const Caller& caller, Fields& fields) const;
  void refuse(int status, std::string_view sentence, const Fields* fields = nullptr);
  void count_refusal(int status);
  void not_found();
  void respond(const Response& response);
  ByteRange asked_range(const Response& response) const;
  void preflight();
  void page();
  // A path that pages may have, where the host has any.
  bool for_pages() const noexcept;
  // OPTIONS that is no preflight of CORS.
  bool is_page_options() const noexcept;
  void converse(std::size_t transport);
  void begin_stream(std::size_t transport, Wish wish, std::unique_ptr<Conversation> conversation, Head answer);
  void begin_answer(std::size_t transport, Wish wish, std::unique_ptr<Conversation> conversation, Head answer);
  void tell_overload_to_stream(const Transport& transport);
  ResponseHead head(int status) const;
  bool head_only() const noexcept { return request_.method == "HEAD"; }

  Hub& hub_;
  Connection& connection_;
  const Request& request_;
  bool keep_alive_;
  Access access_;
  session::IdentityPtr identity_;
};

}  // namespace pushwire::net
