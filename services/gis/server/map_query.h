// Words of an HTTP query. Every value of the map's is a number, a date or a code: nothing is
// percent-encoded.
#ifndef FUPIN_SERVICES_GIS_SERVER_MAP_QUERY_H_
#define FUPIN_SERVICES_GIS_SERVER_MAP_QUERY_H_

#include <map>
#include <string>

#include "libs/http/message.h"

namespace fupin::gis {

using Query = std::map<std::string, std::string>;

Query QueryOf(const http::HttpRequest& request);
// Empty when it is not given.
std::string ValueOf(const Query& query, const char* name);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_MAP_QUERY_H_
