#include "endpoints/file_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pushwire::endpoints {
namespace {

TEST(FileTable, finds_what_was_added_at_exactly_its_path) {
  FileTable files;
  const std::string body = "body";
  EXPECT_TRUE(files.add("/a", "text/plain", body));
  const auto found = files.find("/a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, 200);
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(found->body.view.data(), body.data()) << "the bytes are not copied";
  for (const char* path : {"", "/", "/A", "/a/", "a", "/aa"}) EXPECT_FALSE(files.find(path)) << path;
}

TEST(FileTable, keeps_the_first_of_a_path) {
  FileTable files;
  EXPECT_TRUE(files.add("/a", "text/plain", "first"));
  EXPECT_FALSE(files.add("/a", "text/html", "second"));
  EXPECT_EQ(files.find("/a")->body.view, "first");
  EXPECT_EQ(files.find("/a")->content_type, "text/plain");
}

TEST(FileTable, lets_no_other_site_frame_a_page) {
  FileTable files;
  files.add("/page", "text/html; charset=utf-8", "<p>");
  files.add("/image", "image/svg+xml", "<svg/>");
  files.add("/script", "text/javascript", "1");
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const Fields expected{{"Content-Security-Policy", "frame-ancestors 'self'"},
                        {"X-Frame-Options", "SAMEORIGIN"},
                        {"Referrer-Policy", "no-referrer"}};
  EXPECT_EQ(files.find("/page")->fields, expected);
  EXPECT_EQ(files.find("/image")->fields, expected);
  EXPECT_EQ(files.find("/script")->fields, Fields{});
}

TEST(FileTable, names_contents_by_tags) {
  FileTable files;
  files.add("/a", "text/plain", "same");
  files.add("/b", "text/html", "same");
  files.add("/c", "text/plain", "Same");
  files.add("/d", "text/plain", "");
  const auto tag = [&](const char* path) { return files.find(path)->etag; };
  EXPECT_EQ(tag("/a"), tag("/b"));
  EXPECT_NE(tag("/a"), tag("/c"));
  EXPECT_NE(tag("/d"), tag("/c"));
  EXPECT_EQ(tag("/a").size(), 18u);
  EXPECT_EQ(tag("/a").front(), '"');
  EXPECT_EQ(tag("/a").back(), '"');
}

TEST(FileTable, what_was_found_stays_good_while_more_is_added) {
  FileTable files;
  files.add("/a", "text/plain", "a");
  const auto found = files.find("/a");
  for (int i = 0; i < 1000; ++i) files.add("/a" + std::to_string(i), "text/html", "b");
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(found->body.view, "a");
}

}  // namespace
}  // namespace pushwire::endpoints
