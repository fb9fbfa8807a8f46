#include "services/fupinctl/commands/print_answer.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include <google/protobuf/util/json_util.h>
#include <grpcpp/client_context.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/contract/contract_set.h"
#include "services/fupinctl/answer_text.h"
#include "services/fupinctl/client.h"

ABSL_DECLARE_FLAG(std::string, contracts);
ABSL_FLAG(bool, json, false, "print answers as JSON, whole, instead of text for people");

namespace fupin::fupinctl {
namespace {

using google::protobuf::Descriptor;

// Names of all fields inside a type.
void CollectFields(const Descriptor& type, std::set<const Descriptor*>* seen,
                   std::set<std::string>* fields) {
  if (!seen->insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    fields->insert(type.field(i)->name());
    if (type.field(i)->message_type() != nullptr) {
      CollectFields(*type.field(i)->message_type(), seen, fields);
    }
  }
}

// Reads only what the answer needs to be explained.
Glossary GlossaryFor(const Descriptor& answer) {
  Glossary glossary;
  std::set<const Descriptor*> seen;
  std::set<std::string> fields;
  CollectFields(answer, &seen, &fields);
  if (seen.count(identification::v1::Answer::descriptor()) > 0) {
    const auto channel = IdentificationChannel(DefaultCertificate());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    identification::v1::Form form;
    if (identification::v1::IdentificationService::NewStub(channel)
            ->GetForm(&context, identification::v1::GetFormRequest(), &form)
            .ok()) {
      glossary.Add(form);
    } else {
      std::fprintf(stderr, "读不到调查表,题号原样显示 / no form, questions are shown as codes\n");
    }
  }
  // A map `fields` holds values of a contract; sex and relation are codes of its lists.
  if (seen.count(identification::v1::HouseholdMember::descriptor()) > 0 ||
      (fields.count("value") > 0 && fields.count("key") > 0)) {
    const std::string folder = absl::GetFlag(FLAGS_contracts);
    if (const auto contracts = contract::ContractSet::Load(folder); contracts.ok()) {
      glossary.Add(**contracts);
    } else {
      std::fprintf(stderr, "读不到约定,代码原样显示 / no contracts in %s, codes stay codes\n",
                   folder.c_str());
    }
  }
  return glossary;
}

std::string ForShell(const std::string& word) {
  for (const char c : word) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || std::strchr("_@%+=:,./-", c))
      continue;
    return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
  }
  return word;
}

std::string CommandWithoutPage(const std::vector<std::string>& typed) {
  std::vector<std::string> words;
  for (const std::string& word : typed) {
    if (!absl::StartsWith(word, "page_token=")) words.push_back(ForShell(word));
  }
  return absl::StrJoin(words, " ");
}

}  // namespace

int TerminalColumns() {
  int columns = 0;
  const char* said = std::getenv("COLUMNS");
  if (said != nullptr && absl::SimpleAtoi(said, &columns) && columns > 0) return columns;
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int PrintAnswer(const google::protobuf::Message& answer, const std::vector<std::string>& typed) {
  std::string text;
  if (absl::GetFlag(FLAGS_json)) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    options.always_print_primitive_fields = true;
    if (!google::protobuf::util::MessageToJsonString(answer, &text, options).ok()) return kRefused;
    text += '\n';
  } else {
    text = AnswerText(answer, GlossaryFor(*answer.GetDescriptor()),
                      {TerminalColumns(), CommandWithoutPage(typed)});
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kOk;
}

}  // namespace fupin::fupinctl
