#include "net/http/entity_tag.hpp"

#include <gtest/gtest.h>

namespace pushwire::net {
namespace {

TEST(EntityTag, matches_itself_weakly) {
  EXPECT_TRUE(etag_matches("\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("W/\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("\"a\"", "W/\"a\""));
  EXPECT_TRUE(etag_matches("W/\"a\"", "W/\"a\""));
}

TEST(EntityTag, matches_any_of_a_list_and_the_star) {
  EXPECT_TRUE(etag_matches("\"x\", W/\"y\" ,\t\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("*", "\"a\""));
  EXPECT_TRUE(etag_matches(" , \"a\",", "\"a\""));
}

TEST(EntityTag, matches_no_other) {
  for (const char* field : {"", ",", "\"b\"", "a", "\"a", "\"A\"", "\"aa\"", "w/\"a\"", "W/", "\"x\",\"y\""}) {
    EXPECT_FALSE(etag_matches(field, "\"a\"")) << field;
  }
}

}  // namespace
}  // namespace pushwire::net
