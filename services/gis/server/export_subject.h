// What an export holds: a part of the map with the numbers of one moment or of one edition.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORT_SUBJECT_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORT_SUBJECT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/division/tree.h"
#include "libs/mvt/tile_writer.h"
#include "services/gis/server/shapes.h"

namespace fupin::gis {

struct ExportSubject {
  const Shapes& shapes;
  division::Division division;
  std::optional<int> level;
  bool of_public = false;
  std::string date;  // YYYY-MM-DD: of the numbers, or of the edition
  // By row (rests.h); absent where the caller may not see them, or they are not published.
  std::vector<mvt::IntColumn> numbers;
  std::vector<std::string> heads;     // what each is called for people
  std::shared_ptr<const void> owner;  // of the memory of `numbers`
  // True: nobody waits for it any more.
  std::function<bool()> given_up;
};

// The places of an export, in the order of the tree. With `level` those of the level, and where
// there are none of it the lowest above or the first below: none is above another, so that sums of
// `all` may be taken. Without: the division itself and everything below it.
std::vector<division::Division> PlacesOf(const division::Division& division,
                                         std::optional<int> level);

// What a column of tiles or of the register is called for people.
std::string HeadOf(absl::string_view attribute);

// Every 1,000 places or tiles: CANCELLED when it was given up.
absl::Status GoOn(const ExportSubject& subject);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORT_SUBJECT_H_
