#include "net/page_pipe.hpp"

#include <algorithm>

namespace pushwire::net {

PagePipe::PagePipe(std::function<void()> news, std::shared_ptr<PageMemory> memory)
    : news_(std::move(news)), memory_(std::move(memory)) {}

PagePipe::~PagePipe() {
  if (lent_ > 0) memory_->give_back(lent_);
}

void PagePipe::tell(std::unique_lock<std::mutex>& lock) {
  if (!wanted_ || told_) return;
  told_ = true;
  lock.unlock();
  news_();
}

bool PagePipe::begin(PageHead head) {
  std::unique_lock lock(mutex_);
  // A body that is known to come is sent with its head.
  const bool alone = !head.length || *head.length == 0;
  head_ = std::move(head);
  const bool wanted = wanted_;
  if (alone) tell(lock);
  return wanted;
}

bool PagePipe::write(std::string_view bytes, bool last) {
  while (!bytes.empty()) {
    std::unique_lock lock(mutex_);
    std::size_t most = kBytes;
    if (last && wanted_ && memory_ && bytes_.size() + bytes.size() > kBytes && memory_->take(bytes.size())) {
      lent_ += bytes.size();
      most = bytes_.size() + bytes.size();
    }
    room_.wait(lock, [&] { return !wanted_ || bytes_.size() < most; });
    if (!wanted_) return false;
    const std::size_t step = std::min(bytes.size(), most - bytes_.size());
    bytes_.append(bytes.data(), step);
    bytes.remove_prefix(step);
    tell(lock);
  }
  return true;
}

void PagePipe::end(bool whole) {
  std::unique_lock lock(mutex_);
  ended_ = true;
  whole_ = whole;
  tell(lock);
}

bool PagePipe::wanted() const {
  const std::lock_guard lock(mutex_);
  return wanted_;
}

PagePipe::Taken PagePipe::take() {
  Taken taken;
  {
    const std::lock_guard lock(mutex_);
    told_ = false;
    taken.head = std::exchange(head_, std::nullopt);
    taken.bytes.swap(bytes_);
    taken.ended = ended_;
    taken.whole = whole_;
  }
  room_.notify_all();
  return taken;
}

void PagePipe::abandon() noexcept {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = false;
  }
  room_.notify_all();
}

}  // namespace pushwire::net
