#include "log/stored_event.hpp"

#include <cstddef>
#include <cstring>
#include <new>

namespace pushwire::log {
namespace {

// Allocates `tail` bytes behind what std::allocate_shared asks for and tells where they begin.
template <class T>
struct TailAllocator {
  using value_type = T;

  TailAllocator(std::size_t bytes, char** tell) noexcept : tail(bytes), start(tell) {}
  template <class U>
  TailAllocator(const TailAllocator<U>& other) noexcept : tail(other.tail), start(other.start) {}

  T* allocate(std::size_t count) {
    char* const block = static_cast<char*>(::operator new(count * sizeof(T) + tail));
    *start = block + count * sizeof(T);
    return reinterpret_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t) noexcept { ::operator delete(block); }

  template <class U>
  bool operator==(const TailAllocator<U>&) const noexcept {
    return true;
  }
  template <class U>
  bool operator!=(const TailAllocator<U>&) const noexcept {
    return false;
  }

  std::size_t tail;
  char** start;  // good during the allocation only
};

std::string_view copy_to(char*& tail, std::string_view text) noexcept {
  char* const start = tail;
  if (!text.empty()) std::memcpy(start, text.data(), text.size());
  tail += text.size();
  return {start, text.size()};
}

}  // namespace

std::shared_ptr<Event> make_event(std::string_view type, std::string_view key, std::string_view payload,
                                  std::int64_t at_ms) {
  char* tail = nullptr;
  const TailAllocator<Event> allocator(type.size() + key.size() + payload.size(), &tail);
  std::shared_ptr<Event> event = std::allocate_shared<Event>(allocator);
  event->type = copy_to(tail, type);
  event->key = copy_to(tail, key);
  event->payload = copy_to(tail, payload);
  event->at_ms = at_ms;
  return event;
}

}  // namespace pushwire::log
