#include "net/http/document_fields.hpp"

#include <algorithm>

#include "net/http/syntax.hpp"

namespace pushwire::net {

bool has_field(const FieldList& fields, std::string_view name) noexcept {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const auto& field) { return syntax::same_word(field.first, name); });
}

void add_document_fields(std::string_view content_type, FieldList& fields) {
  constexpr std::string_view kDocuments[] = {"text/html", "application/xhtml+xml", "image/svg+xml"};
  const bool document = std::any_of(std::begin(kDocuments), std::end(kDocuments), [&](std::string_view type) {
    return syntax::same_word(content_type.substr(0, type.size()), type);
  });
  if (!document) return;
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"Content-Security-Policy", "frame-ancestors 'self'"},
      {"X-Frame-Options", "SAMEORIGIN"},
      {"Referrer-Policy", "no-referrer"},
  };
  for (const auto& [name, value] : kFields) {
    if (!has_field(fields, name)) fields.emplace_back(name, value);
  }
}

}  // namespace pushwire::net
