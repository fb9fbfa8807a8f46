#include "libs/testing/pdf_text.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "libs/status/macros.h"

namespace fupin::testing {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Pdf::Pdf(const std::string& bytes) {
  std::ofstream(dir_ / "sheet.pdf", std::ios::binary) << bytes;
  FUPIN_CHECK(std::system(("pdfinfo " + (dir_ / "sheet.pdf") + " > " + (dir_ / "info")).c_str()) ==
              0);
  const std::string info = ReadAll(dir_ / "info");
  const size_t at = info.find("Pages:");
  FUPIN_CHECK(at != std::string::npos);
  page_count_ = std::atoi(info.c_str() + at + 6);
}

std::string Pdf::Run(const std::string& command) const {
  const std::string out = dir_ / "out";
  FUPIN_CHECK(std::system((command + " " + (dir_ / "sheet.pdf") + " " + out).c_str()) == 0);
  return ReadAll(out);
}

std::string Pdf::text(int page) const {
  const std::string number = std::to_string(page);
  return Run("pdftotext -enc UTF-8 -layout -f " + number + " -l " + number);
}

std::string Pdf::fonts() const {
  const std::string out = dir_ / "fonts";
  FUPIN_CHECK(std::system(("pdffonts " + (dir_ / "sheet.pdf") + " > " + out).c_str()) == 0);
  return ReadAll(out);
}

void Pdf::ToPng(const std::string& path) const {
  FUPIN_CHECK(std::system(("pdftoppm -png -r 80 " + (dir_ / "sheet.pdf") + " " + path).c_str()) ==
              0);
}

}  // namespace fupin::testing
