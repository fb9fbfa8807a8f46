#include "services/exchange/server/exchange_service.h"

#include <algorithm>
#include <set>
#include <string>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/escaping.h"
#include "absl/time/civil_time.h"
#include "absl/types/variant.h"
#include "libs/fixed/fixed.h"
#include "libs/mask/mask.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/exchange/domain/reasons.h"
#include "services/exchange/server/convert.h"
#include "services/exchange/server/names.h"

namespace fupin::exchange {

using google::protobuf::util::TimeUtil;

namespace {

constexpr int kDefaultPage = 100;
constexpr int kMaxPage = 500;

std::string ToText(const contract::Value& value) {
  if (const auto* number = std::get_if<fixed::Micro>(&value)) return fixed::ToText(*number);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

// To be recognised, not to be known.
std::string Shown(const contract::Field& field, std::string text) {
  switch (field.options.format()) {
    case contract::v1::FORMAT_CITIZEN_NUMBER:
      return mask::CitizenNumber(text);
    case contract::v1::FORMAT_PHONE:
    case contract::v1::FORMAT_BANK_CARD:
      return mask::LastFour(text);
    default:
      return text;
  }
}

// An operator sees that a record came and what became of it, not whose it is.
bool SeesWhole(const rpc::Caller& caller) {
  return caller.principal.role != type::v1::ROLE_OPERATOR;
}

}  // namespace

ExchangeServer::ExchangeServer(rpc::Edge& edge, Contracts& contracts, const Preparer& preparer,
                               Committer& committer, RecordStore& store, const Clock& clock,
                               PushLimits limits)
    : edge_(edge),
      contracts_(contracts),
      preparer_(preparer),
      committer_(committer),
      store_(store),
      clock_(clock),
      limits_(limits) {}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ExchangeServer::Push(
    grpc::CallbackServerContext* context) {
  return new PushStream(context, edge_, contracts_, preparer_, committer_, streams_, limits_);
}

absl::StatusOr<std::shared_ptr<const contract::Contract>> ExchangeServer::Owned(
    const rpc::Caller& caller, const std::string& dataset) {
  auto contract = contracts_.Find(dataset);
  if (contract == nullptr) return Refuse("DATASET_UNKNOWN", "dataset");
  if (caller.principal.role == type::v1::ROLE_DEPARTMENT &&
      caller.principal.id != contract->options.participant()) {
    return Refuse("DATASET_NOT_YOURS", "dataset", dataset);
  }
  return contract;
}

grpc::Status ExchangeServer::ListDatasets(grpc::ServerContext* context,
                                          const v1::ListDatasetsRequest* request,
                                          v1::ListDatasetsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) {
    const auto contracts = contracts_.current();
    std::set<std::string> lists;
    for (const std::string& dataset : contracts->datasets()) {
      const contract::Contract& contract = *contracts->Find(dataset);
      v1::Dataset* out = response->add_datasets();
      out->set_dataset(dataset);
      out->set_name_zh(contract.options.name_zh());
      out->set_name_en(contract.options.name_en());
      out->set_participant(contract.options.participant());
      out->set_version(contract.options.version());
      out->set_freshness_hours(contract.options.freshness_hours());
      for (const contract::Field& field : contract.fields) {
        v1::DatasetField* described = out->add_fields();
        described->set_name(field.name);
        described->set_type(contract::TypeName(field.type));
        described->set_label_zh(field.options.label_zh());
        described->set_label_en(field.options.label_en());
        described->set_required(field.options.required());
        described->set_unit(field.options.unit());
        described->set_code_list(field.options.code_list());
        lists.insert(field.options.code_list());
      }
    }
    for (const std::string& id : lists) {
      const contract::v1::CodeList* list = contracts->FindCodeList(id);
      if (list == nullptr) continue;
      v1::CodeList* out = response->add_code_lists();
      out->set_id(id);
      out->set_name_zh(list->name_zh());
      out->set_name_en(list->name_en());
      for (const contract::v1::Code& code : list->codes()) {
        v1::Code* described = out->add_codes();
        described->set_code(code.code());
        described->set_meaning_zh(code.zh());
        described->set_meaning_en(code.en());
      }
    }
    rpc::AddProblems(contracts_.refused(), response->mutable_refused());
    return absl::OkStatus();
  });
}

