#include "outlet.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>
#include <vector>

namespace pipe_sample {
namespace {

using Outcome = LineQueue::Outcome;
using std::chrono::milliseconds;

constexpr auto kDeadline = std::chrono::seconds(20);

// A pipe, and what an outlet tells of the lines that go into it.
class OutletIntoPipe : public testing::Test {
 protected:
  OutletIntoPipe() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
  }
  ~OutletIntoPipe() override {
    close_reader();
    ::close(ends_[1]);
  }

  void write(Outlet& outlet, std::string line) {
    outlet.write(std::move(line), [this](Outcome outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(outcome);
      changed_.notify_all();
    });
  }
  auto on_closed() {
    return [this](const std::string& why) {
      const std::lock_guard lock(mutex_);
      why_ = why;
      changed_.notify_all();
    };
  }
  // The outcomes once there are so many.
  std::vector<Outcome> outcomes(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kDeadline, [&] { return outcomes_.size() >= count; }));
    return outcomes_;
  }
  std::string why() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kDeadline, [&] { return !why_.empty(); }));
    return why_;
  }
  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
      pollfd wait{ends_[0], POLLIN, 0};
      const auto more = ::poll(&wait, 1, 20'000) > 0 ? ::read(ends_[0], &text[got], bytes - got) : 0;
      if (more <= 0) return text.substr(0, got);
      got += static_cast<std::size_t>(more);
    }
    return text;
  }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  int writer() const { return ends_[1]; }
  // Fills the pipe, until a write would block.
  void fill() {
    const int flags = ::fcntl(ends_[1], F_GETFL);
    ::fcntl(ends_[1], F_SETFL, flags | O_NONBLOCK);
    const std::string page(4096, '.');
    while (::write(ends_[1], page.data(), page.size()) > 0) filled_ += page.size();
    ::fcntl(ends_[1], F_SETFL, flags);
  }

  std::size_t filled_ = 0;

 private:
  int ends_[2] = {-1, -1};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Outcome> outcomes_;
  std::string why_;
};

TEST_F(OutletIntoPipe, lines_wait_for_the_start_and_are_then_written_in_order) {
  Outlet outlet(writer(), {}, on_closed());
  write(outlet, "a\n");
  write(outlet, "b\n");
  outlet.start();
  EXPECT_EQ(outcomes(2), (std::vector<Outcome>(2, Outcome::written)));
  write(outlet, "c\n");
  EXPECT_EQ(read(6), "a\nb\nc\n");
}

TEST_F(OutletIntoPipe, a_line_that_is_longer_than_the_pipe_arrives_whole) {
  Outlet outlet(writer(), {}, on_closed());
  outlet.start();
  std::string line(1'000'000, 'x');
  line[500'000] = 'y';
  write(outlet, line);
  EXPECT_EQ(read(line.size()), line);
  EXPECT_EQ(outcomes(1), std::vector<Outcome>{Outcome::written});
}

TEST_F(OutletIntoPipe, where_nobody_reads_lines_are_refused_and_taken_again_later) {
  fill();
  Outlet outlet(writer(), {2, 1024, milliseconds(20)}, on_closed());
  outlet.start();
  for (int i = 0; i < 3; ++i) write(outlet, "lost\n");
  EXPECT_EQ(outcomes(3), (std::vector<Outcome>(3, Outcome::busy)));
  EXPECT_EQ(read(filled_).size(), filled_);
  write(outlet, "found\n");
  EXPECT_EQ(read(6), "found\n");
  EXPECT_EQ(outcomes(4).back(), Outcome::written);
}

TEST_F(OutletIntoPipe, once_the_reader_is_gone_lines_are_closed_and_the_reason_is_told) {
  Outlet outlet(writer(), {}, on_closed());
  outlet.start();
  close_reader();
  EXPECT_EQ(why(), "Broken pipe");
  write(outlet, "a\n");
  EXPECT_EQ(outcomes(1), std::vector<Outcome>{Outcome::closed});
}

TEST_F(OutletIntoPipe, its_end_waits_for_no_reader) {
  fill();
  {
    Outlet outlet(writer(), {}, on_closed());
    outlet.start();
    write(outlet, "a\n");
  }
  EXPECT_EQ(outcomes(1), std::vector<Outcome>{Outcome::closed});
}

TEST_F(OutletIntoPipe, closed_before_its_start_it_refuses_at_once) {
  Outlet outlet(writer(), {}, on_closed());
  write(outlet, "a\n");
  outlet.close();
  write(outlet, "b\n");
  EXPECT_EQ(outcomes(2), (std::vector<Outcome>(2, Outcome::closed)));
}

}  // namespace
}  // namespace pipe_sample
