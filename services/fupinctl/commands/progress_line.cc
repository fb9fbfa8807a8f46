#include "services/fupinctl/commands/progress_line.h"

#include <cstdio>

namespace fupin::fupinctl {

void ProgressLine::To(size_t done) {
  done_ = done;
  if (total_ == 0) return;
  const size_t twentieths = done_ * 20 / total_;
  if (twentieths == shown_) return;
  shown_ = twentieths;
  std::fprintf(stderr, "%s %3zu%% (%zu/%zu)\n", what_.c_str(), twentieths * 5, done_, total_);
}

}  // namespace fupin::fupinctl
