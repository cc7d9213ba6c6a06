// A queue in one block of memory: what is at the front goes first, any place can be looked at. Never shrinks.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace pushwire::log {

template <class T>
class Ring {
 public:
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  bool full() const noexcept { return size_ == cells_.size(); }
  T& operator[](std::size_t i) noexcept { return cells_[(first_ + i) & (cells_.size() - 1)]; }
  const T& operator[](std::size_t i) const noexcept { return cells_[(first_ + i) & (cells_.size() - 1)]; }
  const T& front() const noexcept { return (*this)[0]; }
  const T& back() const noexcept { return (*this)[size_ - 1]; }

  // Afterwards one `push_back` cannot fail. Throws std::bad_alloc and is then as before.
  void make_room() {
    if (!full()) return;
    std::vector<T> larger(cells_.empty() ? 1 : cells_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    cells_ = std::move(larger);
    first_ = 0;
  }
  void push_back(T value) noexcept {
    ++size_;
    (*this)[size_ - 1] = std::move(value);
  }
  T pop_front() noexcept {
    T value = std::exchange((*this)[0], T{});
    first_ = (first_ + 1) & (cells_.size() - 1);
    --size_;
    return value;
  }
  // Keeps the order of the rest.
  template <class Predicate>
  void remove_if(Predicate predicate) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      if (predicate((*this)[i])) continue;
      if (kept != i) (*this)[kept] = std::move((*this)[i]);
      ++kept;
    }
    for (std::size_t i = kept; i < size_; ++i) (*this)[i] = T{};
    size_ = kept;
  }

 private:
  std::vector<T> cells_;  // a power of two, or none
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace pushwire::log
