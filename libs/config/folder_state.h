// Has anything in these files or folders changed?
#ifndef FUPIN_LIBS_CONFIG_FOLDER_STATE_H_
#define FUPIN_LIBS_CONFIG_FOLDER_STATE_H_

#include <string>
#include <vector>

namespace fupin::config {

// Names, sizes and times of the files, and of the files directly in the folders; differs whenever
// one of them does.
std::string FolderState(const std::vector<std::string>& paths);

}  // namespace fupin::config

#endif  // FUPIN_LIBS_CONFIG_FOLDER_STATE_H_
