// How far long work is.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_PROGRESS_LINE_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_PROGRESS_LINE_H_

#include <cstddef>
#include <string>
#include <utility>

namespace fupin::fupinctl {

// A line on standard error for every twentieth, so that a log of it stays short.
class ProgressLine {
 public:
  ProgressLine(std::string what, size_t total) : what_(std::move(what)), total_(total) {}

  void Step() { To(done_ + 1); }
  void To(size_t done);

 private:
  const std::string what_;
  const size_t total_;
  size_t done_ = 0;
  size_t shown_ = 0;
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_PROGRESS_LINE_H_
