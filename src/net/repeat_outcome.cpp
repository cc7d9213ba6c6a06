#include "net/repeat_outcome.hpp"

#include <memory>
#include <utility>

#include "net/answering.hpp"
#include "net/connection.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

namespace {

// Null: the transport has something to say to this one.
std::unique_ptr<Conversation> open_again(Hub& hub, const Repeats::Outcome& known) {
  Head extra;
  try {
    auto conversation = hub.transports()[known.hold->format.transport]->open(known.as_read->request(), extra);
    return extra.fields.empty() ? std::move(conversation) : nullptr;
  } catch (...) {  // the long way has an answer to what it throws
    return nullptr;
  }
}

}  // namespace

bool repeat_outcome(Hub& hub, Connection& connection, const Repeats::Outcome& known) {
  std::unique_ptr<Conversation> conversation;
  if (known.hold && !(conversation = open_again(hub, known))) return false;
  Counters::add(hub.counters().requests);
  hub.watch_poll(known.subscription);
  if (!known.hold) {
    Counters& counters = hub.counters();
    Counters::add(counters.deliveries, known.content.events);
    if (known.content.gap) Counters::add(counters.gaps);
    if (known.content.reset) Counters::add(counters.resets);
    connection.send(known.answer);
    connection.answered(true);
    return true;
  }
  const Repeats::Hold& hold = *known.hold;
  Reader::Setup setup;
  setup.format = hold.format;
  setup.subscription = known.subscription;
  setup.place = hold.place;
  setup.conversation = std::move(conversation);
  Answering::Terms terms;
  terms.asked = hold.asked;
  terms.until = hub.now() + hold.wait;
  terms.http_1_0 = hold.http_1_0;
  terms.vary_origin = hold.vary_origin;
  auto answering = std::make_unique<Answering>(connection, std::move(setup));
  Answering& begun = *answering;
  connection.own_answering(std::move(answering));
  begun.begin(std::move(terms));
  return true;
}

}  // namespace pushwire::net
