#include "libs/outline/ogr_file.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

extern char** environ;

namespace fupin::outline {
namespace {

constexpr size_t kMaxSaid = 300;
constexpr int kNoSuchProgram = 127;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

// A folder that goes with the object.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "outline-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) dir_ = pattern;
  }
  ~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(dir_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string File(const char* name) const { return absl::StrCat(dir_, "/", name); }

 private:
  std::string dir_;
};

// Runs a program and returns what it wrote; its errors when it fails.
absl::StatusOr<std::string> Run(const Scratch& scratch, std::vector<std::string> words) {
  const std::string out = scratch.File("out"), said = scratch.File("said");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kWrite, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, said.c_str(), kWrite, 0600);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t process = 0;
  const int spawned = posix_spawnp(&process, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return Refuse("OGR_MISSING", words[0], words[0]);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoSuchProgram) {
    return Refuse("OGR_MISSING", words[0], words[0]);
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Refuse("OGR_FAILED", words.back(), ContentOf(said).substr(0, kMaxSaid));
  }
  return ContentOf(out);
}

// Names of the layers: lines "1: villages (Polygon)".
std::vector<std::string> LayersOf(const std::string& said) {
  std::vector<std::string> layers;
  for (absl::string_view line : absl::StrSplit(said, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    const bool numbered = !parts.first.empty() &&
                          parts.first.find_first_not_of("0123456789") == absl::string_view::npos;
    if (!numbered) continue;
    layers.emplace_back(parts.second.substr(0, parts.second.rfind(" (")));
  }
  return layers;
}

// The name in the first line of the system's description: PROJCRS["CGCS2000 / ...
std::string CrsOf(const std::string& said) {
  const size_t at = said.find("Layer SRS WKT:\n");
  if (at == std::string::npos) return "";
  const size_t open = said.find('[', at);
  const size_t end = said.find('\n', said.find('\n', at) + 1);
  if (open == std::string::npos || open > end) return "";
  const size_t first = said.find('"', open);
  const size_t last = said.find('"', first + 1);
  return last == std::string::npos ? "" : said.substr(first + 1, last - first - 1);
}

}  // namespace

bool IsOgrFile(absl::string_view path) {
  return absl::EndsWithIgnoreCase(path, ".shp") || absl::EndsWithIgnoreCase(path, ".gpkg") ||
         absl::EndsWithIgnoreCase(path, ".gdb");
}

absl::StatusOr<OgrText> ReadOgrFile(const std::string& path, const OgrOptions& options) {
  const Scratch scratch;
  ASSIGN_OR_RETURN(const std::string listed, Run(scratch, {"ogrinfo", "-ro", "-q", path}));
  const std::vector<std::string> layers = LayersOf(listed);
  std::string layer = options.layer;
  if (layer.empty() && layers.size() == 1) layer = layers[0];
  if (std::find(layers.begin(), layers.end(), layer) == layers.end()) {
    return Refuse("OGR_LAYER", path, absl::StrJoin(layers, ", "));
  }
  ASSIGN_OR_RETURN(const std::string described,
                   Run(scratch, {"ogrinfo", "-ro", "-so", path, layer}));
  OgrText text;
  text.crs = options.crs.empty() ? CrsOf(described) : options.crs;
  if (text.crs.empty()) return Refuse("OGR_CRS_MISSING", path, layer);
  for (const char* old : {"Xian", "Beijing"}) {
    if (options.crs.empty() && absl::StrContains(text.crs, old)) {
      return Refuse("OGR_CRS_UNSUPPORTED", path, text.crs);
    }
  }
  std::vector<std::string> words = {"ogr2ogr",    "-f",        "GeoJSON",
                                    "-t_srs",     "EPSG:4490", "-lco",
                                    "RFC7946=NO", "-lco",      "COORDINATE_PRECISION=7"};
  if (!options.crs.empty()) words.insert(words.end(), {"-s_srs", options.crs});
  if (!options.encoding.empty()) {
    words.insert(words.end(), {"-oo", absl::StrCat("ENCODING=", options.encoding)});
  }
  const std::string out = scratch.File("out.geojson");
  words.insert(words.end(), {out, path, layer});
  RETURN_IF_ERROR(Run(scratch, words).status());
  text.geojson = ContentOf(out);
  return text;
}

}  // namespace fupin::outline
