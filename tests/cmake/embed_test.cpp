// What pushwire_embed makes of a folder: compared with the folder itself.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "embedded.hpp"
#include "pushwire/server.hpp"

namespace pushwire {
namespace {

std::string on_disk(const std::string& name) {
  std::ifstream in(std::string(PUSHWIRE_EMBEDDED_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

embedded::EmbeddedFile at(std::string_view path) {
  for (const auto& file : embedded::pages()) {
    if (file.path == path) return file;
  }
  ADD_FAILURE() << "nothing is embedded at " << path;
  return {};
}

TEST(Embed, every_file_of_the_folder_is_there_once) {
  std::vector<std::string_view> paths;
  for (const auto& file : embedded::pages()) paths.push_back(file.path);
  EXPECT_EQ(paths, (std::vector<std::string_view>{"/ui/app.mjs", "/ui/empty.txt", "/ui/every_byte.bin", "/ui/guide/",
                                                  "/ui/", "/ui/style.css"}));
}

TEST(Embed, bodies_are_the_files_byte_for_byte) {
  EXPECT_EQ(at("/ui/").body, on_disk("index.html"));
  EXPECT_EQ(at("/ui/guide/").body, on_disk("guide/index.html"));
  EXPECT_EQ(at("/ui/every_byte.bin").body, on_disk("every_byte.bin"));
  EXPECT_EQ(at("/ui/every_byte.bin").body.size(), 512u);
  EXPECT_EQ(at("/ui/empty.txt").body, "");
}

// The header of RFC 1952: no name, no time, so that the same files make the same program.
TEST(Embed, what_compresses_well_is_there_compressed_as_well) {
  const auto style = at("/ui/style.css");
  ASSERT_GT(style.gzip.size(), 18u);
  EXPECT_LT(style.gzip.size(), style.body.size() / 2);
  EXPECT_EQ(style.gzip.substr(0, 8), std::string_view("\x1f\x8b\x08\0\0\0\0\0", 8));
  const std::string_view size = style.gzip.substr(style.gzip.size() - 4);
  EXPECT_EQ(static_cast<unsigned char>(size[0]) + 256u * static_cast<unsigned char>(size[1]), style.body.size());
  EXPECT_EQ(at("/ui/app.mjs").gzip, "") << "a few bytes only become more";
  EXPECT_EQ(at("/ui/empty.txt").gzip, "");
}

TEST(Embed, a_live_folder_tells_where_it_lies) { EXPECT_EQ(embedded::pages_folder(), PUSHWIRE_EMBEDDED_DIR); }

TEST(Embed, a_server_takes_files_and_folder_as_they_are) {
  Server web;
  web.add_assets(embedded::pages());
  web.add_folder("/live", embedded::pages_folder());
  EXPECT_THROW(web.add_assets(embedded::pages()), std::invalid_argument) << "they are there";
}

TEST(Embed, content_types_follow_the_extension_and_text_says_its_charset) {
  EXPECT_EQ(at("/ui/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(at("/ui/app.mjs").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(at("/ui/style.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(at("/ui/empty.txt").content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(at("/ui/every_byte.bin").content_type, "application/octet-stream");
}

}  // namespace
}  // namespace pushwire
