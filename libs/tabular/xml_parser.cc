#include "libs/tabular/xml_parser.h"

#include <new>
#include <utility>

#include "libs/status/macros.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kPiece = 64 << 10;
// Expat keeps an unfinished tag in memory, and reads it again with every piece.
constexpr XML_Index kMaxTag = 1 << 20;
constexpr char kSeparator = '|';

absl::string_view LocalName(const XML_Char* name) {
  const absl::string_view whole(name);
  const size_t at = whole.rfind(kSeparator);
  return at == absl::string_view::npos ? whole : whole.substr(at + 1);
}

}  // namespace

absl::string_view Attributes::Get(absl::string_view local) const {
  for (const XML_Char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (LocalName(pair[0]) == local) return pair[1];
  }
  return "";
}

XmlParser::XmlParser(PartStream stream, XmlHandler& handler)
    : stream_(std::move(stream)),
      handler_(handler),
      parser_(XML_ParserCreateNS(nullptr, kSeparator), XML_ParserFree) {
  FUPIN_CHECK(parser_ != nullptr);
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser_.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser_.get(), OnDoctype);
}

void XmlParser::StopIfAsked() {
  if (!handler_.status_.ok()) {
    XML_StopParser(parser_.get(), XML_FALSE);
  } else if (handler_.paused_) {
    handler_.paused_ = false;
    XML_StopParser(parser_.get(), XML_TRUE);
  }
}

void XMLCALL XmlParser::OnStart(void* self, const XML_Char* name, const XML_Char** attributes) {
  auto* parser = static_cast<XmlParser*>(self);
  if (!parser->handler_.status_.ok()) return;
  if (++parser->depth_ > kMaxDepth) {
    parser->handler_.Fail(DamagedStatus(parser->stream_.name()));
  } else {
    parser->handler_.Start(parser->depth_, LocalName(name), Attributes(attributes));
  }
  parser->StopIfAsked();
}

void XMLCALL XmlParser::OnEnd(void* self, const XML_Char* name) {
  auto* parser = static_cast<XmlParser*>(self);
  if (!parser->handler_.status_.ok()) return;
  parser->handler_.End(parser->depth_--, LocalName(name));
  parser->StopIfAsked();
}

void XMLCALL XmlParser::OnText(void* self, const XML_Char* text, int length) {
  auto* parser = static_cast<XmlParser*>(self);
  if (!parser->handler_.status_.ok()) return;
  parser->handler_.Text(absl::string_view(text, static_cast<size_t>(length)));
  parser->StopIfAsked();
}

void XMLCALL XmlParser::OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                  int) {
  auto* parser = static_cast<XmlParser*>(self);
  parser->handler_.Fail(FileStatus(
      "XLSX_DOCTYPE",
      "文件内含 DOCTYPE 声明，出于安全不予读取；请用 Excel 或 WPS 另存为 .xlsx 后重新上传",
      "the file declares a document type, which is refused for safety; save it as .xlsx in a "
      "spreadsheet program and send it again"));
  parser->StopIfAsked();
}

absl::StatusOr<bool> XmlParser::Step() {
  for (;;) {
    XML_Status result = XML_STATUS_OK;
    if (suspended_) {
      suspended_ = false;
      result = XML_ResumeParser(parser_.get());
    } else {
      if (at_end_) return false;
      void* buffer = XML_GetBuffer(parser_.get(), kPiece);
      if (buffer == nullptr) return DamagedStatus(stream_.name());
      ASSIGN_OR_RETURN(const size_t got, stream_.Read(buffer, kPiece));
      at_end_ = got == 0;
      result = XML_ParseBuffer(parser_.get(), static_cast<int>(got), at_end_);
    }
    RETURN_IF_ERROR(handler_.status_);
    if (result == XML_STATUS_ERROR) return DamagedStatus(stream_.name());
    if (result == XML_STATUS_SUSPENDED) {
      suspended_ = true;
      return true;
    }
    if (!at_end_ &&
        stream_.bytes_read() - static_cast<int64_t>(XML_GetCurrentByteIndex(parser_.get())) >
            kMaxTag) {
      return DamagedStatus(stream_.name());
    }
  }
}

absl::Status ParsePart(const XlsxPackage& package, absl::string_view name, XmlHandler& handler) {
  ASSIGN_OR_RETURN(PartStream stream, package.OpenPart(name));
  XmlParser parser(std::move(stream), handler);
  for (;;) {
    ASSIGN_OR_RETURN(const bool paused, parser.Step());
    if (!paused) return absl::OkStatus();
  }
}

}  // namespace fupin::tabular
