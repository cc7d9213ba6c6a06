#include "endpoints/media_types.hpp"

#include <gtest/gtest.h>

namespace pushwire::endpoints {
namespace {

TEST(MediaTypes, go_by_the_last_extension_in_any_case) {
  EXPECT_EQ(media_type_of("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(media_type_of("folder.js/LOGO.PNG"), "image/png");
  EXPECT_EQ(media_type_of("app.min.js"), "text/javascript; charset=utf-8");
  for (const char* name : {"", "Makefile", "a.", "a.unknown", "html", "a.htmlx", "a.ht"}) {
    EXPECT_EQ(media_type_of(name), "application/octet-stream") << name;
  }
}

}  // namespace
}  // namespace pushwire::endpoints
