#include "process_details.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <string>

#include "file_machine.hpp"

namespace device_monitor {
namespace {

constexpr Units kUnits{100, 4096};

using DetailsOfFiles = FileMachine;

TEST_F(DetailsOfFiles, all_that_the_files_say) {
  using namespace std::string_literals;
  run(12, "sh");
  write("proc/12/cmdline", "sh\0-c\0true\0"s);
  write("proc/12/fd/0", "");
  write("proc/stat", "btime 1000\n");
  write("etc/passwd", "somebody:x:" + std::to_string(::getuid()) + ":0::/:\n");
  const auto details = process_details(Device(root_), 12, kUnits);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->pid, 12);
  EXPECT_EQ(details->name, "sh");
  EXPECT_EQ(details->command.words.size(), 3u);
  EXPECT_EQ(details->state, "sleeping");
  EXPECT_EQ(details->parent, 1);
  EXPECT_EQ(details->threads, 3u);
  EXPECT_EQ(details->memory, 2u * 4096);
  EXPECT_EQ(details->open_files, 1u);
  EXPECT_EQ(details->started, 1009);
  EXPECT_EQ(details->user, "somebody");
}

TEST_F(DetailsOfFiles, what_cannot_be_seen_is_not_there) {
  run(12, "sh");
  const auto details = process_details(Device(root_), 12, kUnits);
  ASSERT_TRUE(details);
  EXPECT_TRUE(details->command.words.empty());
  EXPECT_FALSE(details->open_files);
  EXPECT_FALSE(details->started);
}

TEST_F(DetailsOfFiles, a_process_that_is_gone_has_none) {
  run(12, "sh");
  const Device device(root_);
  std::filesystem::remove_all(root_ / "proc/12");
  for (const int pid : {12, 0, -1, 2'147'483'647}) EXPECT_FALSE(process_details(device, pid, kUnits)) << pid;
}

TEST(ProcessDetails, of_the_test_itself) {
  const auto details = process_details(Device(), ::getpid(), Device::units());
  ASSERT_TRUE(details);
  EXPECT_EQ(details->parent, ::getppid());
  EXPECT_GE(details->open_files, 3u);
  EXPECT_GE(details->threads, 1u);
  ASSERT_TRUE(details->started);
  EXPECT_NEAR(*details->started, static_cast<double>(std::time(nullptr)), 600);
}

TEST(StateWord, letters_are_told_in_words_and_strange_ones_as_they_are) {
  EXPECT_EQ(state_word('R'), "running");
  EXPECT_EQ(state_word('Z'), "ended, not yet collected by its parent");
  EXPECT_EQ(state_word('?'), "?");
}

}  // namespace
}  // namespace device_monitor
