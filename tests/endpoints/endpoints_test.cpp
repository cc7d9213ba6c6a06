#include "endpoints/endpoints.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "endpoints/asking.hpp"
#include "net/fakes.hpp"

namespace pushwire::endpoints {
namespace {

constexpr Epoch kEpoch{'e', 'p', 'o', 'c', 'h', '0', '0', '1'};

class EndpointsTest : public testing::Test {
 protected:
  std::optional<net::Response> get(std::string_view path, std::string_view session = {}) {
    Request request = asking(path);
    if (!session.empty()) request.fields.push_back({"pushwire-session", session});
    return endpoints.respond(request, nullptr);
  }
  nlohmann::json negotiated(std::string_view session = {}) {
    return nlohmann::json::parse(get("/base/negotiate", session)->body.view);
  }

  log::EventLog log{kEpoch, {}};
  net::HandClock clock;
  session::Tokens tokens;
  session::Sessions sessions{{}, tokens, {}};
  const std::vector<std::shared_ptr<const Transport>> transports{};
  Endpoints endpoints{{log, tokens, sessions, clock, transports}, "/base", std::chrono::seconds(15), 1000};
};

TEST_F(EndpointsTest, negotiation_tells_where_the_log_is_and_how_things_are_set) {
  const auto type = log.add_type("log", Retention{}, Event::Payload::json);
  log.append(type, false, {}, "1", Event::Payload::json, {});
  const auto response = get("/base/negotiate");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_EQ(response->cache_control, "no-cache, no-store, no-transform");
  EXPECT_EQ(response->etag, "") << "each has a session of its own";
  const auto offer = negotiated();
  EXPECT_EQ(offer["cursor"], "epoch001-1");
  EXPECT_EQ(offer["heartbeat_ms"], 15000);
  EXPECT_EQ(offer["limits"]["message_bytes"], 1000);
}

TEST_F(EndpointsTest, negotiation_gives_a_session_and_keeps_one_that_it_gave) {
  const std::string given = negotiated()["session"];
  EXPECT_TRUE(tokens.read(given));
  EXPECT_NE(negotiated()["session"], given);
  EXPECT_EQ(negotiated(given)["session"], given);
  clock.ms += 61'000;
  EXPECT_NE(negotiated(given)["session"], given) << "unused for longer than a lease";
  const std::string forged(session::Tokens::kTokenChars, 'A');
  EXPECT_NE(negotiated(forged)["session"], forged);
}

TEST_F(EndpointsTest, the_client_script_lies_under_the_base_path) {
  const auto script = get("/base/client.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->content_type.substr(0, 15), "text/javascript");
  EXPECT_FALSE(script->etag.empty());
  EXPECT_GT(script->body.view.size(), 1000u);
}

TEST_F(EndpointsTest, files_are_found_and_nothing_else) {
  endpoints.files().add("/app.js", file("text/javascript", "1"));
  EXPECT_EQ(get("/app.js")->body.view, "1");
  for (const char* path : {"/", "/negotiate", "/base", "/base/", "/base/negotiate/", "/client.js", "/base/none"}) {
    EXPECT_FALSE(get(path)) << path;
  }
}

}  // namespace
}  // namespace pushwire::endpoints
