// Batches turned into bytes, shared by the readers that stand at the same place: what several of them would read in
// one turn is read and joined once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "log/event_log.hpp"
#include "log/private_events.hpp"
#include "net/encoded_events.hpp"
#include "net/framing.hpp"
#include "net/shared_bytes.hpp"

namespace pushwire::net {

struct Rendered {
  Resume status = Resume::ok;
  log::Loss loss;
  SharedBytes bytes;      // of the events; with `answer`, the whole body or its first part
  std::size_t count = 0;  // of events
  bool snapshot = false;
  bool snapshot_ended = false;
  bool more = false;
  log::Place next;
  std::string etag;      // of an answer
  bool complete = true;  // of an answer: its end is in `bytes`
};

class Answers {
 public:
  Answers(const log::EventLog& log, const std::vector<std::shared_ptr<const Transport>>& transports,
          EncodedEvents& encoded, std::size_t read_bytes)
      : log_(log), transports_(transports), encoded_(encoded), read_bytes_(read_bytes) {}

  // One batch for a stream. Good until the next call of either function. `own`: the reader's private events, which
  // nobody else's bytes ever hold; null: none.
  const Rendered& batch(const log::Place& place, const log::SubscriptionPtr& subscription, Format format,
                        Framing framing, Sequence upto, const log::PrivateEvents* own = nullptr);
  // A whole answer with what stands around it, or, where a snapshot exceeds one read, its beginning: then the caller
  // goes on with `part` from `next` until `complete`. `named` is what the ETag calls the place that was asked for.
  const Rendered& answer(const log::Place& place, const log::SubscriptionPtr& subscription, Format format,
                         Sequence upto, Conversation& conversation, std::string_view named,
                         const log::PrivateEvents* own = nullptr);
  Rendered part(const log::Place& place, const log::SubscriptionPtr& subscription, Format format, Framing framing,
                Sequence upto, Conversation& conversation, bool first_item, const log::PrivateEvents* own = nullptr);

 private:
  struct Key {
    log::Place place;
    log::SubscriptionPtr subscription;  // owned: the address stays this subscription's
    std::uint32_t format = 0;
    Framing framing = Framing::none;
    bool answer = false;
    Sequence upto = 0;
    std::string named;
  };
  struct Entry {
    Key key;
    Rendered rendered;
    bool filled = false;
  };
  const Rendered* find(const Key& key) const noexcept;
  Entry& take() noexcept;
  const Rendered& keep(Key key, Rendered rendered, bool shared);
  Rendered render_answer(log::Place place, const log::SubscriptionPtr& subscription, Format format, Framing framing,
                         Sequence upto, Conversation& conversation, bool opening, bool first_item,
                         std::string_view named, const log::PrivateEvents* own);

  const log::EventLog& log_;
  const std::vector<std::shared_ptr<const Transport>>& transports_;
  EncodedEvents& encoded_;
  std::size_t read_bytes_;
  std::array<Entry, 8> entries_;
  Rendered private_;  // what was read for one reader alone
  std::size_t turn_ = 0;
};

}  // namespace pushwire::net
