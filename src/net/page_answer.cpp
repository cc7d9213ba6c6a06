#include "net/page_answer.hpp"

#include <utility>

#include "net/connection.hpp"
#include "net/exchange.hpp"
#include "net/framing.hpp"
#include "net/http/document_fields.hpp"
#include "net/http/syntax.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

namespace {

std::string_view value_of(const FieldList& fields, std::string_view name) noexcept {
  for (const auto& [own, value] : fields) {
    if (syntax::same_word(own, name)) return value;
  }
  return {};
}

// There is no such page, and the host has nothing to say to that.
bool is_nothing(const PageHead& page) noexcept {
  return page.status == 404 && page.length == 0 && !has_field(page.fields, "Content-Type");
}

}  // namespace

PageAnswer::PageAnswer(Hub& hub, Connection& connection, const ResponseHead& head, bool head_only, bool keep_alive)
    : hub_(hub), connection_(connection), head_(head), head_only_(head_only), keep_alive_(keep_alive) {}

PageAnswer::~PageAnswer() { let_go(); }

void PageAnswer::let_go() noexcept {
  if (!call_) return;
  call_->answer = nullptr;
  call_->pipe.abandon();
  hub_.settings().pages->remove(*call_);
}

void PageAnswer::ask(std::unique_ptr<RequestReader> request) {
  PageQueue& pages = *hub_.settings().pages;
  call_ = pages.make();
  call_->answer = this;
  call_->reader = std::move(request);
  PageRequest& page = call_->page;
  page.request = call_->reader->request();
  const std::string peer = connection_.peer_address();
  call_->peer = hub_.access().client(page.request, peer);
  call_->counted_as = hub_.access().counted_as(call_->peer);
  page.request.peer = call_->peer;
  if (call_->peer == peer) page.peer_port = connection_.peer_port();  // else a proxy's
  page.local_address = connection_.local_address();
  page.local_port = hub_.settings().port;
  pages.add(call_);
}

// One piece at a time: a page that is quick has its next turn behind the others'.
void PageAnswer::pump() {
  if (connection_.closed() || connection_.pending()) return;
  if (given_) return end();
  PagePipe::Taken taken = call_->pipe.take();
  std::string out;
  if (taken.head) {
    if (is_nothing(*taken.head)) {
      let_go();
      return Exchange::not_found(hub_, connection_, call_->page.request, keep_alive_ && !hub_.stopping());
    }
    begin(std::move(*taken.head), out);
  }
  if (begun_) return send(std::move(out), taken);
  if (taken.ended) refuse(500, "the page failed");
}

void PageAnswer::begin(PageHead page, std::string& out) {
  begun_ = true;
  const bool no_content = page.status == 204 || page.status == 304;
  if (page.status == 205) page.length = 0;  // RFC 9110 section 15.3.6
  bodiless_ = head_only_ || no_content;
  if (!bodiless_) left_ = page.length;
  if (page.length) {
    head_.body = ResponseHead::Body::length;
    head_.content_length = static_cast<std::size_t>(*page.length);
  } else if (!no_content) {
    head_.body = head_.version_minor >= 1 ? ResponseHead::Body::chunked : ResponseHead::Body::until_close;
    chunked_ = !bodiless_ && head_.version_minor >= 1;
    if (head_.version_minor == 0) keep_alive_ = false;
  }
  head_.status = page.status;
  head_.close = !keep_alive_;
  head_.date = hub_.date();
  head_.cache_control = "no-cache";
  FieldList& fields = page.fields;
  if (has_field(fields, "Access-Control-Allow-Origin")) head_.cors_origin = {};
  add_document_fields(value_of(fields, "Content-Type"), fields);
  head_.fields = &fields;
  append_head(head_, out);
  head_.fields = nullptr;
}

void PageAnswer::send(std::string own, PagePipe::Taken& taken) {
  std::string& bytes = taken.bytes;
  if (bodiless_) bytes.clear();
  if (left_ && bytes.size() > *left_) bytes.resize(static_cast<std::size_t>(*left_));
  if (left_) *left_ -= bytes.size();
  const bool last = bodiless_ || (left_ ? *left_ == 0 : taken.ended && taken.whole);
  if (taken.ended && !last) return connection_.drop();  // an answer that breaks off must not look whole

  std::string tail;
  if (chunked_ && !bytes.empty()) {
    append_chunk_size(bytes.size(), own);
    tail = "\r\n";
  }
  if (chunked_ && last) tail += kLastChunk;
  if (last) let_go();
  if (!own.empty() || !bytes.empty() || !tail.empty()) {
    connection_.send(own, bytes.empty() ? SharedBytes{} : SharedBytes::of(std::move(bytes)), tail);
  }
  given_ = last;
  if (given_ && !connection_.pending()) end();
}

// Not before all has gone: until then its deadline counts.
void PageAnswer::end() { connection_.answered(keep_alive_ && !hub_.stopping()); }

void PageAnswer::refuse(int status, std::string_view sentence) {
  let_go();
  Exchange::refuse(hub_, connection_, status, sentence, &call_->page.request);
}

void PageAnswer::time_up() {
  if (!begun_) {
    hub_.log(LogLevel::warning, "no page had an answer in time for " + syntax::quoted(call_->page.request.path));
    return refuse(503, "the page took too long");
  }
  if (connection_.pending()) Counters::add(hub_.counters().too_slow);
  connection_.drop();
}

}  // namespace pushwire::net
