#include "log/type_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace pushwire::log {
namespace {

// Registers `names` in this order.
struct Indexed {
  explicit Indexed(std::vector<std::string> given) : names(std::move(given)) {
    for (const std::string& name : names) index.add(name, static_cast<std::uint32_t>(&name - names.data()));
  }
  // The names that `patterns` get, as visited.
  std::vector<std::string> of(std::vector<std::string> patterns) const {
    std::sort(patterns.begin(), patterns.end());
    std::vector<std::string> found;
    index.for_each(Subscription(std::move(patterns)), [&](std::uint32_t type) { found.push_back(names[type]); });
    return found;
  }

  std::vector<std::string> names;
  TypeIndex index;
};

using Names = std::vector<std::string>;

TEST(TypeIndex, finds_a_type_by_its_exact_name) {
  const Indexed types({"b", "a.c", "a"});
  EXPECT_EQ(types.index.find("a"), 2U);
  EXPECT_EQ(types.index.find("a.c"), 1U);
  for (const char* name : {"", "a.", "a.b", "c"}) EXPECT_EQ(types.index.find(name), std::nullopt) << name;
}

TEST(TypeIndex, visits_all_types_for_everything_and_none_for_unknown_names) {
  const Indexed types({"b", "a.c", "a"});
  EXPECT_EQ(types.of({}), (Names{"a", "a.c", "b"}));
  EXPECT_EQ(types.of({"0", "a.b", "z.*"}), Names{});
}

TEST(TypeIndex, visits_what_a_prefix_covers_and_not_its_neighbors) {
  const Indexed types({"a", "a-b", "a.", "a.b", "a.z.z", "a:b", "ab", "b"});
  EXPECT_EQ(types.of({"a.*"}), (Names{"a.", "a.b", "a.z.z"}));
  EXPECT_EQ(types.of({"a.z.*", "b"}), (Names{"a.z.z", "b"}));
}

TEST(TypeIndex, visits_a_type_once_however_many_patterns_have_it) {
  const Indexed types({"a.", "a.b", "a.b.c", "a.c", "b"});
  EXPECT_EQ(types.of({"a.", "a.*", "a.b", "a.b.*", "a.b.c", "b"}), (Names{"a.", "a.b", "a.b.c", "a.c", "b"}));
}

TEST(TypeIndex, visits_a_restricted_type_only_for_those_who_see_it) {
  const Names names{"a", "a.b", "a.c", "b"};
  TypeIndex index;
  for (TypeId type = 0; type < 4; ++type) index.add(names[type], type, type == 1 || type == 3);
  EXPECT_EQ(index.restricted(), 2U);
  const auto of = [&](std::vector<std::string> patterns, std::vector<TypeId> visible) {
    Names found;
    index.for_each(Subscription(std::move(patterns), std::move(visible)),
                   [&](TypeId type) { found.push_back(names[type]); });
    return found;
  };
  EXPECT_EQ(of({}, {}), (Names{"a", "a.c"}));
  EXPECT_EQ(of({}, {0, 1}), (Names{"a", "a.b", "a.c"}));
  EXPECT_EQ(of({"a.*", "b"}, {3}), (Names{"a.c", "b"}));
  EXPECT_EQ(of({"a.b"}, {}), Names{});
}

TEST(TypeIndex, agrees_with_what_subscriptions_match) {
  std::mt19937 random(7);
  const auto word = [&](std::size_t bytes) {
    std::string made(1, "aZ0"[random() % 3]);
    while (made.size() < bytes) made += "aZ0._:-.."[random() % 9];
    return made;
  };
  Names names;
  for (int i = 0; i < 600; ++i) names.push_back(word(1 + random() % 6));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const Names sorted = names;
  std::shuffle(names.begin(), names.end(), random);
  const Indexed types(names);
  for (int round = 0; round < 3000; ++round) {
    Names patterns;
    for (std::size_t left = 1 + random() % 5; left > 0; --left) {
      const std::string name = word(1 + random() % 4);
      patterns.push_back(random() % 2 == 0 ? name : name + ".*");
    }
    std::sort(patterns.begin(), patterns.end());
    const Subscription subscription(patterns);
    Names matching;
    for (const std::string& name : sorted) {
      if (subscription.matches(name)) matching.push_back(name);
    }
    ASSERT_EQ(types.of(patterns), matching) << testing::PrintToString(patterns);
  }
}

}  // namespace
}  // namespace pushwire::log
