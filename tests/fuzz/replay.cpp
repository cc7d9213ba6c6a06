// Gives a fuzz target every file of the folders named, and each cut off at every length and with every byte changed a
// little, so that a corpus of good inputs is one of bad ones as well. The input that ends the program is shown.
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));  // where there is one

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string given_file;
Bytes given;  // in memory of exactly its size, so that a sanitizer sees a step beyond

void show_input() {
  std::fprintf(stderr, "by %s, or what was made of it: ", given_file.c_str());
  for (const std::uint8_t byte : given) {
    if (byte >= 0x20 && byte < 0x7F && byte != '\\') std::fputc(byte, stderr);
    else std::fprintf(stderr, "\\x%02x", byte);
  }
  std::fputc('\n', stderr);
}

extern "C" void on_abort(int /*signal*/) { show_input(); }

void give(const std::uint8_t* bytes, std::size_t size) {
  given = Bytes(bytes, bytes + size);
  LLVMFuzzerTestOneInput(given.data(), given.size());
}

void replay(Bytes bytes) {
  give(bytes.data(), bytes.size());
  constexpr std::size_t kMostChanged = 512;
  const std::size_t step = std::max<std::size_t>(1, bytes.size() / kMostChanged);
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    give(bytes.data(), i);
    const std::uint8_t was = bytes[i];
    for (const int change : {0x01, 0x20, 0x80, 0xFF}) {
      bytes[i] = static_cast<std::uint8_t>(was ^ change);
      give(bytes.data(), bytes.size());
    }
    bytes[i] = was;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, on_abort);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(show_input);
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      given_file = entry.path().string();
      std::ifstream file(entry.path(), std::ios::binary);
      replay(Bytes(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files > 0 ? 0 : 1;
}
