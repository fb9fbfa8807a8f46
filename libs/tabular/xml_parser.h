// Streaming XML of office files: expat, without document types and with bounds.
#ifndef FUPIN_LIBS_TABULAR_XML_PARSER_H_
#define FUPIN_LIBS_TABULAR_XML_PARSER_H_

#include <expat.h>

#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/tabular/xlsx_package.h"

namespace fupin::tabular {

// Attributes of one element, valid during the call that gets them.
class Attributes {
 public:
  explicit Attributes(const XML_Char** pairs) : pairs_(pairs) {}
  // By local name; "" if there is none.
  absl::string_view Get(absl::string_view local) const;

 private:
  const XML_Char** const pairs_;
};

// What a part's parser is told. Names are local (without namespace); the root has depth 1.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void Start(int depth, absl::string_view name, const Attributes& attributes) = 0;
  virtual void End(int depth, absl::string_view name) = 0;
  // May come in any number of pieces.
  virtual void Text(absl::string_view text) = 0;

  // Set by a handler to end parsing with an error, or to pause it until the next Step.
  void Fail(absl::Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  void Pause() { paused_ = true; }

 private:
  friend class XmlParser;
  absl::Status status_;
  bool paused_ = false;
};

// Parses one part of `package` to the end, or until it is paused.
class XmlParser {
 public:
  XmlParser(PartStream stream, XmlHandler& handler);

  // Parses on; false when the part has ended, true when the handler has paused.
  // XLSX_DAMAGED (malformed, deeper than 64, a tag longer than 1 MiB), XLSX_DOCTYPE, or what the
  // handler failed with.
  absl::StatusOr<bool> Step();

  const PartStream& stream() const { return stream_; }

 private:
  static void XMLCALL OnStart(void* self, const XML_Char* name, const XML_Char** attributes);
  static void XMLCALL OnEnd(void* self, const XML_Char* name);
  static void XMLCALL OnText(void* self, const XML_Char* text, int length);
  static void XMLCALL OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int);
  void StopIfAsked();

  PartStream stream_;
  XmlHandler& handler_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser_;
  int depth_ = 0;
  bool suspended_ = false;
  bool at_end_ = false;
};

// Parses the whole part.
absl::Status ParsePart(const XlsxPackage& package, absl::string_view name, XmlHandler& handler);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XML_PARSER_H_
