// Builds XLSX files for tests, sound or not, part by part. Synthetic (合成数据).
#ifndef FUPIN_LIBS_TABULAR_XLSX_FIXTURE_H_
#define FUPIN_LIBS_TABULAR_XLSX_FIXTURE_H_

#include <zip.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace fupin::tabular {

struct XlsxFixture {
  std::string sheet;                         // whole XML of the sheet "数据"; see Sheet()
  std::vector<std::string> strings;          // shared strings
  std::vector<std::string> formats;          // style n+1 has this format code; style 0 is General
  std::string workbook_properties;           // inside <workbook>, before <sheets>
  std::map<std::string, std::string> parts;  // more parts, or in place of the usual ones

  // A sheet of `rows` and what follows them.
  static std::string Sheet(const std::string& rows, const std::string& after = "") {
    return absl::StrCat(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/"
        "main\"><sheetData>",
        rows, "</sheetData>", after, "</worksheet>");
  }

  // An inline text cell.
  static std::string Text(const std::string& address, const std::string& text) {
    return absl::StrCat("<c r=\"", address, "\" t=\"inlineStr\"><is><t>", text, "</t></is></c>");
  }

  // A number cell.
  static std::string Number(const std::string& address, const std::string& value, int style = 0) {
    return absl::StrCat("<c r=\"", address, "\" s=\"", style, "\"><v>", value, "</v></c>");
  }

  std::string Bytes() const {
    const std::string office =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const std::string packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    std::map<std::string, std::string> all = parts;
    all.try_emplace("[Content_Types].xml", "<Types/>");
    all.try_emplace(
        "_rels/.rels",
        absl::StrCat("<Relationships xmlns=\"", packages, "\"><Relationship Id=\"rId1\" Type=\"",
                     office, "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"));
    all.try_emplace(
        "xl/workbook.xml",
        absl::StrCat("<workbook xmlns=\"", main, "\" xmlns:r=\"", office, "\">",
                     workbook_properties,
                     "<sheets><sheet name=\"说明\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>"
                     "<sheet name=\"数据\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"));
    all.try_emplace(
        "xl/_rels/workbook.xml.rels",
        absl::StrCat(
            "<Relationships xmlns=\"", packages, "\">", "<Relationship Id=\"rId1\" Type=\"", office,
            "/worksheet\" Target=\"worksheets/sheet1.xml\"/>", "<Relationship Id=\"rId2\" Type=\"",
            office, "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>",
            "<Relationship Id=\"rId3\" Type=\"", office, "/styles\" Target=\"styles.xml\"/>",
            "<Relationship Id=\"rId4\" Type=\"", office,
            "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"));
    std::string codes;
    std::string styles = "<xf numFmtId=\"0\"/>";
    for (size_t i = 0; i < formats.size(); ++i) {
      absl::StrAppend(&codes, "<numFmt numFmtId=\"", 164 + i, "\" formatCode=\"", formats[i],
                      "\"/>");
      absl::StrAppend(&styles, "<xf numFmtId=\"", 164 + i, "\"/>");
    }
    all.try_emplace("xl/styles.xml",
                    absl::StrCat("<styleSheet xmlns=\"", main, "\"><numFmts>", codes,
                                 "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
                                 "<cellXfs>",
                                 styles, "</cellXfs></styleSheet>"));
    std::string items;
    for (const std::string& text : strings) absl::StrAppend(&items, "<si><t>", text, "</t></si>");
    all.try_emplace("xl/sharedStrings.xml",
                    absl::StrCat("<sst xmlns=\"", main, "\">", items, "</sst>"));
    all.try_emplace("xl/worksheets/sheet1.xml", sheet);
    all.try_emplace("xl/worksheets/sheet2.xml",
                    Sheet("<row r=\"1\">" + Text("A1", "说明") + "</row>"));
    return Zip(all);
  }

  static std::string Zip(const std::map<std::string, std::string>& files) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* archive = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(archive);
    zip_t* zip = zip_open_from_source(archive, ZIP_TRUNCATE, &error);
    FUPIN_CHECK(zip != nullptr);
    for (const auto& [name, bytes] : files) {
      zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
      const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
      FUPIN_CHECK(index >= 0);
      // Level 1: tests of full sheets should not wait for the compressor.
      FUPIN_CHECK(
          zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1) == 0);
    }
    FUPIN_CHECK(zip_close(zip) == 0);
    FUPIN_CHECK(zip_source_open(archive) == 0);
    zip_stat_t info;
    FUPIN_CHECK(zip_source_stat(archive, &info) == 0);
    std::string result(info.size, '\0');
    FUPIN_CHECK(zip_source_read(archive, result.data(), result.size()) ==
                static_cast<zip_int64_t>(result.size()));
    zip_source_close(archive);
    zip_source_free(archive);
    return result;
  }
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XLSX_FIXTURE_H_
