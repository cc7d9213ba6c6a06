#include "log/forgotten_keys.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pushwire::log {
namespace {

TEST(ForgottenKeys, concern_readers_between_birth_and_tombstone_that_were_not_told) {
  ForgottenKeys keys;
  keys.add(10, 20, 5);
  EXPECT_EQ(keys.lost(9, 0), 0U);
  EXPECT_EQ(keys.lost(10, 0), 20U);
  EXPECT_EQ(keys.lost(19, 4), 20U);
  EXPECT_EQ(keys.lost(19, 5), 0U);
  EXPECT_EQ(keys.lost(20, 0), 0U);
}

TEST(ForgottenKeys, miss_no_reader_and_are_exact_while_few) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    struct Forgotten {
      Sequence birth, sequence;
      std::uint64_t stamp;
    };
    std::vector<Forgotten> all;
    ForgottenKeys keys;
    const int count = round % 3 == 0 ? 200 : 30;
    Sequence sequence = 0;
    for (int i = 0; i < count; ++i) {
      sequence += 1 + random() % 4;
      const Sequence birth = 1 + random() % sequence;
      all.push_back({birth, sequence, static_cast<std::uint64_t>(i + 1)});
      keys.add(birth, sequence, all.back().stamp);
    }
    for (int question = 0; question < 50; ++question) {
      const Sequence after = random() % (sequence + 1);
      const std::uint64_t forgiven = random() % static_cast<unsigned>(count + 1);
      bool concerned = false;
      for (const Forgotten& key : all) {
        concerned = concerned || (key.birth <= after && after < key.sequence && key.stamp > forgiven);
      }
      const Sequence lost = keys.lost(after, forgiven);
      if (concerned || count <= 30) {
        EXPECT_EQ(lost, concerned ? sequence : 0);
      }
    }
  }
}

}  // namespace
}  // namespace pushwire::log
