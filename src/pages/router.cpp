#include "pages/router.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "net/http/content_coding.hpp"
#include "net/http/problem.hpp"
#include "pages/request_rules.hpp"
#include "pages/request_stream.hpp"
#include "pages/response_reader.hpp"
#include "pushwire/codec.hpp"

namespace pushwire::pages {

namespace {

int make_idle() {
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "pushwire: eventfd");
  return descriptor;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  append_json_string(text.substr(0, 100), out);
  return out;
}

void set_problem(httplib::Response& answer, int status, std::string_view sentence) {
  answer.status = status;
  answer.set_content(net::problem_json(status, sentence), std::string(net::kProblemType));
}

// The fields as the client sent them: cpp-httplib's own reading of them is replaced.
void settle(const net::PageRequest& page, httplib::Request& request) {
  request.headers.clear();
  for (const Request::Field& field : page.request.fields) {
    if (is_passed(field.name)) request.headers.emplace(field.name, field.value);
  }
  // It looks for words of a coding anywhere in the field, refused ones too, and has brotli spend seconds on a megabyte.
  if (net::takes_gzip(page.request)) request.headers.emplace("Accept-Encoding", "gzip");
  request.target = std::string(page.request.target);
  request.remote_addr = std::string(page.request.peer);
  request.remote_port = page.peer_port;
  request.headers.emplace("REMOTE_ADDR", request.remote_addr);
  request.headers.emplace("REMOTE_PORT", std::to_string(page.peer_port));
  request.headers.emplace("LOCAL_ADDR", page.local_address);
  request.headers.emplace("LOCAL_PORT", std::to_string(page.local_port));
  const std::string_view body = page.request.body;
  if (has_content(page.request.method)) request.headers.emplace("Content-Length", std::to_string(body.size()));
  else request.body = std::string(body);
}

ResponseReader::Question question(const Request& request) {
  ResponseReader::Question question;
  question.head_only = request.method == "HEAD";
  question.in_parts = question.head_only || request.method == "GET";
  if (request.method != "GET") return question;
  if (const auto range = request.field("Range")) question.range = std::string(*range);
  if (const auto condition = request.field("If-Range")) question.if_range = std::string(*condition);
  return question;
}

}  // namespace

// The page that a thread is at work for.
struct Router::Current {
  Current(const Router& of, const net::PageRequest& what) : router(of), page(what) { now = this; }
  ~Current() { now = nullptr; }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

  static thread_local Current* now;

  const Router& router;
  const net::PageRequest& page;
  const httplib::Request* request = nullptr;
  std::optional<Identity> identity;
};

thread_local Router::Current* Router::Current::now = nullptr;

Router::Router(const net::PageHost& host) : host_(host), idle_(make_idle()) { set_defaults(); }

Router::~Router() { ::close(idle_); }

void Router::judge(const Request& request) const { pages::judge(request); }

void Router::complain(std::string_view peer, const std::string& line) const noexcept {
  try {
    if (host_.log) host_.log(LogLevel::error, line, peer);
  } catch (...) {  // a host's callback: nobody is left to tell
  }
}

void Router::set_defaults() {
  // Without one cpp-httplib tells the client what was thrown.
  bridge_.set_exception_handler(
      [this](const httplib::Request& request, httplib::Response& answer, std::exception_ptr thrown) {
        std::string what = "something that is no std::exception";
        try {
          std::rethrow_exception(std::move(thrown));
        } catch (const Refusal& refusal) {
          const int status = refusal.head.status;
          set_problem(answer, status >= 400 && status <= 599 ? status : 403, refusal.what());
          for (const auto& [name, value] : refusal.head.fields) answer.set_header(name, value);
          return;
        } catch (const std::exception& error) {
          what = error.what();
        } catch (...) {
        }
        complain(request.remote_addr, "the page at " + in_quotes(request.path) + " threw: " + what);
        set_problem(answer, 500, "the page failed");
      });
  const httplib::Server::Handler fill = [](const httplib::Request& request, httplib::Response& answer) {
    // Of what is nowhere the server tells in its own way.
    if (answer.status == 404 || !answer.body.empty() || answer.has_header("Content-Type")) return;
    set_problem(answer, answer.status, "the page at " + in_quotes(request.path) + " says no more");
  };
  bridge_.set_error_handler(fill);
}

void Router::answer(const net::PageRequest& page, net::PagePipe& pipe) {
  Current current(*this, page);
  const Request& request = page.request;
  const std::string head = wire_head(request);
  const std::string_view body = has_content(request.method) ? request.body : std::string_view{};
  const Bridge::Ends ends{std::string(request.peer), page.peer_port, page.local_address, page.local_port};
  ResponseReader reader(question(request), pipe);
  RequestStream stream(head, body, reader, ends, idle_);
  bool good = false;
  std::string fault;
  try {
    good = bridge_.answer(stream, ends, [&](httplib::Request& routed) {
      settle(page, routed);
      current.request = &routed;
    });
  } catch (const std::exception& error) {  // by a content provider, or a handler of errors
    fault = std::string("threw: ") + error.what();
  } catch (...) {
    fault = "threw";
  }
  reader.end(good && fault.empty());
  if (fault.empty() && !reader.fault().empty()) fault = "has no answer that can be sent: " + reader.fault();
  if (!fault.empty()) complain(request.peer, "the page at " + in_quotes(request.path) + " " + fault);
}

void Router::serve(const net::PageRequest& page, net::PagePipe& pipe) noexcept {
  try {
    if (pipe.wanted()) answer(page, pipe);
  } catch (const std::exception& error) {
    complain(page.request.peer, std::string("a page was not served: ") + error.what());
    pipe.end(false);
  } catch (...) {
    complain(page.request.peer, "a page was not served");
    pipe.end(false);
  }
}

Identity Router::caller(const httplib::Request& request) {
  Current* const current = Current::now;
  if (current == nullptr || current->request != &request) {
    throw std::logic_error("pushwire: caller() is asked inside a page's handler, with its request");
  }
  if (!current->identity) {
    const auto& authorize = current->router.host_.authorize;
    Identity identity = authorize ? (*authorize)(current->page.request) : Identity{};
    if (identity.expires && *identity.expires <= std::chrono::system_clock::now()) {
      throw Refusal(401, "who asks was known until a moment ago, and has to show it anew");
    }
    current->identity = std::move(identity);
  }
  return *current->identity;
}

}  // namespace pushwire::pages
