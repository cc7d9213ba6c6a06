#include "pushwire/access.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace pushwire {
namespace {

Identity named(std::string name, std::vector<std::string> roles = {}) {
  Identity identity;
  identity.name = std::move(name);
  identity.roles = std::move(roles);
  return identity;
}

TEST(Identity, has_the_roles_that_it_lists) {
  const Identity ada = named("ada", {"operator", "service"});
  EXPECT_TRUE(ada.has_role("operator"));
  EXPECT_TRUE(ada.has_role("service"));
  EXPECT_FALSE(ada.has_role("Operator"));
  EXPECT_FALSE(ada.has_role("opera"));
  EXPECT_FALSE(ada.has_role(""));
}

TEST(Identity, without_a_name_is_anonymous) {
  EXPECT_TRUE(Identity{}.anonymous());
  EXPECT_TRUE(named("", {"operator"}).anonymous());
  EXPECT_FALSE(named("ada").anonymous());
}

TEST(Identity, is_equal_where_all_of_it_is) {
  const Identity ada = named("ada", {"operator"});
  EXPECT_EQ(ada, named("ada", {"operator"}));
  EXPECT_NE(ada, named("bob", {"operator"}));
  EXPECT_NE(ada, named("ada", {"operator", "service"}));
  Identity other = ada;
  other.attributes["plant"] = "north";
  EXPECT_NE(ada, other);
  other = ada;
  other.expires = std::chrono::system_clock::time_point{};
  EXPECT_NE(ada, other);
}

TEST(Access, is_everyones_unless_said_otherwise) {
  EXPECT_TRUE(Access().open());
  EXPECT_TRUE(Access().admits({}));
}

TEST(Access, by_role_admits_those_who_have_it) {
  const Access access = visible_to("operator");
  EXPECT_FALSE(access.open());
  EXPECT_TRUE(access.admits(named("ada", {"x", "operator"})));
  EXPECT_TRUE(access.admits(named("", {"operator"})));
  EXPECT_FALSE(access.admits(named("operator")));
  EXPECT_FALSE(access.admits({}));
}

TEST(Access, by_several_roles_admits_those_who_have_any) {
  for (const Access& access : {allowed_for({"operator", "service"}), allowed_for({std::string("service"), "operator"}),
                               visible_to(std::vector<std::string>{"operator", "service"})}) {
    EXPECT_TRUE(access.admits(named("ada", {"operator"})));
    EXPECT_TRUE(access.admits(named("ada", {"service"})));
    EXPECT_FALSE(access.admits(named("ada", {"operator service"})));
  }
  EXPECT_TRUE(allowed_for({"operator"}).admits(named("ada", {"operator"})));
}

TEST(Access, by_no_roles_admits_nobody) {
  const Access access = visible_to(std::vector<std::string>{});
  EXPECT_FALSE(access.open());
  EXPECT_FALSE(access.admits(named("ada", {"operator"})));
}

TEST(Access, by_a_function_admits_whom_it_does) {
  const Access access = allowed_for([](const Identity& who) { return who.name == "ada"; });
  EXPECT_FALSE(access.open());
  EXPECT_TRUE(access.admits(named("ada")));
  EXPECT_FALSE(access.admits(named("bob")));
}

TEST(Access, by_a_function_that_throws_admits_nobody) {
  const Access access = visible_to([](const Identity&) -> bool { throw std::runtime_error("no directory"); });
  EXPECT_FALSE(access.admits(named("ada")));
  EXPECT_FALSE(visible_to([](const Identity&) -> bool { throw 7; }).admits({}));
}

TEST(Access, refuses_what_says_nothing) {
  EXPECT_THROW(visible_to(""), std::invalid_argument);
  EXPECT_THROW(visible_to({"operator", ""}), std::invalid_argument);
  EXPECT_THROW(allowed_for(Access::Predicate()), std::invalid_argument);
}

TEST(Access, is_equal_where_the_rule_is_the_same) {
  EXPECT_EQ(Access(), Access());
  EXPECT_EQ(visible_to("a"), allowed_for({"a"}));
  EXPECT_NE(visible_to("a"), visible_to("b"));
  EXPECT_NE(visible_to("a"), Access());
  const Access by_function = visible_to([](const Identity&) { return true; });
  const Access copy = by_function;
  EXPECT_EQ(by_function, copy);
  EXPECT_NE(by_function, visible_to([](const Identity&) { return true; }));
}

}  // namespace
}  // namespace pushwire
