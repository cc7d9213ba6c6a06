// A folder that stands for a machine's root, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace device_monitor {

class FileMachine : public testing::Test {
 protected:
  FileMachine() {
    std::string pattern = (std::filesystem::temp_directory_path() / "device-monitor-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~FileMachine() override { std::filesystem::remove_all(root_); }

  void write(const std::filesystem::path& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void run(int pid, const std::string& name, const std::string& flags = "0") const {
    write("proc/" + std::to_string(pid) + "/stat",
          std::to_string(pid) + " (" + name + ") S 1 1 1 0 -1 " + flags + " 1 2 3 4 150 50 7 8 20 0 3 0 900 1 2 1\n");
  }

  std::filesystem::path root_;
};

}  // namespace device_monitor
