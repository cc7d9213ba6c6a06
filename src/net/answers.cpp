#include "net/answers.hpp"

#include <algorithm>

namespace pushwire::net {

namespace {

bool same(const log::Place& a, const log::Place& b) noexcept {
  return a.after == b.after && a.shown == b.shown && a.forgiven == b.forgiven && a.states == b.states &&
         a.resume == b.resume;
}

// FNV-1a, 64 bits: names an answer's content for If-None-Match.
class Fingerprint {
 public:
  void add(std::string_view text) noexcept {
    for (const char byte : text) mix(static_cast<unsigned char>(byte));
    mix(0xFF);  // a byte that no part contains: parts cannot run together
  }
  void add(std::uint64_t number) noexcept {
    for (int byte = 0; byte < 8; ++byte) mix(static_cast<unsigned char>(number >> (8 * byte)));
  }
  std::string etag() const {
    std::string text = "W/\"";
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash_ >> shift) & 15];
    return text += '"';
  }

 private:
  void mix(unsigned char byte) noexcept { hash_ = (hash_ ^ byte) * 0x100000001B3ull; }
  std::uint64_t hash_ = 0xCBF29CE484222325ull;
};

void set_loss(Control& control, const log::Loss& loss, const Epoch& epoch) {
  control.kind = Control::Kind::gap;
  control.types.assign(loss.types.begin(), loss.types.end());
  control.from = {epoch, loss.from};
  control.to = {epoch, loss.to};
}

}  // namespace

const Rendered* Answers::find(const Key& key) const noexcept {
  for (const Entry& entry : entries_) {
    if (entry.filled && entry.key.upto == key.upto && entry.key.subscription == key.subscription &&
        entry.key.format == key.format && entry.key.framing == key.framing && entry.key.answer == key.answer &&
        same(entry.key.place, key.place) && entry.key.named == key.named) {
      return &entry.rendered;
    }
  }
  return nullptr;
}

Answers::Entry& Answers::take() noexcept {
  Entry& entry = entries_[turn_];
  turn_ = (turn_ + 1) % entries_.size();
  entry.filled = false;
  return entry;
}

const Rendered& Answers::batch(const log::Place& place, const log::SubscriptionPtr& subscription, Format format,
                               Framing framing, Sequence upto, const log::PrivateEvents* own) {
  if (!log::concerns(own, place)) own = nullptr;
  Key key{place, subscription, format.id(), framing, false, upto, {}};
  if (const Rendered* known = own == nullptr ? find(key) : nullptr) return *known;

  log::Batch batch = log_.read(place, *subscription, upto, read_bytes_, own);
  Rendered rendered;
  std::string bytes;
  FrameBuilder frame(framing, bytes);
  for (const EventPtr& event : batch.events) encoded_.append(*event, format, batch.snapshot, bytes);
  frame.end();
  rendered.bytes = SharedBytes::of(std::move(bytes));
  rendered.status = batch.status;
  rendered.loss = std::move(batch.loss);
  rendered.count = batch.events.size();
  rendered.snapshot = batch.snapshot;
  rendered.snapshot_ended = batch.snapshot_ended;
  rendered.more = batch.more;
  rendered.next = std::move(batch.next);
  return keep(std::move(key), std::move(rendered), own == nullptr);
}

const Rendered& Answers::answer(const log::Place& place, const log::SubscriptionPtr& subscription, Format format,
                                Sequence upto, Conversation& conversation, std::string_view named,
                                const log::PrivateEvents* own) {
  if (!log::concerns(own, place)) own = nullptr;
  Key key{place, subscription, format.id(), Framing::none, true, upto, std::string(named)};
  if (const Rendered* known = own == nullptr ? find(key) : nullptr) return *known;
  Rendered rendered =
      render_answer(place, subscription, format, Framing::none, upto, conversation, true, true, named, own);
  return keep(std::move(key), std::move(rendered), own == nullptr);
}

