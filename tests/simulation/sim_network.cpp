#include "simulation/sim_network.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::simulation {

// --- the client's end ---

void Link::send(std::string_view bytes) {
  if (!left() && !up_.end) up_.sent += bytes;
}

void Link::half_close() { up_.end = true; }

void Link::close() {
  up_.end = true;
  client_closed_ = true;
  down_.arrived.clear();
}

void Link::reset() {
  client_closed_ = true;
  reset_at_server_ = true;
  up_.sent.clear();
  up_.arrived.clear();
  down_.arrived.clear();
}

void Link::vanish() {
  vanished_ = true;
  up_.sent.clear();
  down_.arrived.clear();
}

std::string Link::take(std::size_t most) {
  std::string bytes = down_.arrived.substr(0, most);
  down_.arrived.erase(0, bytes.size());
  return bytes;
}

// --- what lies between ---

std::size_t SimNetwork::some(std::size_t most) {
  if (settings_.whole || most <= 1 || random_.one_in(3)) return most;
  return 1 + random_.skewed(most - 1);
}

Steady SimNetwork::soon() {
  return clock_.steady() + std::chrono::microseconds(random_.skewed(settings_.most_delay_us));
}

std::shared_ptr<Link> SimNetwork::connect() {
  auto link = std::make_shared<Link>();
  const std::size_t least = eased_ ? kEased : 64;
  link->send_buffer_ = std::max(least, 64 + random_.skewed(settings_.most_send_buffer - 64));
  link->down_.window = std::max(least, 64 + random_.skewed(settings_.most_window - 64));
  link->up_.not_before = link->down_.not_before = soon();
  unaccepted_.push_back(link);
  return link;
}

void SimNetwork::collect(std::vector<Task>& tasks) const {
  const Steady now = clock_.steady();
  using Kind = Task::Kind;
  for (const auto& link : unaccepted_) tasks.push_back({Kind::accept, link.get()});
  for (const auto& link : links_) {
    Link& l = *link;
    if (!l.vanished_ && !l.reset_at_server_ && l.up_.moves(now)) tasks.push_back({Kind::up, &l});
    if (!l.vanished_ && !l.reset_at_client_ && l.down_.moves(now)) tasks.push_back({Kind::down, &l});
    if (l.vanished_ && !l.reset_at_server_ && l.unacknowledged_ && *l.unacknowledged_ + kUserTimeout <= now) {
      tasks.push_back({Kind::time_out, &l});
    }
    if (l.wire_ == nullptr || l.wire_->observer_ == nullptr) continue;
    if (l.await_readable_ && (!l.up_.arrived.empty() || l.up_.end_arrived || l.reset_at_server_)) {
      tasks.push_back({Kind::readable, &l});
    }
    if (l.await_writable_ && (l.down_.sent.size() < l.send_buffer_ || l.reset_at_server_)) {
      tasks.push_back({Kind::writable, &l});
    }
  }
}

std::optional<Steady> SimNetwork::next_time() const {
  std::optional<Steady> next;
  const auto sooner = [&](Steady at) {
    if (!next || at < *next) next = at;
  };
  for (const auto& link : links_) {
    const Link& l = *link;
    if (l.vanished_) {
      if (l.unacknowledged_ && !l.reset_at_server_) sooner(*l.unacknowledged_ + kUserTimeout);
      continue;
    }
    if (!l.reset_at_server_ && l.up_.moves(Steady::max())) sooner(l.up_.not_before);
    if (!l.reset_at_client_ && l.down_.moves(Steady::max())) sooner(l.down_.not_before);
  }
  return next;
}

void SimNetwork::run(const Task& task, const std::function<void(std::shared_ptr<net::Wire>)>& accept) {
  Link& link = *task.link;
  switch (task.kind) {
    case Task::Kind::accept: {
      const auto at = std::find_if(unaccepted_.begin(), unaccepted_.end(), [&](auto& l) { return l.get() == &link; });
      const std::shared_ptr<Link> accepted = *at;
      unaccepted_.erase(at);
      links_.push_back(accepted);
      return accept(std::make_shared<SimWire>(*this, accepted));
    }
    case Task::Kind::up: return move_up(link);
    case Task::Kind::down: return move_down(link);
    case Task::Kind::readable: link.await_readable_ = false; return link.wire_->observer_->on_readable();
    case Task::Kind::writable: link.await_writable_ = false; return link.wire_->observer_->on_writable();
    case Task::Kind::time_out: link.reset_at_server_ = true; return;
  }
}

