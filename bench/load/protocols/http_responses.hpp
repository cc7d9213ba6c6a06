// Reads a server's HTTP/1 responses from its bytes, however they are cut.
#pragma once

#include <llhttp.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushwire::bench::load {

struct ResponseHead {
  int status = 0;
  std::string etag, last_modified, websocket_accept;
};

class HttpResponses {
 public:
  static constexpr std::size_t kMostOfHead = std::size_t{64} << 10;

  // What comes of the bytes.
  class Reader {
   public:
    virtual ~Reader() = default;
    virtual void head(const ResponseHead& head) = 0;
    virtual void body(std::string_view piece) = 0;
    // The connection may be used for a further request, or not.
    virtual void complete(bool keeps_alive) = 0;
  };

  explicit HttpResponses(Reader& reader);
  HttpResponses(const HttpResponses&) = delete;
  HttpResponses& operator=(const HttpResponses&) = delete;

  // Takes the bytes from their front: all, but those behind an answer that changes the protocol (101). False where they
  // are no HTTP, as fault() says.
  bool read(std::string_view& bytes);
  // The server has closed the connection: an answer without a length is complete. False in the middle of one with.
  bool finish();
  // Of a new connection.
  void reset();
  std::string fault() const;

 private:
  static const llhttp_settings_t& settings();
  static HttpResponses& self(llhttp_t* parser) { return *static_cast<HttpResponses*>(parser->data); }
  int extend(std::string& part, const char* bytes, std::size_t size);
  void keep_field();

  Reader& reader_;
  llhttp_t parser_{};
  ResponseHead head_;
  std::size_t head_bytes_ = 0;
  std::string name_, value_;  // of the field that is being read
};

}  // namespace pushwire::bench::load
