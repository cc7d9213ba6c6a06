#include "pushwire/reply.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "protocol/fake_reply_sink.hpp"
#include "pushwire/request_error.hpp"

namespace {

struct Unwritable {};

}  // namespace

template <>
struct pushwire::Codec<Unwritable> {
  static void encode(const Unwritable&, std::string& out) {
    out += "{\"half\":";
    throw std::runtime_error("no more");
  }
};

namespace pushwire {
namespace {

std::shared_ptr<FakeReplySink> sink() { return std::make_shared<FakeReplySink>(); }

TEST(Reply, says_the_value_as_json) {
  const auto to = sink();
  EXPECT_TRUE(Reply<std::vector<int>>(to)({1, 2}));
  EXPECT_EQ(to->said(), "[1,2]");
  const auto text = sink();
  EXPECT_TRUE(Reply<std::string>(text).send("done"));
  EXPECT_EQ(text->said(), "\"done\"");
  const auto bytes = sink();
  EXPECT_TRUE(Reply<std::vector<std::uint8_t>>(bytes)({1}));
  EXPECT_EQ(bytes->said(), "\"AQ==\"");
  const auto raw = sink();
  EXPECT_TRUE(Reply<RawJson>(raw)(raw_json("{}")));
  EXPECT_EQ(raw->said(), "{}");
}

TEST(Reply, of_nothing_says_null) {
  const auto to = sink();
  EXPECT_TRUE(Reply<void>(to)());
  EXPECT_EQ(to->said(), "null");
}

TEST(Reply, counts_the_first_answer_of_all_copies) {
  const auto to = sink();
  const Reply<int> reply(to);
  const Reply<int> copy = reply;
  EXPECT_TRUE(copy.wanted());
  EXPECT_TRUE(reply(1));
  EXPECT_FALSE(copy.wanted());
  EXPECT_FALSE(copy(2));
  EXPECT_FALSE(copy.error("too late"));
  EXPECT_EQ(to->said(), "1");
}

TEST(Reply, refuses_with_a_code_and_a_sentence) {
  const auto to = sink();
  EXPECT_TRUE(Reply<int>(to).error("not-now", "The rig is being cleaned."));
  EXPECT_EQ(to->said(), "not-now: The rig is being cleaned.");
  const auto plain = sink();
  EXPECT_TRUE(Reply<void>(plain).error("No."));
  EXPECT_EQ(plain->said(), "refused: No.");
}

TEST(Reply, takes_a_code_that_can_be_none_for_refused) {
  for (const std::string code : {"", "Not-Now", "not now", "\xC3\xA9"}) {
    const auto to = sink();
    EXPECT_TRUE(Reply<int>(to).error(code, "No."));
    EXPECT_EQ(to->said(), "refused: No.");
  }
}

TEST(Reply, that_cannot_be_written_is_the_error_failed) {
  const auto to = sink();
  EXPECT_TRUE(Reply<Unwritable>(to)({}));
  EXPECT_EQ(to->said(), "failed: ");
  const auto raw = sink();
  EXPECT_TRUE(Reply<RawJson>(raw)(raw_json("{")));
  EXPECT_EQ(raw->said(), "failed: ");
}

TEST(Reply, to_nobody_says_so) {
  const Reply<int> reply;
  EXPECT_FALSE(reply.wanted());
  EXPECT_FALSE(reply(1));
  EXPECT_FALSE(reply.error("No."));
  EXPECT_FALSE(Reply<void>()());
}

TEST(Reply, lets_go_of_the_sink_with_its_last_copy) {
  auto to = sink();
  const std::weak_ptr<FakeReplySink> watch = to;
  auto reply = std::make_unique<Reply<int>>(std::move(to));
  const auto copy = std::make_unique<Reply<int>>(*reply);
  reply.reset();
  EXPECT_FALSE(watch.expired());
  *copy = Reply<int>();
  EXPECT_TRUE(watch.expired());
}

TEST(RequestError, has_a_code_and_a_sentence) {
  const RequestError plain("No.");
  EXPECT_EQ(plain.code(), "refused");
  EXPECT_STREQ(plain.what(), "No.");
  const RequestError error("out-of-range-2", "Between 0 and 100.");
  const RequestError copy = error;
  EXPECT_EQ(copy.code(), "out-of-range-2");
  EXPECT_STREQ(copy.what(), "Between 0 and 100.");
}

TEST(RequestError, takes_only_codes_for_programs) {
  EXPECT_EQ(RequestError(std::string(64, 'a'), "").code().size(), 64u);
  for (const std::string& code : {std::string(), std::string(65, 'a'), std::string("A"), std::string("a b"),
                                  std::string("a\n"), std::string("a\0", 2), std::string("a_b"), std::string("\"")}) {
    EXPECT_THROW(RequestError(code, ""), std::invalid_argument) << testing::PrintToString(code);
  }
}

}  // namespace
}  // namespace pushwire
