// What a viewer's message is on the standard output.
#pragma once

#include <string>

#include "pushwire/message.hpp"

namespace pipe_sample {

// One line of JSON with its LF: {"name":…,"session":…,"data":…}, and "bytes", in base64, where a message has some behind
// its JSON. The data is Message::json, with a space for each line break between its values.
std::string message_line(const pushwire::Message& message);

}  // namespace pipe_sample
