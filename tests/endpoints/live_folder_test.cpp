#include "endpoints/live_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "endpoints/asking.hpp"

namespace pushwire::endpoints {
namespace {

namespace fs = std::filesystem;

class LiveFolderTest : public testing::Test {
 protected:
  LiveFolderTest() {
    std::string pattern = (fs::temp_directory_path() / "pushwire-live-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
    root = pattern;
    fs::create_directories(root / "site/docs");
    write("site/index.html", "front");
    write("site/docs/index.html", "docs");
    write("site/a b.txt", "text");
    write("site/.secret", "hidden");
    write("outside.txt", "outside");
  }
  ~LiveFolderTest() override { fs::remove_all(root); }

  void write(const std::string& name, const std::string& text) { std::ofstream(root / name, std::ios::binary) << text; }
  std::string body(LiveFolder& folder, std::string_view target) {
    const auto found = folder.find(asking(target));
    return found ? std::to_string(found->status) + " " + std::string(found->body.view) : "none";
  }

  fs::path root;
};

TEST_F(LiveFolderTest, serves_what_lies_there_now) {
  LiveFolder folder("/", (root / "site").string());
  EXPECT_EQ(body(folder, "/"), "200 front");
  EXPECT_EQ(body(folder, "/docs/"), "200 docs");
  EXPECT_EQ(body(folder, "/a%20b.txt"), "200 text");
  EXPECT_EQ(folder.find(asking("/a%20b.txt"))->content_type, "text/plain; charset=utf-8");
  const std::string before = folder.find(asking("/"))->etag;
  write("site/index.html", "changed");
  write("site/new.js", "1");
  EXPECT_EQ(body(folder, "/"), "200 changed");
  EXPECT_NE(folder.find(asking("/"))->etag, before);
  EXPECT_EQ(folder.find(asking("/new.js"))->content_type, "text/javascript; charset=utf-8");
  fs::remove(root / "site/new.js");
  EXPECT_EQ(body(folder, "/new.js"), "none");
}

TEST_F(LiveFolderTest, serves_the_folder_that_has_its_name_now) {
  LiveFolder folder("/", (root / "site").string());
  fs::rename(root / "site", root / "site.old");
  EXPECT_EQ(body(folder, "/"), "none");
  fs::create_directories(root / "site");
  write("site/index.html", "built anew");
  EXPECT_EQ(body(folder, "/"), "200 built anew");
  EXPECT_EQ(body(folder, "/docs/"), "none");
}

TEST_F(LiveFolderTest, stays_where_it_is_when_the_process_goes_elsewhere) {
  const fs::path before = fs::current_path();
  fs::current_path(root);
  LiveFolder folder("/", "site");
  fs::current_path(before);
  EXPECT_EQ(body(folder, "/"), "200 front");
}

TEST_F(LiveFolderTest, leads_to_the_page_of_a_folder) {
  LiveFolder folder("/ui/", (root / "site").string());
  EXPECT_EQ(body(folder, "/ui/docs/"), "200 docs");
  EXPECT_EQ(body(folder, "/"), "none");
  EXPECT_EQ(field_of(*folder.find(asking("/ui")), "Location"), "/ui/");
  EXPECT_EQ(field_of(*folder.find(asking("/ui/docs?x=1")), "Location"), "/ui/docs/?x=1");
  EXPECT_EQ(field_of(*folder.find(asking("/ui/docs/index.html")), "Location"), "/ui/docs/");
}

TEST_F(LiveFolderTest, reaches_nothing_outside) {
  fs::create_symlink(root / "outside.txt", root / "site/link.txt");
  fs::create_directory_symlink(root, root / "site/up");
  LiveFolder folder("/", (root / "site").string());
  for (const char* path :
       {"/../outside.txt", "/docs/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/link.txt",
        "/up/outside.txt", "//etc/passwd", "/docs/%00", "/.secret", "/./a%20b.txt", "/docs//index.html", "/%", "/%2",
        "/\\..\\outside.txt", "/../site/a%20b.txt", "/none", "/docs/none/"}) {
    EXPECT_EQ(body(folder, path), "none") << path;
  }
}

TEST_F(LiveFolderTest, gives_files_alone_and_none_that_is_too_large) {
  ASSERT_EQ(::mkfifo((root / "site/pipe").c_str(), 0600), 0);
  fs::create_directories(root / "site/empty");
  write("site/large.bin", "");
  fs::resize_file(root / "site/large.bin", LiveFolder::kMostBytes + 1);
  LiveFolder folder("/", (root / "site").string());
  EXPECT_EQ(body(folder, "/pipe"), "none");
  EXPECT_EQ(body(folder, "/empty"), "none");
  EXPECT_EQ(body(folder, "/empty/"), "none");
  try {
    folder.find(asking("/large.bin"));
    FAIL() << "a large file was read";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.head.status, 500);
    EXPECT_NE(std::string(refusal.what()).find("/large.bin"), std::string::npos);
  }
  fs::resize_file(root / "site/large.bin", LiveFolder::kMostBytes);
  EXPECT_EQ(folder.find(asking("/large.bin"))->body.view.size(), LiveFolder::kMostBytes);
}

TEST_F(LiveFolderTest, holds_no_descriptor_of_a_file) {
  LiveFolder folder("/", (root / "site").string());
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = descriptors();
  for (const char* path : {"/", "/docs/", "/docs", "/none", "/../x", "/.secret"}) body(folder, path);
  EXPECT_EQ(descriptors(), before);
}

TEST_F(LiveFolderTest, that_is_not_there_is_named) {
  for (const char* name : {"none", "outside.txt"}) {
    try {
      LiveFolder folder("/", (root / name).string());
      FAIL() << name;
    } catch (const std::system_error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace pushwire::endpoints
