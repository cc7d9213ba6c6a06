#include "pushwire/cursor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire {
namespace {

constexpr Epoch kEpoch{'k', '3', 'x', '9', 'a', '2', 'm', 'q'};

TEST(Cursor, has_the_wire_form_epoch_dash_sequence) {
  EXPECT_EQ((Cursor{kEpoch, 1042}.text()), "k3x9a2mq-1042");
  EXPECT_EQ((Cursor{kEpoch, 0}.text()), "k3x9a2mq-0");
  EXPECT_EQ((Cursor{kEpoch, UINT64_MAX}.text()), "k3x9a2mq-18446744073709551615");
}

TEST(Cursor, appends_behind_what_is_there) {
  std::string out = "id: ";
  Cursor{kEpoch, 7}.append_to(out);
  EXPECT_EQ(out, "id: k3x9a2mq-7");
}

TEST(Cursor, reads_back_what_it_wrote) {
  for (const Sequence sequence : {Sequence{0}, Sequence{1}, Sequence{9}, Sequence{10}, Sequence{UINT64_MAX}}) {
    const Cursor cursor{kEpoch, sequence};
    EXPECT_EQ(Cursor::parse(cursor.text()), cursor);
  }
}

TEST(Cursor, refuses_all_but_its_wire_form) {
  for (const std::string text : {"",
                                 "-",
                                 "k3x9a2mq",
                                 "k3x9a2mq-",
                                 "k3x9a2mq1042",
                                 "k3x9a2m-1042",
                                 "k3x9a2mqq-1042",
                                 "K3x9a2mq-1042",
                                 "k3x9a2m_-1042",
                                 "k3x9a2mq-01",
                                 "k3x9a2mq-00",
                                 "k3x9a2mq-+1",
                                 "k3x9a2mq--1",
                                 "k3x9a2mq- 1",
                                 "k3x9a2mq-1 ",
                                 " k3x9a2mq-1",
                                 "k3x9a2mq-1a",
                                 "k3x9a2mq-0x1",
                                 "k3x9a2mq-18446744073709551616",
                                 "k3x9a2mq-99999999999999999999",
                                 "k3x9a2mq-184467440737095516150",
                                 "latest",
                                 "earliest"}) {
    EXPECT_FALSE(Cursor::parse(text)) << text;
  }
  EXPECT_FALSE(Cursor::parse(std::string_view("k3x9a2mq-1\0", 11)));
  EXPECT_FALSE(Cursor::parse("k3x9a2mq-" + std::string(1'000'000, '1')));
}

TEST(Cursor, differs_by_epoch_and_by_sequence) {
  Epoch other = kEpoch;
  other[7] = 'r';
  EXPECT_NE((Cursor{kEpoch, 1}), (Cursor{other, 1}));
  EXPECT_NE((Cursor{kEpoch, 1}), (Cursor{kEpoch, 2}));
  EXPECT_EQ((Cursor{kEpoch, 1}), (Cursor{kEpoch, 1}));
}

}  // namespace
}  // namespace pushwire
