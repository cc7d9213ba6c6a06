// The order in which handlers get what several sessions say at once.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/talking.hpp"

namespace pushwire {

// That of each session is the one in which its client said it, wherever the handlers run.
inline void check_order(Server& server, int sessions) {
  std::mutex mutex;
  std::map<std::string, std::vector<int>> orders;
  server.on("note", [&](const Message& message, int number) {
    const std::lock_guard lock(mutex);
    orders[message.session.id].push_back(number);
  });
  server.on("end", [] {});
  std::vector<int> expected;
  for (int i = 0; i < 100; ++i) expected.push_back(i);
  std::vector<Talking> clients;
  for (int i = 0; i < sessions; ++i) clients.emplace_back(server.port(), kInBand);
  for (int i = 0; i < 100; ++i) {
    for (Talking& client : clients) client.say(send_frame("note", std::to_string(i)));
  }
  for (Talking& client : clients) client.ask("end");
  EXPECT_EQ(orders.size(), static_cast<std::size_t>(sessions));
  for (const auto& [id, order] : orders) EXPECT_EQ(order, expected);
  server.off("note"), server.off("end");
}

}  // namespace pushwire
