#include "net/page_pipe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "server/eventually.hpp"

namespace pushwire::net {
namespace {

PageHead head_of(std::optional<std::uint64_t> length) {
  PageHead head;
  head.length = length;
  return head;
}

TEST(PagePipe, gives_what_was_written_in_order) {
  PagePipe pipe([] {});
  PageHead head;
  head.status = 201;
  EXPECT_TRUE(pipe.begin(head));
  EXPECT_TRUE(pipe.write("one "));
  EXPECT_TRUE(pipe.write("two"));
  const auto first = pipe.take();
  ASSERT_TRUE(first.head);
  EXPECT_EQ(first.head->status, 201);
  EXPECT_EQ(first.bytes, "one two");
  EXPECT_FALSE(first.ended);
  pipe.end(true);
  const auto last = pipe.take();
  EXPECT_FALSE(last.head);
  EXPECT_EQ(last.bytes, "");
  EXPECT_TRUE(last.ended);
  EXPECT_TRUE(last.whole);
}

TEST(PagePipe, tells_of_news_once_until_they_are_taken) {
  int news = 0;
  PagePipe pipe([&] { ++news; });
  pipe.begin(head_of(std::nullopt));
  pipe.write("a");
  pipe.write("b");
  EXPECT_EQ(news, 1);
  pipe.take();
  pipe.write("c");
  pipe.end(true);
  EXPECT_EQ(news, 2);
}

TEST(PagePipe, a_head_waits_for_the_body_that_is_known_to_come) {
  int news = 0;
  PagePipe pipe([&] { ++news; });
  pipe.begin(head_of(3));
  EXPECT_EQ(news, 0);
  pipe.write("abc");
  EXPECT_EQ(news, 1);
  PagePipe empty([&] { ++news; });
  empty.begin(head_of(0));
  EXPECT_EQ(news, 2);
}

TEST(PagePipe, holds_no_more_than_its_bound_and_lets_the_writer_wait) {
  PagePipe pipe([] {});
  const std::string large(10 * PagePipe::kBytes + 7, 'x');
  std::atomic<bool> done{false};
  std::thread writer([&] {
    EXPECT_TRUE(pipe.write(large));
    done = true;
    pipe.end(true);
  });
  std::string all;
  for (bool ended = false; !ended;) {
    const auto taken = pipe.take();
    EXPECT_LE(taken.bytes.size(), PagePipe::kBytes);
    EXPECT_TRUE(!done || all.size() >= 8 * PagePipe::kBytes);
    all += taken.bytes;
    ended = taken.ended;
  }
  writer.join();
  EXPECT_EQ(all.size(), large.size());
}

TEST(PagePipe, takes_the_rest_of_an_answer_at_once_while_there_is_memory) {
  const auto memory = std::make_shared<PageMemory>(10 * PagePipe::kBytes);
  {
    PagePipe pipe([] {}, memory);
    EXPECT_TRUE(pipe.write("some"));
    EXPECT_TRUE(pipe.write(std::string(9 * PagePipe::kBytes, 'x'), true)) << "nobody has taken anything";
    EXPECT_FALSE(memory->take(PagePipe::kBytes + 1));
    EXPECT_EQ(pipe.take().bytes.size(), 4 + 9 * PagePipe::kBytes);
    EXPECT_FALSE(memory->take(PagePipe::kBytes + 1)) << "it is on its way";
    PagePipe small([] {}, memory);
    EXPECT_TRUE(small.write(std::string(PagePipe::kBytes, 'x'), true));
    EXPECT_TRUE(memory->take(PagePipe::kBytes)) << "what any pipe holds is not lent";
    memory->give_back(PagePipe::kBytes);
  }
  EXPECT_TRUE(memory->take(10 * PagePipe::kBytes)) << "all is given back";
}

TEST(PagePipe, lets_the_writer_wait_where_there_is_too_little_memory) {
  const auto memory = std::make_shared<PageMemory>(2 * PagePipe::kBytes);
  PagePipe pipe([] {}, memory);
  const std::string large(10 * PagePipe::kBytes, 'x');
  std::atomic<bool> done{false};
  std::thread writer([&] {
    EXPECT_TRUE(pipe.write(large, true));
    done = true;
    pipe.end(true);
  });
  std::string all;
  for (bool ended = false; !ended;) {
    const auto taken = pipe.take();
    EXPECT_LE(taken.bytes.size(), 3 * PagePipe::kBytes);
    all += taken.bytes;
    EXPECT_TRUE(!done || all.size() >= 7 * PagePipe::kBytes);
    ended = taken.ended;
  }
  writer.join();
  EXPECT_EQ(all.size(), large.size());
}

TEST(PagePipe, that_nobody_wants_lets_its_writer_go) {
  PagePipe pipe([] {});
  std::atomic<bool> waits{false};
  std::thread writer([&] {
    EXPECT_TRUE(pipe.write(std::string(PagePipe::kBytes, 'x')));
    waits = true;
    EXPECT_FALSE(pipe.write("more"));
  });
  EXPECT_TRUE(eventually([&] { return waits.load(); }));
  pipe.abandon();
  writer.join();
  EXPECT_FALSE(pipe.wanted());
  EXPECT_FALSE(pipe.begin({}));
  EXPECT_FALSE(pipe.write("x"));
}

}  // namespace
}  // namespace pushwire::net
