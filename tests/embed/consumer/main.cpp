// Fails, and says why, unless what was embedded is what was there.
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "NO.hpp"
#include "made.hpp"

int main() {
  int faults = 0;
  const auto expect = [&faults](std::string_view found, std::string_view wanted) {
    if (found == wanted) return;
    std::cerr << "found \"" << found << "\" in place of \"" << wanted << "\"\n";
    ++faults;
  };
  // Each file's content is its name.
  const std::vector<std::string> names{"[id].js",      "a#b%20 $c {d}.txt", "größe.txt",
                                       "icon@2x@.png", "index.html",        "sub/日本.html"};
  const auto files = NO::files();
  expect(std::to_string(files.size()), std::to_string(names.size()));
  for (std::size_t i = 0; i < files.size() && i < names.size(); ++i) {
    expect(files[i].path, names[i] == "index.html" ? "/ui/" : "/ui/" + names[i]);
    expect(files[i].body, names[i]);
  }
  expect(NO::files_folder(), WEB);
  expect(made::files().at(0).path, "/made.txt");
  expect(made::files().at(0).body, "");
  return faults;
}
