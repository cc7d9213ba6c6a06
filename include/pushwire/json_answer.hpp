// Base of transports that answer with one JSON object, `{"resume":"ok","events":[…],"cursor":"…"}`: what is left to
// them is a name and when the answer is given.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pushwire/export.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

class PUSHWIRE_API JsonAnswerTransport : public Transport {
 public:
  Traits traits() const noexcept final {
    Traits traits;
    traits.delivery = delivery_;
    traits.media_type = "application/json";
    traits.separator = ",";
    return traits;
  }

  std::unique_ptr<Conversation> open(const Request& /*request*/, Head& /*answer*/) const override {
    return std::make_unique<Items>();
  }

  void encode(const Event& event, const Encoding& encoding, std::string& out) const final {
    append_json(event, encoding, out);
  }

  void wrap(const Answer& answer, std::string& out) const final {
    if (!answer.end) {
      out += "{\"resume\":\"";
      out += to_string(answer.resume);
      out += "\",\"events\":[";
      return;
    }
    out += "],\"cursor\":\"";
    answer.cursor.append_to(out);
    out += answer.more ? "\",\"more\":true}" : "\"}";
  }

 protected:
  // `delivery`: immediate or held.
  explicit JsonAnswerTransport(Delivery delivery) noexcept : delivery_(delivery) {}

 private:
  // Only what is missing stands among the events; where reading goes on stands around them.
  class Items final : public Conversation {
   public:
    void control(const Control& control, std::string& out) override {
      if (control.kind == Control::Kind::gap || control.kind == Control::Kind::reset) append_json(control, out);
    }
  };

  const Delivery delivery_;
};

}  // namespace pushwire
