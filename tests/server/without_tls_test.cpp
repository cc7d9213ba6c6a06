// What a library that was built with PUSHWIRE_TLS=OFF says.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "pushwire/server.hpp"

namespace pushwire {
namespace {

TEST(WithoutTls, a_start_with_it_fails_and_says_why) {
  for (const Options& options : {Options{}.tls("chain.pem", "key.pem"), Options{}.tls_self_signed("folder")}) {
    Server server{options};
    try {
      server.start();
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("PUSHWIRE_TLS=OFF"), std::string::npos) << error.what();
    }
    EXPECT_FALSE(server.running());
  }
}

}  // namespace
}  // namespace pushwire
