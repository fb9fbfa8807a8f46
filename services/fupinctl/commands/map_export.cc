// Fetches a file of the map through the gateway.
#include <cstdio>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/status.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/text_width.h"

namespace fupin::fupinctl {
namespace {

int Usage() {
  std::fprintf(stderr,
               "fupinctl map-export [区划 DIVISION] format=pmtiles|geojson|csv [level=] [date=]"
               " [out=FILE]\n"
               "  公开版 published: public=yes [edition=YYYY-MM-DD]\n");
  return kUsage;
}

// The name the service gives: ASCII only, and without folders whatever it says.
std::string NameIn(const std::string& headers) {
  for (absl::string_view line : absl::StrSplit(headers, '\n')) {
    const size_t begin = line.find("filename=\"");
    if (!absl::StartsWithIgnoreCase(line, "content-disposition:") ||
        begin == absl::string_view::npos)
      continue;
    const absl::string_view rest = line.substr(begin + 10);
    std::string name(rest.substr(0, rest.find('"')));
    for (char& c : name) {
      if (c == '/' || c == '\\') c = '_';
    }
    if (!name.empty() && name[0] != '.') return name;
  }
  return "fupin-map";
}

}  // namespace

int MapExportCommand(const Arguments& arguments) {
  std::map<std::string, std::string> given;
  for (const std::string& argument : arguments) {
    std::pair<std::string, std::string> field = absl::StrSplit(argument, absl::MaxSplits('=', 1));
    if (!absl::StrContains(argument, "=")) field = {"division", argument};
    given[field.first] = field.second;
  }
  const bool published = given.count("public") > 0 && given["public"] != "no";
  std::string out = given["out"];
  given.erase("public");
  given.erase("out");
  if (given.count("format") == 0) return Usage();
  std::string path = published ? "/map/public/export?" : "/map/export?";
  for (const auto& [name, value] : given) {
    const bool known = name == "division" || name == "format" || name == "level" ||
                       name == (published ? "edition" : "date");
    if (!known || absl::StrContains(value, "&") || absl::StrContains(value, " ")) return Usage();
    absl::StrAppend(&path, name, "=", value, "&");
  }
  path.pop_back();
  // Under its name only when it is whole.
  const std::string part = out.empty() ? ".fupin-map.part" : out + ".part";
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (file == nullptr) {
    std::fprintf(stderr, "无法写入 cannot be written: %s\n", OneLine(part).c_str());
    return kUsage;
  }
  auto answer = Gateway(DefaultCertificate())->Download(path, file);
  const auto size = static_cast<int64_t>(std::ftell(file));
  const bool written = std::fclose(file) == 0;
  absl::Status status = answer.status();
  if (status.ok() && answer->status != 200) status = HttpsClient::StatusOf(*answer);
  if (status.ok() && out.empty()) out = NameIn(answer->headers);
  if (!status.ok() || !written || std::rename(part.c_str(), out.c_str()) != 0) {
    std::remove(part.c_str());
    if (!status.ok()) return Report(status);
    std::fprintf(stderr, "无法写入 cannot be written: %s\n", OneLine(out).c_str());
    return kUsage;
  }
  std::printf("%s  %lld 字节 bytes\n", OneLine(out).c_str(), static_cast<long long>(size));
  return kOk;
}

}  // namespace fupin::fupinctl
