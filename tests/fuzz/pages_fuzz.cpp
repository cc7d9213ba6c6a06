// What the host's pages are asked: any request that can be framed comes to one handler as it was sent, or to none, and
// has one answer.
//
// An input's first three lines are a method and a target, a Content-Type, and one more field; the rest is a body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/form_model.hpp"
#include "fuzz/fuzz.hpp"
#include "net/http/content_coding.hpp"
#include "net/http/request_reader.hpp"
#include "net/http/syntax.hpp"
#include "pages/request_rules.hpp"
#include "pages/router.hpp"

namespace {

using pushwire::Request;
using pushwire::fuzz::check;

constexpr const char* kPeer = "192.0.2.7";

// What a handler got.
struct Seen {
  std::size_t times = 0;
  httplib::Request request;
};

// Pages that say yes to everything.
class Pages {
 public:
  Pages() : router_({[this](pushwire::LogLevel, std::string_view, std::string_view) { ++complaints_; }, nullptr}) {
    const auto take = [this](const httplib::Request& request, httplib::Response& answer) {
      ++seen_.times;
      seen_.request = request;
      answer.set_content("yes", "text/plain");
    };
    constexpr const char* kAll = "[\\s\\S]*";
    router_.routes().Get(kAll, take).Post(kAll, take).Put(kAll, take).Patch(kAll, take).Delete(kAll, take);
    router_.arm(true);
  }

  // The status of a refusal, or 0.
  int refused(const Request& request) const {
    try {
      router_.judge(request);
    } catch (const pushwire::Refusal& refusal) {
      return refusal.head.status;
    }
    return 0;
  }

  pushwire::net::PagePipe::Taken ask(const Request& request) {
    seen_ = {};
    pushwire::net::PageRequest page;
    page.request = request;
    page.request.peer = kPeer;
    page.peer_port = 7;
    page.local_address = "127.0.0.1";
    pushwire::net::PagePipe pipe([] {});
    router_.serve(page, pipe);
    check(complaints_ == 0, "there is nothing to complain of");
    return pipe.take();
  }

  const Seen& seen() const { return seen_; }

 private:
  pushwire::pages::Router router_;
  Seen seen_;
  std::size_t complaints_ = 0;
};

// RFC 3986 section 2.1; other percent signs stay.
std::string decoded(std::string_view path) {
  const auto digit = [&](std::size_t at) -> int {
    return at < path.size() ? pushwire::net::syntax::hex_value(path[at]) : -1;
  };
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const bool coded = path[at] == '%' && digit(at + 1) >= 0 && digit(at + 2) >= 0;
    out += coded ? static_cast<char>(digit(at + 1) * 16 + digit(at + 2)) : path[at];
    if (coded) at += 2;
  }
  return out;
}

using Fields = std::multimap<std::string, std::string, httplib::detail::ci>;

void judge_fields(const Request& request, const httplib::Request& got) {
  Fields expected{{"REMOTE_ADDR", kPeer}, {"REMOTE_PORT", "7"}, {"LOCAL_ADDR", "127.0.0.1"}, {"LOCAL_PORT", "0"}};
  for (const Request::Field& field : request.fields) {
    if (pushwire::pages::is_passed(field.name)) expected.emplace(field.name, field.value);
  }
  if (pushwire::net::takes_gzip(request)) expected.emplace("Accept-Encoding", "gzip");
  if (pushwire::pages::has_content(request.method)) {
    expected.emplace("Content-Length", std::to_string(request.body.size()));
  }
  check(got.headers.size() == expected.size() && std::equal(expected.begin(), expected.end(), got.headers.begin()),
        "the fields are those that were sent, as they were, and what the server knows");
  check(got.remote_addr == kPeer && got.get_header_value("REMOTE_ADDR") == kPeer, "nobody says where he comes from");
}

void judge_form(const Request& request, const httplib::Request& got) {
  const auto form = pushwire::fuzz::form_of(request);
  if (!form) return;
  check(got.files.size() == form->size(), "a form has the parts that were sent");
  auto at = got.files.begin();
  for (const auto& [name, part] : *form) {
    check(at->first == name && at->second.name == name, "a part has its name");
    check(at->second.filename == part.filename, "a part has its file's name");
    check(at->second.content_type == part.type, "a part has its type");
    check(at->second.content == part.content, "a part has its bytes");
    ++at;
  }
}

void judge(Pages& pages, const Request& request) {
  if (const int status = pages.refused(request); status != 0) {
    return check(status == 400 || status == 414 || status == 415 || status == 501, "a refusal has its status");
  }
  const auto answer = pages.ask(request);
  check(answer.ended && answer.whole && answer.head, "there is one answer, and it is whole");
  const Seen& seen = pages.seen();
  check(seen.times <= 1, "no request is two");
  const int status = answer.head->status;
  const bool in_parts = request.field("Range").has_value() && (status == 206 || status == 416);
  check((status == 200 || in_parts) == (seen.times == 1), "who is answered with the page has asked for it");
  const bool is_form = request.field("Content-Type").value_or("").find("multipart/form-data") != std::string_view::npos;
  if (seen.times == 0) return check(!pushwire::fuzz::form_of(request), "a good form comes to its page");
  const httplib::Request& got = seen.request;
  check(got.method == request.method && got.target == request.target, "a page is asked what was asked");
  if (request.path.find("%u") == std::string_view::npos) check(got.path == decoded(request.path), "so is its path");
  judge_fields(request, got);
  if (is_form) return judge_form(request, got);
  check(got.files.empty() && got.body == request.body, "a body is what was sent");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static Pages pages;
  const auto parts = pushwire::fuzz::lines(pushwire::fuzz::view(bytes, size), 4);
  std::string stream = std::string(parts[0]) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!parts[1].empty()) stream += "Content-Type: " + std::string(parts[1]) + "\r\n";
  if (!parts[2].empty()) stream += std::string(parts[2]) + "\r\n";
  stream += "Content-Length: " + std::to_string(parts[3].size()) + "\r\n\r\n" + std::string(parts[3]);
  pushwire::net::RequestReader reader{pushwire::Limits{}};
  reader.feed(stream.data(), stream.size());
  if (reader.state() == pushwire::net::RequestReader::State::complete) judge(pages, reader.request());
  return 0;
}
