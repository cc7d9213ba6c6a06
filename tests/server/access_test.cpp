// Who a client is, what it may see and do, and what becomes of it when that changes.
#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/talking.hpp"
#include "server/users.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

class AccessTo : public testing::TestWithParam<Way> {
 protected:
  AccessTo() {
    server.on("me", [](const Message& message) { return message.identity().name; });
    server.on(
        "operate", [] {}, allowed_for("operator"));
    server.on(
        "odd", [] {}, allowed_for([](const Identity& who) { return who.name.size() % 2 == 1; }));
    server.start();
  }
  Talking talk(const std::string& user, TalkingOptions options = {}) {
    options.fields = as(user);
    return Talking(server.port(), GetParam(), std::move(options));
  }

  Users users;
  Server server{Options{}
                    .authorize([this](const Request& request) { return users.judge(request); })
                    .heartbeat(std::chrono::seconds(300))
                    .stop_timeout(milliseconds(50))
                    .log(nullptr)};
  Opening opening{users.gate};
  EventType<int> open = server.event<int>("open");
  EventType<int> pressure = server.event<int>("pressure", latest(), visible_to("operator"));
  EventType<int> audit = server.event<int>(
      "audit", history(), visible_to([](const Identity& who) { return who.name == "ada" || who.has_role("auditor"); }));
};

// Every transport: the events, then a newcomer's and a returning reader's.
TEST_P(AccessTo, events_is_for_those_whom_their_type_is_visible_to) {
  Talking ada = talk("ada"), bob = talk("bob");
  pressure.emit(1);
  audit.emit(2);
  open.emit(3);
  EXPECT_EQ(said({ada.next(), ada.next(), ada.next()}), "pressure=1 audit=2 open=3");
  EXPECT_EQ(said({bob.next()}), "open=3");
  Talking operators = talk("ada"), others = talk("bob");
  EXPECT_EQ(said(operators.read_to(operators.cursor())), "pressure=1");
  EXPECT_EQ(said(others.read_to(others.cursor())), "");
  TalkingOptions options;
  options.after = "earliest";
  options.query = "events=pressure,audit,open";
  Talking late = talk("bob", options);
  EXPECT_EQ(said({late.next()}), "open=3");
}

TEST_P(AccessTo, states_that_a_returning_reader_lacks_includes_those_that_only_some_may_see) {
  pressure.emit(1);
  open.emit(2);
  TalkingOptions options;
  options.query = "events=open";
  Talking before = talk("ada", options);
  options.after = before.cursor();
  options.query = "events=open,pressure&fresh=pressure";
  Talking ada = talk("ada", options);
  EXPECT_EQ(said({ada.next()}), "pressure=1");
  Talking bob = talk("bob", options);
  open.emit(3);
  EXPECT_EQ(said({bob.next()}), "open=3");
}

TEST_P(AccessTo, a_type_that_is_added_while_clients_are_there_is_for_those_whom_it_is_visible_to) {
  Talking ada = talk("ada"), bob = talk("bob");
  const auto late = server.event<int>("late", latest(), visible_to("operator"));
  late.emit(1);
  open.emit(2);
  EXPECT_EQ(said({ada.next(), ada.next()}), "late=1 open=2");
  EXPECT_EQ(said({bob.next()}), "open=2");
}

TEST_P(AccessTo, handlers_is_judged_on_every_message) {
  Talking ada = talk("ada"), bob = talk("bob"), nobody = talk("");
  EXPECT_EQ(ada.ask("me").data, "\"ada\"");
  EXPECT_EQ(bob.ask("me").data, "\"bob\"");
  EXPECT_EQ(nobody.ask("me").data, "\"\"");
  EXPECT_EQ(ada.ask("operate").data, "null");
  EXPECT_EQ(bob.ask("operate").error_code, "forbidden");
  EXPECT_EQ(nobody.ask("operate").error_code, "forbidden");
  EXPECT_EQ(bob.ask("odd").data, "null");
  EXPECT_EQ(nobody.ask("odd").error_code, "forbidden");
}

