#include "serving_flags.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace samples {
namespace {

// Where a server with these flags is found, or what becomes of it.
std::string served(std::vector<std::string> words) {
  CLI::App app("", "sample");
  ServingFlags flags(app);
  words.insert(words.end(), {"--port", "0"});
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(words);
    pushwire::Server server(flags.options());
    server.start();
    const std::string url = server.url();
    return url.substr(0, url.rfind(':'));
  } catch (const std::exception& error) {
    return in_flags(error.what());
  }
}

TEST(ServingFlags, serve_this_machine_alone_unless_they_say_otherwise) {
  EXPECT_EQ(served({}), "http://127.0.0.1");
  EXPECT_EQ(served({"--address", "0.0.0.0"}),
            "0.0.0.0 is reached from other machines, where everybody can read and change what passes: say --tls or "
            "--tls-self-signed, and --launch-token; or --insecure-lan");
  EXPECT_EQ(served({"--address", "0.0.0.0", "--insecure-lan"}), "http://127.0.0.1");
}

TEST(ServingFlags, take_names_of_the_machine_and_show_the_first) {
  EXPECT_EQ(served({"--address", "0.0.0.0", "--insecure-lan", "--host", "device.local", "--host", "192.0.2.1"}),
            "http://device.local");
  EXPECT_EQ(served({"--host", "two words"}).find("\"two words\" is not a host"), 0u);
}

TEST(ServingFlags, never_serve_without_the_tls_that_was_asked_for) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--tls-self-signed", ""}, {"--tls", "", ""}, {"--tls", "cert.pem", ""}}) {
    EXPECT_EQ(served(words), "--tls or --tls-self-signed was given an empty path") << words.size();
  }
  EXPECT_NE(served({"--tls", "cert.pem"}).find("--tls"), std::string::npos);
  EXPECT_NE(served({"--tls", "a", "b", "--tls-self-signed", "c"}).find("--tls-self-signed"), std::string::npos);
}

}  // namespace
}  // namespace samples