const Rendered& Answers::keep(Key key, Rendered rendered, bool shared) {
  if (!shared) return private_ = std::move(rendered);
  Entry& entry = take();
  entry.key = std::move(key);
  entry.rendered = std::move(rendered);
  entry.filled = true;
  return entry.rendered;
}

Rendered Answers::part(const log::Place& place, const log::SubscriptionPtr& subscription, Format format,
                       Framing framing, Sequence upto, Conversation& conversation, bool first_item,
                       const log::PrivateEvents* own) {
  return render_answer(place, subscription, format, framing, upto, conversation, false, first_item, {}, own);
}

Rendered Answers::render_answer(log::Place place, const log::SubscriptionPtr& subscription, Format format,
                                Framing framing, Sequence upto, Conversation& conversation, bool opening,
                                bool first_item, std::string_view named, const log::PrivateEvents* own) {
  const Transport& transport = *transports_[format.transport];
  const std::string_view separator = transport.traits().separator;
  Rendered rendered;
  rendered.status = place.resume;
  std::string items;
  std::string bytes;
  FrameBuilder frame(framing, bytes);
  Fingerprint fingerprint;
  bool first = first_item;
  const auto begin_item = [&](std::size_t before) {
    if (items.size() == before) return;
    if (!first) items.insert(before, separator);
    first = false;
  };
  Sequence first_id = 0;
  Sequence last_id = 0;
  rendered.complete = false;
  while (!rendered.complete && items.size() <= read_bytes_) {
    const log::Batch batch = log_.read(place, *subscription, upto, read_bytes_, own);
    if (opening && rendered.status == Resume::ok) rendered.status = batch.status;
    if (batch.status == Resume::reset) {
      Control control;
      control.kind = Control::Kind::reset;
      control.cursor = Cursor{log_.epoch(), place.after};
      const std::size_t before = items.size();
      conversation.control(control, items);
      begin_item(before);
    }
    if (!batch.loss.types.empty()) {
      Control control;
      set_loss(control, batch.loss, log_.epoch());
      const std::size_t before = items.size();
      conversation.control(control, items);
      begin_item(before);
      rendered.loss = batch.loss;
      fingerprint.add(batch.loss.to);
    }
    for (const EventPtr& event : batch.events) {
      if (!first) items += separator;
      first = false;
      encoded_.append(*event, format, batch.snapshot, items);
      if (first_id == 0) first_id = event->id.sequence;
      last_id = event->id.sequence;
      if (own != nullptr) fingerprint.add(last_id);
    }
    rendered.count += batch.events.size();
    place = batch.next;
    // An answer ends behind a batch of news, or behind a snapshot that nothing follows. A batch that only reports, or
    // a snapshot that goes on, does not end it: cut there, the client would have no cursor to come back with.
    const bool only_reports = batch.events.empty() && batch.more;
    rendered.complete = !place.snapshot_due() && !batch.snapshot && !only_reports;
    rendered.more = batch.more;
    if (batch.snapshot && batch.snapshot_ended && !batch.more) rendered.complete = true;
  }
  rendered.next = place;
  if (opening) {
    Answer begin;
    begin.resume = rendered.status;
    transport.wrap(begin, bytes);
  }
  bytes += items;
  if (rendered.complete) {
    Answer end;
    end.end = true;
    end.resume = rendered.status;
    end.cursor = {log_.epoch(), place.after};
    end.more = rendered.more;
    transport.wrap(end, bytes);
  }
  frame.end();
  rendered.bytes = SharedBytes::of(std::move(bytes));

  fingerprint.add(std::string_view(log_.epoch().data(), log_.epoch().size()));
  fingerprint.add(named);
  fingerprint.add(format.id());
  for (const std::string& pattern : subscription->patterns()) fingerprint.add(pattern);
  for (const log::TypeId type : subscription->visible()) fingerprint.add(std::uint64_t{type});
  fingerprint.add(to_string(rendered.status));
  fingerprint.add(rendered.count);
  fingerprint.add(first_id);
  fingerprint.add(last_id);
  fingerprint.add(rendered.more ? 1 : 0);
  rendered.etag = fingerprint.etag();
  return rendered;
}

}  // namespace pushwire::net
