// A hub whose clock and wires the test moves by hand, and connections to it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/hub_rig.hpp"

namespace pushwire::net {

class HubTest : public testing::Test, protected HubRig {
 protected:
  using HubRig::HubRig;

  // A connection that has asked for `target`, with `fields` (whole lines) beside Host.
  std::shared_ptr<ShortWire> ask(const std::string& target, const std::string& fields = {}) {
    return begin(request(target, fields));
  }
  std::shared_ptr<ShortWire> ask_websocket(const std::string& query) { return begin(websocket_request(query)); }

 private:
  std::shared_ptr<ShortWire> begin(std::string request) {
    auto wire = std::make_shared<ShortWire>();
    hub.accept(wire);
    wire->incoming = std::move(request);
    wire->observer().on_readable();
    return wire;
  }
};

}  // namespace pushwire::net
