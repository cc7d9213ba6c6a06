#include "negotiation/offer.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace pushwire::negotiation {
namespace {

class Named final : public Transport {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  std::string_view name() const noexcept override { return name_; }
  Traits traits() const noexcept override { return {}; }
  std::unique_ptr<Conversation> open(const Request&, Head&) const override { return nullptr; }
  void encode(const Event&, const Encoding&, std::string&) const override {}

 private:
  const std::string name_;
};

std::string text(const Offer& offer, const std::vector<std::shared_ptr<const Transport>>& transports) {
  std::string out = ">";
  append_json(offer, transports, out);
  return out;
}

TEST(Offer, lists_transports_in_the_order_of_preference) {
  Offer offer;
  offer.session = "token";
  offer.cursor = {{'k', '3', 'x', '9', 'a', '2', 'm', 'q'}, 1042};
  offer.heartbeat_ms = 15000;
  offer.message_bytes = 65536;
  EXPECT_EQ(text(offer, {std::make_shared<Named>("websocket"), std::make_shared<Named>("my-own")}),
            R"(>{"protocol":1,"session":"token","cursor":"k3x9a2mq-1042","heartbeat_ms":15000,"transports":[)"
            R"({"name":"websocket","path":"websocket"},{"name":"my-own","path":"my-own"}],)"
            R"("limits":{"message_bytes":65536}})");
}

TEST(Offer, of_nothing_is_an_empty_list) {
  const std::string json = text({}, {});
  EXPECT_NE(json.find(R"("transports":[],)"), std::string::npos) << json;
}

}  // namespace
}  // namespace pushwire::negotiation
