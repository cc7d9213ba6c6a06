#include "tools/ws_echo/any_path.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::tools {

AnyPath::AnyPath(std::shared_ptr<net::Wire> wire) : wire_(std::move(wire)) { wire_->observe(this); }

net::Wire::Moved AnyPath::read(char* into, std::size_t capacity) noexcept {
  const Moved moved = wire_->read(into, capacity);
  if (moved.state == State::ok && place_ != Place::behind) {
    std::for_each(into, into + moved.bytes, [this](char& c) { rewrite(c); });
  }
  return moved;
}

// "GET /a/b?c HTTP/1.1" becomes "GET /?xxxx HTTP/1.1": nothing moves, and nobody reads that query.
void AnyPath::rewrite(char& c) noexcept {
  switch (place_) {
    case Place::method:
      if (c == ' ') place_ = Place::slash;
      return;
    case Place::slash: place_ = Place::question; return;
    case Place::question:
    case Place::query:
      if (c == ' ') {
        place_ = Place::behind;
        return;
      }
      c = place_ == Place::question ? '?' : 'x';
      place_ = Place::query;
      return;
    case Place::behind: return;
  }
}

void AnyPath::close() noexcept {
  observer_ = nullptr;
  wire_->close();
}

// What is told may end this wire.
void AnyPath::on_readable() {
  if (observer_ != nullptr) observer_->on_readable();
}

void AnyPath::on_writable() {
  if (observer_ != nullptr) observer_->on_writable();
}

}  // namespace pushwire::tools
