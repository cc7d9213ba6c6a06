#include "load/protocols/http_responses.hpp"

#include <strings.h>

namespace pushwire::bench::load {
namespace {

bool same_name(const std::string& left, const char* right) { return strcasecmp(left.c_str(), right) == 0; }

}  // namespace

HttpResponses::HttpResponses(Reader& reader) : reader_(reader) { reset(); }

void HttpResponses::reset() {
  llhttp_init(&parser_, HTTP_RESPONSE, &settings());
  parser_.data = this;
}

const llhttp_settings_t& HttpResponses::settings() {
  static const llhttp_settings_t kSettings = [] {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_message_begin = [](llhttp_t* parser) {
      self(parser).head_ = {};
      self(parser).head_bytes_ = 0;
      return 0;
    };
    settings.on_header_field = [](llhttp_t* parser, const char* bytes, std::size_t size) {
      return self(parser).extend(self(parser).name_, bytes, size);
    };
    settings.on_header_value = [](llhttp_t* parser, const char* bytes, std::size_t size) {
      return self(parser).extend(self(parser).value_, bytes, size);
    };
    settings.on_header_value_complete = [](llhttp_t* parser) {
      self(parser).keep_field();
      return 0;
    };
    settings.on_headers_complete = [](llhttp_t* parser) {
      self(parser).head_.status = parser->status_code;
      self(parser).reader_.head(self(parser).head_);
      return 0;
    };
    settings.on_body = [](llhttp_t* parser, const char* bytes, std::size_t size) {
      self(parser).reader_.body({bytes, size});
      return 0;
    };
    settings.on_message_complete = [](llhttp_t* parser) {
      self(parser).reader_.complete(llhttp_should_keep_alive(parser) != 0);
      return 0;
    };
    return settings;
  }();
  return kSettings;
}

int HttpResponses::extend(std::string& part, const char* bytes, std::size_t size) {
  head_bytes_ += size;
  if (head_bytes_ > kMostOfHead) {
    llhttp_set_error_reason(&parser_, "the head is too long");
    return HPE_USER;
  }
  part.append(bytes, size);
  return 0;
}

void HttpResponses::keep_field() {
  if (same_name(name_, "etag")) head_.etag = value_;
  if (same_name(name_, "last-modified")) head_.last_modified = value_;
  if (same_name(name_, "sec-websocket-accept")) head_.websocket_accept = value_;
  name_.clear();
  value_.clear();
}

bool HttpResponses::read(std::string_view& bytes) {
  const llhttp_errno_t error = llhttp_execute(&parser_, bytes.data(), bytes.size());
  if (error == HPE_PAUSED_UPGRADE) {
    bytes.remove_prefix(static_cast<std::size_t>(llhttp_get_error_pos(&parser_) - bytes.data()));
    return true;
  }
  bytes = {};
  return error == HPE_OK;
}

bool HttpResponses::finish() { return llhttp_finish(&parser_) == HPE_OK; }

std::string HttpResponses::fault() const {
  const char* const reason = llhttp_get_error_reason(&parser_);
  return std::string("the answer is no HTTP: ") +
         (reason == nullptr || *reason == '\0' ? llhttp_errno_name(llhttp_get_errno(&parser_)) : reason);
}

}  // namespace pushwire::bench::load
