#include "pacing/delivery_count.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pushwire::bench {

DeliveryCount::~DeliveryCount() { unmap(); }

bool DeliveryCount::watch(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  // Beyond the file's end a mapping cannot be read.
  const bool there = descriptor >= 0 && fstat(descriptor, &about) == 0 && about.st_size >= off_t{sizeof(Count)};
  const bool mapped = there && map(descriptor, PROT_READ);
  if (descriptor >= 0) close(descriptor);
  return mapped;
}

bool DeliveryCount::keep(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  const bool mapped =
      descriptor >= 0 && ftruncate(descriptor, off_t{sizeof(Count)}) == 0 && map(descriptor, PROT_READ | PROT_WRITE);
  if (descriptor >= 0) close(descriptor);
  if (mapped) set(0);
  return mapped;
}

bool DeliveryCount::map(int descriptor, int protection) {
  void* memory = mmap(nullptr, sizeof(Count), protection, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) return false;
  unmap();
  count_ = static_cast<Count*>(memory);
  return true;
}

void DeliveryCount::unmap() noexcept {
  if (count_ != &own_) munmap(count_, sizeof(Count));
  count_ = &own_;
}

}  // namespace pushwire::bench
