// A folder that is gone when the test is over.
#ifndef FUPIN_LIBS_TESTING_TEMP_DIR_H_
#define FUPIN_LIBS_TESTING_TEMP_DIR_H_

#include <string>

namespace fupin::testing {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace fupin::testing

#endif  // FUPIN_LIBS_TESTING_TEMP_DIR_H_
