// Has llhttp read one complete head.
#pragma once

#include <optional>
#include <string_view>

#include "net/http/fault.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

// `head` is a request line and fields with their line ends, through the empty line, whose lines have been judged
// strictly. Sets `into`'s fields, as views of `head`, values without the blanks around them. What llhttp refuses is
// refused, with its reason; so is a head of which it reads less than all, or another target than `into.target`. A
// method that llhttp does not have is 501.
std::optional<Fault> parse_head(std::string_view head, Request& into);

}  // namespace pushwire::net
