#include "net/wish.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace pushwire::net {
namespace {

using std::chrono::milliseconds;
using Names = std::vector<std::string>;

Wish wish(std::string_view query) {
  Request request;
  request.query = query;
  return read_wish(request, 10, milliseconds(300'000));
}

TEST(Wish, of_a_parameter_that_comes_twice_the_first_counts) {
  EXPECT_EQ(wish("events=one&events=two&x=3").events, Names{"one"});
  EXPECT_EQ(wish("wait_ms=5&wait_ms=6&wait_ms=no").wait, milliseconds(5));
  EXPECT_EQ(wish("after=earliest&after=latest").after, Wish::After::earliest);
  EXPECT_EQ(wish("fresh=&fresh=late").fresh, Names{});
}

TEST(Wish, parameters_and_their_values_may_be_percent_encoded) {
  EXPECT_EQ(wish("%65vents=one%2Ctw%6F").events, (Names{"one", "two"}));
  EXPECT_TRUE(wish("a%74=%31").with_time);
  EXPECT_FALSE(wish("at%00=1").with_time);
}

TEST(Wish, what_it_does_not_know_is_passed_over) {
  const Wish plain = wish("&&=&event=one&Events=two&eventss=three&at=0&=1");
  EXPECT_EQ(plain.events, Names{});
  EXPECT_FALSE(plain.with_time);
  EXPECT_EQ(plain.after, Wish::After::latest);
}

}  // namespace
}  // namespace pushwire::net
