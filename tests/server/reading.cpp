#include "server/reading.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "server/event_source.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {

namespace {

template <class Client>
class StreamReading final : public Reading {
 public:
  StreamReading(std::uint16_t port, const std::string& target) : client_(port, target) {}

  Item next() override {
    for (;;) {
      Item item = take();
      if (item.control.empty() || item.control == "gap" || item.control == "reset") return item;
    }
  }

  std::string resume() override {
    take();
    return resume_;
  }

  std::string cursor() override {
    // `live` stands right behind the snapshot.
    while (cursor_.empty()) ahead_.push_back(read());
    return cursor_;
  }

 private:
  Item take() {
    if (ahead_.empty()) return read();
    Item item = std::move(ahead_.front());
    ahead_.pop_front();
    return item;
  }

  Item read() {
    Item item = client_.next();
    if (item.control == "hello") resume_ = item.resume;
    if (item.control == "hello" || item.control == "live" || item.control == "reset") live_ = !item.cursor.empty();
    if (!item.cursor.empty()) cursor_ = item.cursor;
    else if (item.control.empty() && live_) cursor_ = item.id;
    return item;
  }

  Client client_;
  std::deque<Item> ahead_;
  std::string resume_, cursor_;
  bool live_ = false;
};

class PolledReading final : public Reading {
 public:
  PolledReading(std::uint16_t port, std::string path, std::string_view after, std::string_view query)
      : client_(port), path_(std::move(path)), query_(query), cursor_(after) {}

  Item next() override {
    while (items_.empty()) ask();
    Item item = std::move(items_.front());
    items_.pop_front();
    if (item.control.empty() && !item.snapshot) given_ = item.id;
    return item;
  }

  std::string resume() override {
    ask();
    return resume_;
  }

  std::string cursor() override {
    if (resume_.empty()) ask();
    return items_.empty() ? cursor_ : given_;
  }

 private:
  void ask() {
    std::string target = path_ + "?" + query_ + (query_.empty() ? "" : "&");
    if (!cursor_.empty()) target += "after=" + cursor_;
    const HttpAnswer answer = client_.get(target);
    if (answer.status != 200) throw std::runtime_error("answered with " + std::to_string(answer.status));
    PolledAnswer said = polled(answer.body);
    resume_ = said.resume;
    given_ = cursor_;
    cursor_ = said.cursor;
    items_.insert(items_.end(), said.items.begin(), said.items.end());
  }

  HttpClient client_;
  const std::string path_, query_;
  std::string cursor_;  // behind all that was answered
  std::string given_;   // behind what next() gave, while it has not given all
  std::string resume_;
  std::deque<Item> items_;
};

}  // namespace

std::vector<Item> Reading::take(std::size_t count) {
  std::vector<Item> items;
  while (items.size() < count) items.push_back(next());
  return items;
}

std::unique_ptr<Reading> open_reading(std::string_view transport, std::uint16_t port, std::string_view after,
                                      std::string_view query) {
  const std::string path = "/pushwire/" + std::string(transport);
  if (transport == "poll" || transport == "long-poll") return std::make_unique<PolledReading>(port, path, after, query);
  std::string target = path;
  if (!after.empty()) target += "?after=" + std::string(after);
  if (!query.empty()) target += (after.empty() ? '?' : '&') + std::string(query);
  if (transport == "sse") return std::make_unique<StreamReading<EventSource>>(port, target);
  return std::make_unique<StreamReading<WebSocketPeer>>(port, target);
}

std::string test_name(std::string transport) {
  std::replace(transport.begin(), transport.end(), '-', '_');
  return transport;
}

}  // namespace pushwire
