// Thousands of small worlds, each out of one seed. PUSHWIRE_TEST_SCALE multiplies their number; PUSHWIRE_TEST_SEED runs
// one again, and PUSHWIRE_TEST_TRACE then tells what its clients hear.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "simulation/world.hpp"

namespace pushwire::simulation {
namespace {

constexpr std::uint64_t kSeeds = 1000;  // in each half
constexpr std::size_t kShown = 3;       // failures, before a test gives up

void run_worlds(std::uint64_t first) {
  const char* const one = std::getenv("PUSHWIRE_TEST_SEED");
  const char* const scale = std::getenv("PUSHWIRE_TEST_SCALE");
  const auto count =
      static_cast<std::uint64_t>(static_cast<double>(kSeeds) * (scale != nullptr ? std::atof(scale) : 1));
  std::uint64_t seed = one != nullptr ? std::strtoull(one, nullptr, 10) : first;
  const std::uint64_t end = one != nullptr ? seed + 1 : first + count;
  std::size_t failures = 0;
  for (; seed < end && failures < kShown; ++seed) {
    World world(seed, one != nullptr && std::getenv("PUSHWIRE_TEST_TRACE") != nullptr);
    world.run();
    if (!world.verdict().failed()) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << " (PUSHWIRE_TEST_SEED=" << seed << "), " << world.describe() << ":\n  "
                  << world.verdict().broken;
  }
}

// What a failure's seed is good for.
TEST(Simulation, a_seed_gives_the_same_run_again) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    World once(seed);
    World again(seed);
    once.run();
    again.run();
    ASSERT_EQ(once.fingerprint(), again.fingerprint()) << "seed " << seed;
  }
}

// In two halves, which run side by side.
TEST(Simulation, nothing_is_lost_and_nothing_comes_twice) { run_worlds(1); }
TEST(Simulation, nor_in_the_other_half_of_the_worlds) { run_worlds(1'000'001); }

}  // namespace
}  // namespace pushwire::simulation
