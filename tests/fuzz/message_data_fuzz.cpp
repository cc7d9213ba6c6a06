// What handlers are given: any bytes are refused, or are a document whose text says the same again, and of which every
// type takes what it can and names what it cannot.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "pushwire/codec.hpp"
#include "pushwire/json_value.hpp"
#include "pushwire/raw_json.hpp"

namespace {

using pushwire::Codec;
using pushwire::JsonDocument;
using pushwire::JsonValue;

// What could be read is written and read as the same again.
template <class T>
void take(const JsonValue& value) {
  std::string first;
  try {
    Codec<T>::encode(Codec<T>::decode(value), first);
  } catch (const pushwire::DecodeError& error) {
    pushwire::fuzz::check(std::string_view(error.what()).size() < 2000, "a fault is a sentence");
    return;
  }
  const auto again = JsonDocument::parse(first, 40);
  pushwire::fuzz::check(again.has_value(), "what is encoded is JSON");
  std::string second;
  Codec<T>::encode(Codec<T>::decode(again->root()), second);
  pushwire::fuzz::check(first == second, "what was read and written reads the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = pushwire::fuzz::view(bytes, size);
  const auto document = JsonDocument::parse(text);
  if (!document) return 0;
  pushwire::fuzz::check(pushwire::is_json(text), "a document is JSON");
  const JsonValue root = document->root();
  const std::string written = root.text();
  const auto again = JsonDocument::parse(written);
  pushwire::fuzz::check(again && again->root().text() == written, "a document's text is that document");
  take<bool>(root);
  take<std::int8_t>(root);
  take<std::uint64_t>(root);
  take<double>(root);
  take<std::string>(root);
  take<std::vector<std::uint8_t>>(root);
  take<std::optional<std::int64_t>>(root);
  take<std::vector<std::optional<float>>>(root);
  take<std::map<std::string, std::vector<std::string>>>(root);
  take<std::map<std::string, std::map<std::string, std::int32_t>>>(root);
  return 0;
}
