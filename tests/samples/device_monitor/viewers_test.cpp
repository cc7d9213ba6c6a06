#include "viewers.hpp"

#include <gtest/gtest.h>

namespace device_monitor {
namespace {

TEST(Viewers, are_numbered_as_they_come_and_no_number_is_given_twice) {
  Viewers viewers;
  EXPECT_EQ(viewers.join("a"), 1u);
  EXPECT_EQ(viewers.join("b"), 2u);
  viewers.leave("b");
  EXPECT_EQ(viewers.join("c"), 3u);
  EXPECT_EQ(viewers.number("a"), 1u);
  EXPECT_EQ(viewers.number("c"), 3u);
}

TEST(Viewers, are_counted_while_they_are_here) {
  Viewers viewers;
  EXPECT_EQ(viewers.count(), 0u);
  viewers.join("a");
  viewers.join("b");
  EXPECT_EQ(viewers.count(), 2u);
  viewers.leave("a");
  EXPECT_EQ(viewers.count(), 1u);
  EXPECT_FALSE(viewers.number("a"));
}

TEST(Viewers, one_who_is_here_already_keeps_the_number_and_a_stranger_who_leaves_changes_nothing) {
  Viewers viewers;
  viewers.join("a");
  EXPECT_EQ(viewers.join("a"), 1u);
  viewers.leave("nobody");
  EXPECT_EQ(viewers.count(), 1u);
  EXPECT_EQ(viewers.join("b"), 2u);
}

}  // namespace
}  // namespace device_monitor
