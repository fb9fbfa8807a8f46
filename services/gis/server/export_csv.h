// The map as a table: one row a place.
//
//   UTF-8 with BOM, CRLF. Row 1: names of the columns in Chinese. Row 2: the same for programs:
//   code name level, one column for each level with the names of the path, date, then the numbers
//   as they are called in tiles. From row 3: places, each before its parts. What is not known or
//   may not be seen is empty. A text that a spreadsheet would run begins with an apostrophe.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORT_CSV_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORT_CSV_H_

#include "absl/status/status.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/scratch_file.h"

namespace fupin::gis {

// Without a level: the division and everything below it. 1 us a place.
absl::Status WriteCsv(const ExportSubject& subject, ScratchFile& file);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORT_CSV_H_
