#include "services/gis/server/map_query.h"

#include <utility>

#include "absl/strings/str_split.h"

namespace fupin::gis {

Query QueryOf(const http::HttpRequest& request) {
  Query query;
  for (absl::string_view pair : absl::StrSplit(request.query, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    query[parts.first] = parts.second;
  }
  return query;
}

std::string ValueOf(const Query& query, const char* name) {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

}  // namespace fupin::gis
