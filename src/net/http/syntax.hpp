// What the heads of messages are made of, and how a client's bytes stand in a sentence.
#pragma once

#include <string>
#include <string_view>

#include "protocol/characters.hpp"

namespace pushwire::net::syntax {

using characters::hex_value;
using characters::is_blank;
using characters::is_digit;
using characters::is_field_content;
using characters::is_letter;
using characters::is_token;
using characters::is_visible;
using characters::lower;
using characters::run_of;
using characters::same_word;

std::string lowered(std::string_view text);

// `bytes` in double quotes, for a sentence: bytes other than printable ASCII, quotes and backslashes as \xNN, cut to
// 100 characters, so that no client writes lines or terminal codes into a log.
std::string quoted(std::string_view bytes);

}  // namespace pushwire::net::syntax
