#include "services/gateway/http/static_files.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "libs/config/config.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::gateway {
namespace {

std::string Header(const http::HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_CASE("USE-1 files of the web app are served by their exact path, and nothing else") {
  testing::TempDir dir;
  CHECK(ReasonOf(StaticFiles::Load(dir / "nowhere").status()) == "WEB_DIR_MISSING");
  CHECK(ReasonOf(StaticFiles::Load(dir.path()).status()) == "WEB_DIR_MISSING");
  std::filesystem::create_directory(dir / "app");
  REQUIRE(config::WriteFile(dir / "index.html", "<html>").ok());
  REQUIRE(config::WriteFile(dir / "app/page.js", "1").ok());
  REQUIRE(config::WriteFile(dir / "secret.key", "2").ok());
  const auto files = StaticFiles::Load(dir.path());
  REQUIRE(files.ok());

  const auto index = files->Find("/", "");
  REQUIRE(index != nullptr);
  CHECK(*index->body == "<html>");
  CHECK(index->content_type == "text/html; charset=utf-8");
  const std::string etag = Header(*index, "ETag");
  CHECK(etag.size() == 34);
  const auto known = files->Find("/index.html", etag);
  REQUIRE(known != nullptr);
  CHECK(known->status == 304);
  CHECK(known->body == nullptr);
  REQUIRE(files->Find("/app/page.js", etag) != nullptr);
  CHECK(files->Find("/app/page.js", etag)->content_type == "text/javascript; charset=utf-8");

  REQUIRE(config::WriteFile(dir / "index.html.gz", "zipped").ok());
  std::filesystem::create_directory(dir / "assets");
  REQUIRE(config::WriteFile(dir / "assets/page-1a2b.js", "3").ok());
  const auto zipped = StaticFiles::Load(dir.path());
  REQUIRE(zipped.ok());
  CHECK(*zipped->Find("/", "", true)->body == "zipped");
  CHECK(Header(*zipped->Find("/", "", true), "Content-Encoding") == "gzip");
  CHECK(*zipped->Find("/", "", false)->body == "<html>");
  CHECK(*zipped->Find("/assets/page-1a2b.js", "", true)->body == "3");
  CHECK(Header(*zipped->Find("/assets/page-1a2b.js", ""), "Cache-Control") ==
        "public, max-age=31536000, immutable");
  CHECK(zipped->Find("/index.html.gz", "") == nullptr);

  for (const char* path :
       {"/secret.key", "/app", "/app/", "", "/../index.html", "/app/../index.html", "//index.html",
        "/INDEX.HTML", "/%69ndex.html", "index.html"}) {
    CAPTURE(path);
    CHECK(files->Find(path, "") == nullptr);
  }
}

}  // namespace
}  // namespace fupin::gateway
