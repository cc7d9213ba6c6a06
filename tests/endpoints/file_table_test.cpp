#include "endpoints/file_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "endpoints/asking.hpp"

namespace pushwire::endpoints {
namespace {

TEST(FileTable, finds_what_was_added_at_exactly_its_path) {
  FileTable files;
  const std::string body = "body";
  EXPECT_TRUE(files.add("/a", file("text/plain", body)));
  const auto found = files.find(asking("/a"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, 200);
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(found->cache_control, "no-cache");
  EXPECT_EQ(found->body.view.data(), body.data()) << "the bytes are not copied";
  for (const char* path : {"/", "/A", "/a/", "a", "/aa", "/a%00", "/a%", "/a%2"}) {
    EXPECT_FALSE(files.find(asking(path))) << path;
  }
}

TEST(FileTable, keeps_the_first_of_a_path) {
  FileTable files;
  EXPECT_TRUE(files.add("/a", file("text/plain", "first")));
  EXPECT_FALSE(files.add("/a", file("text/html", "second")));
  EXPECT_EQ(files.find(asking("/a"))->body.view, "first");
  EXPECT_EQ(files.find(asking("/a"))->content_type, "text/plain");
}

TEST(FileTable, reads_paths_as_browsers_write_them) {
  FileTable files;
  files.add("/a b/\xC3\xA4.txt", file("text/plain", "1"));
  EXPECT_EQ(files.find(asking("/a%20b/%C3%a4.txt"))->body.view, "1");
  EXPECT_FALSE(files.find(asking("/a%20b%2F%C3%A4.txt"))) << "an encoded slash is none";
}

TEST(FileTable, leads_to_the_page_of_a_folder) {
  FileTable files;
  files.add("/", file("text/html", "front"));
  files.add("/my docs/", file("text/html", "docs"));
  files.add("/other/index.html", file("text/html", "by its own name"));
  const auto location = [&](std::string_view target) {
    const auto found = files.find(asking(target));
    EXPECT_TRUE(found && found->status == 301) << target;
    return std::string(found ? field_of(*found, "Location") : "");
  };
  EXPECT_EQ(location("/index.html"), "/");
  EXPECT_EQ(location("/my%20docs"), "/my%20docs/");
  EXPECT_EQ(location("/my%20docs?a=b&c"), "/my%20docs/?a=b&c");
  EXPECT_EQ(location("/my%20docs/index.html"), "/my%20docs/");
  EXPECT_EQ(files.find(asking("/other/index.html"))->body.view, "by its own name");
  EXPECT_FALSE(files.find(asking("/other")));
  EXPECT_FALSE(files.find(asking("//my%20docs"))) << "no way to another host";
}

TEST(FileTable, gives_what_is_compressed_to_those_who_take_it) {
  FileTable files;
  files.add("/a", file("text/plain", "as it is", "packed"));
  files.add("/b", file("text/plain", "as it is"));
  const auto plain = files.find(asking("/a"));
  EXPECT_EQ(plain->body.view, "as it is");
  EXPECT_EQ(plain->content_encoding, "");
  EXPECT_EQ(field_of(*plain, "Vary"), "Accept-Encoding");
  for (const char* value : {"gzip", "br, GZIP;q=0.1", "*", "identity;q=0, *;q=0.5", "x-gzip"}) {
    const auto found = files.find(asking("/a", {{"accept-encoding", value}}));
    EXPECT_EQ(found->body.view, "packed") << value;
    EXPECT_EQ(found->content_encoding, "gzip") << value;
    EXPECT_EQ(field_of(*found, "Vary"), "Accept-Encoding");
    EXPECT_NE(found->etag, plain->etag);
    EXPECT_EQ(found->etag.back(), '"');
  }
  for (const char* value : {"", "br", "gzip;q=0", "gzip ; Q=0.000", "*;q=0", "gzip;q=0, *", "gzipped"}) {
    EXPECT_EQ(files.find(asking("/a", {{"Accept-Encoding", value}}))->body.view, "as it is") << value;
  }
  const auto part = files.find(asking("/a", {{"Accept-Encoding", "gzip"}, {"Range", "bytes=0-1"}}));
  EXPECT_EQ(part->body.view, "as it is");
  EXPECT_TRUE(part->ranges);
  const auto only = files.find(asking("/b", {{"Accept-Encoding", "gzip"}}));
  EXPECT_EQ(only->body.view, "as it is");
  EXPECT_EQ(field_of(*only, "Vary"), "");
}

TEST(FileTable, is_kept_for_as_long_as_was_said) {
  FileTable files;
  files.add("/app.3f2a.js", {"text/javascript", "max-age=31536000, immutable", {}, {nullptr, "1"}, {}});
  EXPECT_EQ(files.find(asking("/app.3f2a.js"))->cache_control, "max-age=31536000, immutable");
}

TEST(FileTable, gives_a_page_for_what_is_not_there) {
  FileTable files;
  EXPECT_FALSE(files.find("/404.html", 404, asking("/none")));
  files.add("/404.html", file("text/html", "nothing here"));
  const auto found = files.find("/404.html", 404, asking("/none"));
  EXPECT_EQ(found->status, 404);
  EXPECT_EQ(found->body.view, "nothing here");
  EXPECT_EQ(found->etag, "") << "nobody is told that what is not there is unchanged";
  EXPECT_FALSE(found->ranges);
}

TEST(FileTable, lets_no_other_site_frame_a_page) {
  FileTable files;
  files.add("/page", file("text/html; charset=utf-8", "<p>"));
  files.add("/image", file("image/svg+xml", "<svg/>"));
  files.add("/script", file("text/javascript", "1"));
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const Fields expected{{"Content-Security-Policy", "frame-ancestors 'self'"},
                        {"X-Frame-Options", "SAMEORIGIN"},
                        {"Referrer-Policy", "no-referrer"}};
  EXPECT_EQ(files.find(asking("/page"))->fields, expected);
  EXPECT_EQ(files.find(asking("/image"))->fields, expected);
  EXPECT_EQ(files.find(asking("/script"))->fields, Fields{});
}

TEST(FileTable, names_contents_by_tags) {
  FileTable files;
  files.add("/a", file("text/plain", "same"));
  files.add("/b", file("text/html", "same"));
  files.add("/c", file("text/plain", "Same"));
  files.add("/d", file("text/plain", ""));
  const auto tag = [&](const char* path) { return files.find(asking(path))->etag; };
  EXPECT_EQ(tag("/a"), tag("/b"));
  EXPECT_NE(tag("/a"), tag("/c"));
  EXPECT_NE(tag("/d"), tag("/c"));
  EXPECT_EQ(tag("/a").size(), 18u);
  EXPECT_EQ(tag("/a").front(), '"');
  EXPECT_EQ(tag("/a").back(), '"');
}

TEST(FileTable, what_was_found_stays_good_while_more_is_added) {
  FileTable files;
  files.add("/a", file("text/plain", "a"));
  const auto found = files.find(asking("/a"));
  for (int i = 0; i < 1000; ++i) files.add("/a" + std::to_string(i), file("text/html", "b"));
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(found->body.view, "a");
}

}  // namespace
}  // namespace pushwire::endpoints
