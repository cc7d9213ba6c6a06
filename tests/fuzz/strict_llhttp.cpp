#include "fuzz/strict_llhttp.hpp"

#include "net/http/llhttp_reference.hpp"

namespace pushwire::fuzz {

std::vector<std::string> bodies_by_strict_llhttp(std::string_view stream) { return net::bodies_by_llhttp(stream); }

}  // namespace pushwire::fuzz
