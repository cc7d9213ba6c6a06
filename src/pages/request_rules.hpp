// What a page is asked, and how it is told: the ways in which cpp-httplib 0.11 reads a request that a client could abuse
// end here, before it sees one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/page_router.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::pages {

inline constexpr std::size_t kPathBytes = 1024;  // routes are found by std::regex, which recurses for each character
inline constexpr std::size_t kPartLineBytes = 1024;  // so are the names of form parts

// Throws a Refusal:
// 400 a path with an encoded NUL, behind which a file's name would end and its type be read
// 400 a multipart/form-data body whose type names no plain boundary, or whose parts have longer lines in their heads
// 414 a path above kPathBytes
// 415 a content coding: it could be unpacked without bound
// 501 a method that pages have no routes for
void judge(const Request& request);

// Whether handlers get a body of that method through cpp-httplib, which reads none of GET and HEAD.
bool has_content(std::string_view method) noexcept;

// Whether the field reaches handlers as the client has sent it. The others are about the connection, and about parts and
// codings of answers, which are the server's affair, or look like what cpp-httplib itself says in fields.
bool is_passed(std::string_view name) noexcept;

// The request as cpp-httplib gets it to read: one line, and the length of its body. The fields come by themselves, since
// it would decode percent signs in them, up to line ends. A `?` in the query, which it would refuse, is written as %3F.
std::string wire_head(const Request& request);

}  // namespace pushwire::pages