TEST_P(AccessTo, a_session_is_its_users_alone) {
  const auto note = server.event<int>("note");
  Talking ada = talk("ada");
  ada.ask("me");
  TalkingOptions stolen;
  stolen.session = ada.session();
  Talking bob = talk("bob", stolen);
  EXPECT_EQ(bob.state(), "expired");
  EXPECT_NE(bob.session(), ada.session());
  EXPECT_EQ(post(server.port(), ada.session(), '[' + request_frame(9, "me") + ']', as("bob")).status, 410);
  EXPECT_EQ(post(server.port(), ada.session(), '[' + request_frame(9, "me") + ']').status, 410);
  EXPECT_EQ(ada.ask("me").data, "\"ada\"") << "nothing has become of it for its owner";
  bob.ask("me");
  const auto sessions = server.sessions();
  ASSERT_EQ(sessions.size(), 2u);
  for (const Session& session : sessions) {
    server.to(session).emit(note, session.identity.name == "ada" ? 1 : 2);
  }
  open.emit(3);
  EXPECT_EQ(said({ada.next(), ada.next()}), "note=1 open=3");
  EXPECT_EQ(said({bob.next(), bob.next()}), "note=2 open=3");
}

// What comes first when the rights have changed: streams are told to come back, polls that their cursor is worth nothing.
std::string told(Talking& client) {
  const Item first = client.next();
  if (first.control != "bye") return first.control;
  return first.control + ' ' + first.reason + ' ' + first.reconnect;
}

TEST_P(AccessTo, what_a_new_role_gives_comes_after_reauthorize) {
  const bool streams =
      GetParam().transport != std::string_view("poll") && GetParam().transport != std::string_view("long-poll");
  pressure.emit(1);
  Talking bob = talk("bob"), ada = talk("ada");
  bob.ask("me"), ada.ask("me");
  users.set("bob", {"operator"});
  for (const Session& session : server.sessions()) {
    if (session.identity.name == "bob") server.reauthorize(session);
  }
  TalkingOptions back;
  back.session = bob.session();
  back.last_id = 1;
  if (streams) {
    EXPECT_EQ(told(bob), "bye policy fresh");
    Talking returned = talk("bob", back);
    EXPECT_EQ(returned.state(), "resumed");
    EXPECT_EQ(said(returned.read_to(returned.cursor())), "pressure=1");
    EXPECT_EQ(returned.ask("operate").data, "null");
  } else {
    EXPECT_EQ(told(bob), "reset");
    EXPECT_EQ(said({bob.next()}), "pressure=1");
    EXPECT_EQ(bob.ask("operate").data, "null");
  }
  pressure.emit(2);
  EXPECT_EQ(said(ada.read_to(epoch_of(ada.cursor()) + "-2")), "pressure=1 pressure=2") << "others notice nothing";
}

TEST_P(AccessTo, who_is_removed_is_refused_after_reauthorize) {
  Talking bob = talk("bob");
  users.remove("bob");
  server.reauthorize();
  if (GetParam().transport == std::string_view("poll") || GetParam().transport == std::string_view("long-poll")) {
    EXPECT_THROW(bob.next(), std::exception);
  } else {
    EXPECT_EQ(told(bob), "bye policy fresh");
  }
  EXPECT_EQ(get(server.port(), "/pushwire/negotiate", as("bob")).status, 401);
}

TEST_P(AccessTo, a_user_that_is_judged_good_for_longer_keeps_its_connections) {
  users.lasting(std::chrono::hours(1));
  Talking ada = talk("ada");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ada.ask("me").data, "\"ada\"");
    EXPECT_EQ(post(server.port(), ada.session(), "[]", as("ada")).status, 200);
  }
  open.emit(1);
  EXPECT_EQ(said({ada.next()}), "open=1");
}

INSTANTIATE_TEST_SUITE_P(, AccessTo, testing::ValuesIn(kWays), [](const auto& given) { return way_name(given.param); });

}  // namespace
}  // namespace pushwire
