#include "session/handlers.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

namespace pushwire::session {
namespace {

detail::Handler nothing() {
  return [](const Message&, const JsonValue&, const std::shared_ptr<detail::ReplySink>&) {};
}

TEST(Handlers, are_found_by_their_names_alone) {
  Handlers handlers;
  handlers.add("set.point", nothing(), allowed_for("operator"));
  ASSERT_NE(handlers.find("set.point"), nullptr);
  EXPECT_EQ(handlers.find("set.point")->who, allowed_for("operator"));
  for (const char* other : {"", "set", "set.poin", "set.point ", "Set.point", "set.*", "*"}) {
    EXPECT_EQ(handlers.find(other), nullptr) << other;
  }
}

TEST(Handlers, have_names_that_can_be_said) {
  Handlers handlers;
  for (const std::string& name :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\n"), std::string(".a"),
        std::string("*"), std::string("\xC3\xA4"), std::string("a\0b", 3)}) {
    EXPECT_THROW(handlers.add(name, nothing(), {}), std::invalid_argument) << name;
    EXPECT_EQ(handlers.find(name), nullptr);
  }
  EXPECT_THROW(handlers.add("pushwire.x", nothing(), {}), std::invalid_argument);
  handlers.add(std::string(128, 'a'), nothing(), {});
  handlers.add("pushwired", nothing(), {});
}

TEST(Handlers, do_not_take_one_anothers_names) {
  Handlers handlers;
  handlers.add("a", nothing(), {});
  const HandlerPtr first = handlers.find("a");
  EXPECT_THROW(handlers.add("a", nothing(), {}), std::logic_error);
  EXPECT_EQ(handlers.find("a"), first);
  EXPECT_TRUE(handlers.remove("a"));
  EXPECT_FALSE(handlers.remove("a"));
  handlers.add("a", nothing(), {});
  EXPECT_NE(handlers.find("a"), first);
}

// Something that asks for handlers when it goes, as what a host's callable holds may.
std::shared_ptr<void> curious(Handlers& handlers, int& asked) {
  return {nullptr, [&handlers, &asked](void*) {
            handlers.find("a");
            ++asked;
          }};
}
detail::Handler holding(std::shared_ptr<void> held) {
  return [held = std::move(held)](const Message&, const JsonValue&, const std::shared_ptr<detail::ReplySink>&) {};
}

TEST(Handlers, may_come_back_while_they_go) {
  Handlers handlers;
  int asked = 0;
  handlers.add("a", holding(curious(handlers, asked)), {});
  EXPECT_THROW(handlers.add("a", holding(curious(handlers, asked)), {}), std::logic_error);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(handlers.remove("a"));
  EXPECT_EQ(asked, 2);
  handlers.add("a", holding(curious(handlers, asked)), {});
  handlers.clear();
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(handlers.find("a"), nullptr);
}

TEST(Handlers, that_were_found_outlive_their_removal) {
  Handlers handlers;
  int asked = 0;
  handlers.add("a", holding(curious(handlers, asked)), {});
  HandlerPtr found = handlers.find("a");
  handlers.clear();
  EXPECT_EQ(asked, 0);
  found.reset();
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace pushwire::session
