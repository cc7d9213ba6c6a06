// What llhttp alone makes of a connection's bytes: the judge of how we frame requests.
#pragma once

#include <llhttp.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushwire::net {

// The bodies of the requests that it has seen whole, in order.
inline std::vector<std::string> bodies_by_llhttp(std::string_view stream) {
  struct Reference {
    std::vector<std::string> bodies;
    std::string body;
  };
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_body = [](llhttp_t* parser, const char* at, std::size_t size) {
    static_cast<Reference*>(parser->data)->body.append(at, size);
    return 0;
  };
  settings.on_message_complete = [](llhttp_t* parser) {
    auto& reference = *static_cast<Reference*>(parser->data);
    reference.bodies.push_back(std::exchange(reference.body, {}));
    return 0;
  };
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  // What is compared is framing; when a connection persists is a question of its own, and llhttp misses a token with a
  // tab behind it.
  llhttp_set_lenient_keep_alive(&parser, 1);
  Reference reference;
  parser.data = &reference;
  while (!stream.empty() && llhttp_execute(&parser, stream.data(), stream.size()) == HPE_PAUSED_UPGRADE) {
    // An offer beside a body is ignored: what comes behind it is HTTP.
    stream.remove_prefix(static_cast<std::size_t>(llhttp_get_error_pos(&parser) - stream.data()));
    llhttp_resume_after_upgrade(&parser);
  }
  return reference.bodies;
}

}  // namespace pushwire::net
