// Gives a fuzz target every file of the folders named, and each cut off at every length and with every byte changed a
// little, so that a corpus of good inputs is one of bad ones as well.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// In memory of exactly its size, so that a sanitizer sees a step beyond.
void give(const std::uint8_t* bytes, std::size_t size) {
  const Bytes exact(bytes, bytes + size);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
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
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      replay(Bytes(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files > 0 ? 0 : 1;
}
