// What is in a PDF, by poppler (pdftotext, pdffonts, pdfinfo, pdftoppm), which we did not write.
#ifndef FUPIN_LIBS_TESTING_PDF_TEXT_H_
#define FUPIN_LIBS_TESTING_PDF_TEXT_H_

#include <string>

#include "libs/testing/temp_dir.h"

namespace fupin::testing {

class Pdf {
 public:
  // Ends the process when `bytes` are no PDF poppler can read.
  explicit Pdf(const std::string& bytes);

  int page_count() const { return page_count_; }
  // As a reader would copy it, pages one after another, or one page (from 1).
  std::string text() const { return Run("pdftotext -enc UTF-8 -layout"); }
  std::string text(int page) const;
  // The table of pdffonts: type, encoding, embedded, subset, Unicode map.
  std::string fonts() const;
  // Names of the files written: `path`-1.png and so on.
  void ToPng(const std::string& path) const;

 private:
  std::string Run(const std::string& command) const;

  TempDir dir_;
  int page_count_ = 0;
};

}  // namespace fupin::testing

#endif  // FUPIN_LIBS_TESTING_PDF_TEXT_H_