grpc::Status ExchangeServer::ListParticipants(grpc::ServerContext* context,
                                              const v1::ListParticipantsRequest* request,
                                              v1::ListParticipantsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) {
    const auto contracts = contracts_.current();
    const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), Shanghai());
    for (const contract::v1::Participant& participant : contracts->participants()) {
      v1::Participant* out = response->add_participants();
      out->set_id(participant.id());
      std::string kind = contract::v1::ParticipantKind_Name(participant.kind());
      out->set_kind(kind.substr(kind.find("KIND_") + 5));
      out->set_assumption(participant.assumption());
      const std::string day = absl::FormatCivilTime(today);
      for (const auto& name : participant.names()) {
        if (name.valid_from() > day) continue;
        if (!out->name_zh().empty()) out->add_former_names_zh(out->name_zh());
        out->set_name_zh(name.zh());
        out->set_name_en(name.en());
      }
    }
    return absl::OkStatus();
  });
}

grpc::Status ExchangeServer::ListRejections(grpc::ServerContext* context,
                                            const v1::ListRejectionsRequest* request,
                                            v1::ListRejectionsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(Owned(caller, request->dataset()).status());
    std::string after;
    if (!request->page_token().empty() &&
        (!absl::WebSafeBase64Unescape(request->page_token(), &after) || after.empty())) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    const int size =
        request->page_size() <= 0 ? kDefaultPage : std::min(request->page_size(), kMaxPage);
    const bool whole = SeesWhole(caller);
    ASSIGN_OR_RETURN(const auto page, store_.Rejections(request->dataset(), after, size));
    for (const auto& [key, rejection] : page.rows) {
      if (rejection.stored.correct_time_ms() > 0 && !request->include_corrected()) continue;
      v1::Rejection* out = response->add_rejections();
      *out = ToProto(request->dataset(), key, rejection);
      if (!whole) out->clear_payload();
    }
    if (!page.next.empty()) {
      response->set_next_page_token(absl::WebSafeBase64Escape(page.next));
    }
    return absl::OkStatus();
  });
}

grpc::Status ExchangeServer::GetRecord(grpc::ServerContext* context,
                                       const v1::GetRecordRequest* request, v1::Record* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const ParsedName name, ParseName(request->name(), "records"));
    ASSIGN_OR_RETURN(const auto contract, Owned(caller, name.dataset));
    ASSIGN_OR_RETURN(const auto stored,
                     store_.Get(name.dataset, name.id, request->source_version()));
    *response = ToProto(name.dataset, name.id, stored);
    if (!SeesWhole(caller)) response->clear_payload();
    const auto row =
        contract::Decode(*contract, stored.content.payload(), contract::Charset::kUtf8);
    if (row.ok()) {
      for (size_t i = 0; i < contract->fields.size(); ++i) {
        if (std::holds_alternative<std::monostate>((*row)[i])) continue;
        (*response->mutable_fields())[contract->fields[i].name] =
            Shown(contract->fields[i], ToText((*row)[i]));
      }
    }
    return absl::OkStatus();
  });
}

grpc::Status ExchangeServer::GetStatistics(grpc::ServerContext* context,
                                           const v1::GetStatisticsRequest* request,
                                           v1::Statistics* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    const auto contracts = contracts_.current();
    const std::string day = absl::FormatCivilTime(absl::ToCivilDay(clock_.Now(), Shanghai()));
    for (const std::string& dataset : contracts->datasets()) {
      const contract::Contract& contract = *contracts->Find(dataset);
      ASSIGN_OR_RETURN(const auto stored, store_.Statistics(dataset));
      v1::DatasetStatistics* out = response->add_datasets();
      out->set_dataset(dataset);
      out->set_name_zh(contract.options.name_zh());
      out->set_name_en(contract.options.name_en());
      out->set_participant(contract.options.participant());
      if (const auto* participant = contracts->FindParticipant(contract.options.participant())) {
        for (const auto& name : participant->names()) {
          if (name.valid_from() > day) continue;
          out->set_participant_name_zh(name.zh());
          out->set_participant_name_en(name.en());
        }
      }
      out->set_accepted_new_count(stored.accepted_new());
      out->set_accepted_change_count(stored.accepted_change());
      out->set_unchanged_count(stored.unchanged());
      out->set_rejected_count(stored.rejected());
      out->set_automatic_count(stored.automatic());
      out->set_manual_count(stored.manual());
      if (stored.newest_receive_time_ms() > 0) {
        *out->mutable_newest_business_time() =
            TimeUtil::MillisecondsToTimestamp(stored.newest_business_time_ms());
        *out->mutable_newest_receive_time() =
            TimeUtil::MillisecondsToTimestamp(stored.newest_receive_time_ms());
      }
    }
    return absl::OkStatus();
  });
}

}  // namespace fupin::exchange
