// What keeps other sites away from the pages of this server.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushwire::net {

using FieldList = std::vector<std::pair<std::string, std::string>>;

bool has_field(const FieldList& fields, std::string_view name) noexcept;

// Where a browser makes a page of `content_type`, adds the fields by which no other site lays its own page over it, nor
// learns where a link came from. Fields that are there stay as they are.
void add_document_fields(std::string_view content_type, FieldList& fields);

}  // namespace pushwire::net