void SimNetwork::move_up(Link& link) {
  Link::Direction& up = link.up_;
  up.not_before = soon();
  if (up.sent.empty()) {
    up.end_arrived = true;
    return;
  }
  const std::size_t bytes = some(std::min(up.sent.size(), up.window - up.arrived.size()));
  if (link.server_closed_) {
    // Nobody reads there any more: the answer is a reset, which may overtake what the server had sent.
    link.reset_at_client_ = true;
    if (random_.one_in(2)) link.down_.arrived.clear();
    up.sent.clear();
    return;
  }
  up.arrived.append(up.sent, 0, bytes);
  up.sent.erase(0, bytes);
}

void SimNetwork::move_down(Link& link) {
  Link::Direction& down = link.down_;
  down.not_before = soon();
  if (down.sent.empty()) {
    down.end_arrived = true;
    return;
  }
  const std::size_t bytes = some(std::min(down.sent.size(), down.window - down.arrived.size()));
  if (link.client_closed_) {
    link.reset_at_server_ = true;
    down.sent.clear();
    return;
  }
  down.arrived.append(down.sent, 0, bytes);
  down.sent.erase(0, bytes);
}

void SimNetwork::ease() {
  eased_ = true;
  for (const auto& link : links_) {
    link->send_buffer_ = std::max(link->send_buffer_, kEased);
    link->down_.window = std::max(link->down_.window, kEased);
  }
}

void SimNetwork::sweep() {
  const auto over = [](const std::shared_ptr<Link>& link) {
    return link->wire_ == nullptr && (link->left() || link->ended());
  };
  links_.erase(std::remove_if(links_.begin(), links_.end(), over), links_.end());
}

// --- the server's end ---

SimWire::~SimWire() {
  close();
  link_->wire_ = nullptr;
}

net::Wire::Moved SimWire::read(char* into, std::size_t capacity) noexcept {
  if (network_.meanwhile) network_.meanwhile();
  Link::Direction& up = link_->up_;
  if (link_->reset_at_server_) return {State::ended, 0};
  if (up.arrived.empty()) return {up.end_arrived ? State::ended : State::would_block, 0};
  if (!network_.settings_.whole && network_.random_.one_in(40)) return {State::would_block, 0};
  const std::size_t bytes = network_.some(std::min(capacity, up.arrived.size()));
  up.arrived.copy(into, bytes);
  up.arrived.erase(0, bytes);
  return {State::ok, bytes};
}

net::Wire::Moved SimWire::write(const net::Chunk* chunks, std::size_t count) noexcept {
  if (network_.meanwhile) network_.meanwhile();
  std::size_t offered = 0;
  for (std::size_t i = 0; i < count; ++i) offered += chunks[i].size;
  network_.most_unsent_ = std::max(network_.most_unsent_, offered);
  if (link_->reset_at_server_ || link_->server_closed_ || link_->down_.end) return {State::ended, 0};
  std::string& sent = link_->down_.sent;
  const std::size_t room = link_->send_buffer_ - std::min(link_->send_buffer_, sent.size());
  if (room == 0 || offered == 0) return {State::would_block, 0};
  if (!network_.settings_.whole && network_.random_.one_in(40)) return {State::would_block, 0};
  const std::size_t bytes = network_.some(std::min(room, offered));
  std::size_t left = bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t part = std::min(left, chunks[i].size);
    sent.append(chunks[i].data, part);
    left -= part;
  }
  if (link_->vanished_ && !link_->unacknowledged_) link_->unacknowledged_ = network_.clock_.steady();
  return {State::ok, bytes};
}

void SimWire::close() noexcept {
  observer_ = nullptr;
  if (link_->server_closed_) return;
  link_->server_closed_ = true;
  link_->down_.end = true;
  // A socket that is closed over unread bytes resets the connection, whatever was on its way.
  if (!link_->up_.arrived.empty()) {
    link_->reset_at_client_ = true;
    if (network_.random_.one_in(2)) link_->down_.arrived.clear();
  }
}

}  // namespace pushwire::simulation
