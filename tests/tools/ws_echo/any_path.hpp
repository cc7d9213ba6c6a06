// A wire whose first request is for "/", whatever path it names: suites choose their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "net/wire.hpp"

namespace pushwire::tools {

class AnyPath final : public net::Wire, private net::Wire::Observer {
 public:
  explicit AnyPath(std::shared_ptr<net::Wire> wire);

  Moved read(char* into, std::size_t capacity) noexcept override;
  Moved write(const net::Chunk* chunks, std::size_t count) noexcept override { return wire_->write(chunks, count); }
  void await_readable() override { wire_->await_readable(); }
  void await_writable() override { wire_->await_writable(); }
  void finish() noexcept override { wire_->finish(); }
  void close() noexcept override;
  std::string local_address() const override { return wire_->local_address(); }
  std::string peer_address() const override { return wire_->peer_address(); }

 private:
  enum class Place : std::uint8_t { method, slash, question, query, behind };

  void on_readable() override;
  void on_writable() override;
  void rewrite(char& c) noexcept;

  const std::shared_ptr<net::Wire> wire_;
  Place place_ = Place::method;
};

}  // namespace pushwire::tools
