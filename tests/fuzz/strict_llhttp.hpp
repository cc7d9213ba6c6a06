// llhttp once more, in a library of its own, built as strictly as it can be where its sources are at hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushwire::fuzz {

// As net::bodies_by_llhttp.
__attribute__((visibility("default"))) std::vector<std::string> bodies_by_strict_llhttp(std::string_view stream);

}  // namespace pushwire::fuzz
