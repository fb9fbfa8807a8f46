#include "services/fupinctl/views.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace fupin::fupinctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// What one copies (names) stands last, where its length disturbs least.
const std::vector<View>& Table() {
  static const auto& views = *new std::vector<View>{
      {.message = "fupin.identification.v1.HouseholdSummary",
       .row = "head_name_masked member_count score.poverty_class score.index_centipoints"
              " interval=score.low_centipoints~score.high_centipoints score.completeness_permille"
              " open_finding_count division ^name"},
      {.message = "fupin.identification.v1.Household",
       .form = "name division+division_names survey_version score findings members facts answers"
               " provenance"},
      {.message = "fupin.identification.v1.HouseholdMember",
       .row = "name masked_citizen_number relation sex birth_date household_count",
       .detail = "answers"},
      {.message = "fupin.identification.v1.Answer",
       .cell = "question number|yes|choice|text|absent"},
      {.message = "fupin.identification.v1.Fact",
       .row = "dataset member_index business_time ^fields ^record"},
      {.message = "fupin.identification.v1.Score",
       .row = "score_time poverty_class index_centipoints"
              " interval=low_centipoints~high_centipoints class_certain completeness_permille"
              " automatic_count manual_count absent_count catalog+catalog_version version",
       .form = "poverty_class index_centipoints interval=low_centipoints~high_centipoints"
               " class_certain completeness_permille automatic_count manual_count absent_count"
               " catalog+catalog_version score_time version"},
      {.message = "fupin.identification.v1.ScoreExplanation",
       .form = "household label_zh/label_en score contributions"},
      {.message = "fupin.identification.v1.Contribution",
       .row = "points_lost_micro score_centipoints weight_units indicator name_zh/name_en"
              " value+unit_zh|absence automatic evidence",
       .max_rows = 20},
      {.message = "fupin.identification.v1.Finding",
       .row = "rule rule_name_zh severity member_index field_value+unit_zh department_value+unit_zh"
              " state resolution find_time ^advice_zh ^name",
       .form = "name rule rule_name_zh/rule_name_en kind severity member_index field_value+unit_zh"
               " department_value+unit_zh field_sources department_sources state resolution"
               " resolver note find_time resolve_time advice_zh/advice_en"},
      {.message = "fupin.identification.v1.Registration",
       .row = "card_number status_zh head_name_masked person_count main_cause_zh surveyed closed"
              " division ^household",
       .form = "household card_number status_zh/status_en changes division+division_names"
               " head_name_masked person_count main_cause_zh other_causes_zh poverty_class"
               " index_centipoints catalog+catalog_version surveyed closed members parents children"
               " imports"},
      {.message = "fupin.identification.v1.StatusChange",
       .row = "time status_zh/status_en procedure_zh imported ^case ^change ^inherited_from"},
      {.message = "fupin.identification.v1.ImportSource",
       .row = "import_time line ^importer ^file_hash"},
      {.message = "fupin.identification.v1.RegisteredPerson",
       .row = "name masked_citizen_number relation_zh birth_date"},
      {.message = "fupin.identification.v1.FilledForm",
       .form = "household title_zh/title_en form+version gaps sections"},
      {.message = "fupin.identification.v1.FilledItem",
       .row = "code label_zh value_zh unit_zh source_kind required ^source"},
      {.message = "fupin.identification.v1.Totals", .form = "total&parts"},
      {.message = "fupin.identification.v1.DivisionTotal",
       .row = "division name_zh household_count person_count poor_count possibly_poor_count"
              " stable_count not_scorable_count poor_person_count open_finding_count"},
      {.message = "fupin.identification.v1.DivisionFilling",
       .row = "division name_zh household_count values.automatic_count values.manual_count"
              " values.absent_count values.automatic_permille"},
      {.message = "fupin.identification.v1.IndicatorFilling",
       .row = "indicator values.automatic_count values.manual_count values.absent_count"
              " values.automatic_permille name_zh/name_en"},
      {.message = "fupin.identification.v1.DatasetFilling",
       .row = "value_count covered_household_count coverage_permille mean_age participant dataset"
              " name_zh/name_en"},
      {.message = "fupin.identification.v1.Automation",
       .form = "division+name_zh household_count values parts datasets indicators"},
      {.message = "fupin.identification.v1.Overview",
       .form = "catalog+catalog_version label_zh/label_en root_division household_count"
               " person_count pending_count automatic_count manual_count absent_count"
               " parked_event_count rules refused"},
      {.message = "fupin.identification.v1.RuleTotal",
       .row = "rule open_count resolved_count cleared_count kind name_zh/name_en"},
      {.message = "fupin.identification.v1.WhatIfResponse",
       .form = "household_count changed_class_count duration_seconds changes divisions indicators"},
      {.message = "fupin.identification.v1.RescoreJob",
       .form = "name state total_count done_count changed_count start_time end_time error_samples"},
      {.message = "fupin.identification.v1.Form",
       .form = "catalog+version label_zh/label_en questions"},
      {.message = "fupin.catalog.v1.Question",
       .row = "code scope type unit_zh min max text_zh choices hint_zh"},
      {.message = "fupin.catalog.v1.Choice", .cell = "zh"},
      {.message = "fupin.exchange.v1.ListDatasetsResponse", .form = "datasets refused"},
      {.message = "fupin.exchange.v1.Dataset",
       .row = "dataset participant version freshness_hours fields name_zh/name_en"},
      {.message = "fupin.exchange.v1.Participant",
       .row = "id kind name_zh/name_en former_names_zh assumption"},
      {.message = "fupin.exchange.v1.DatasetStatistics",
       .row = "name_zh participant_name_zh accepted_new_count accepted_change_count"
              " unchanged_count rejected_count newest_receive_time dataset"},
      {.message = "fupin.exchange.v1.Rejection",
       .row = "receive_time batch_number index correct_time ^problems ^name"},
      {.message = "fupin.gis.v1.Cell",
       .row = "division name_zh level counts.household_count counts.person_count"
              " counts.poor_household_count counts.possibly_poor_household_count"
              " counts.stable_household_count counts.not_scorable_household_count"
              " counts.poor_person_count counts.incidence_permille"
              " counts.mean_index_centipoints update_time",
       .form = "division name_zh level counts update_time bounds"},
      {.message = "fupin.gis.v1.CellWithParts", .form = "date cell&parts"},
      {.message = "fupin.gis.v1.DayCounts",
       .row = "date counts.household_count counts.person_count counts.poor_household_count"
              " counts.possibly_poor_household_count counts.stable_household_count"
              " counts.not_scorable_household_count counts.poor_person_count"
              " counts.incidence_permille counts.mean_index_centipoints"},
      {.message = "fupin.gis.v1.FindCellsResponse", .form = "within total_count counts cells"},
      {.message = "fupin.gis.v1.Place", .row = "division name_zh level path_zh"},
      {.message = "fupin.gis.v1.Edition",
       .row = "date period_from counts_count band_count withheld_count small_count round_to"
              " band_edge_permille"},
      {.message = "fupin.gis.v1.PublishedCell",
       .row = "division name_zh level shown band counts.household_count counts.person_count"
              " counts.poor_household_count counts.possibly_poor_household_count"
              " counts.stable_household_count counts.poor_person_count counts.incidence_permille"},
      {.message = "fupin.gis.v1.PublishedCellWithParts", .form = "cell&parts edition"},
      {.message = "fupin.type.v1.Problem", .cell = "message_zh reason field"},
  };
  return views;
}

bool IsPair(const Descriptor& type, const FieldDescriptor& field, std::string* other) {
  if (!absl::EndsWith(field.name(), "_zh")) return false;
  *other = absl::StrCat(field.name().substr(0, field.name().size() - 3), "_en");
  return type.FindFieldByName(*other) != nullptr;
}

std::vector<std::string> AllFields(const Descriptor& type, bool blocks) {
  std::vector<std::string> items;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string& name = field.name();
    if (name == "next_page_token" || (IsBlock(field) && !blocks)) continue;
    if (const auto* oneof = field.real_containing_oneof(); oneof != nullptr) {
      if (oneof->field(0) != &field) continue;
      std::vector<std::string> members;
      for (int j = 0; j < oneof->field_count(); ++j) members.push_back(oneof->field(j)->name());
      items.push_back(absl::StrJoin(members, "|"));
      continue;
    }
    std::string other;
    if (IsPair(type, field, &other)) {
      items.push_back(absl::StrCat(name, "/", other));
      continue;
    }
    const bool told = absl::EndsWith(name, "_en") &&
                      type.FindFieldByName(absl::StrCat(name.substr(0, name.size() - 3), "_zh"));
    if (!told) items.push_back(name);
  }
  return items;
}

}  // namespace

const std::vector<View>& Views() { return Table(); }

const View& ViewOf(const Descriptor& type) {
  static const View all{.message = ""};
  for (const View& view : Table()) {
    if (type.full_name() == view.message) return view;
  }
  return all;
}

std::vector<std::string> SplitColumns(const char* list) {
  return absl::StrSplit(list, ' ', absl::SkipEmpty());
}

std::vector<std::string> RowColumns(const Descriptor& type) {
  const View& view = ViewOf(type);
  return view.row != nullptr ? SplitColumns(view.row) : AllFields(type, false);
}

std::vector<std::string> FormItems(const Descriptor& type) {
  const View& view = ViewOf(type);
  return view.form != nullptr ? SplitColumns(view.form) : AllFields(type, true);
}

std::vector<std::string> PathsOf(const std::string& column) {
  const size_t key = column.find_first_of("=^");
  return absl::StrSplit(key == std::string::npos ? column : column.substr(key + 1),
                        absl::ByAnyChar("|+/~&"));
}

const FieldDescriptor* FieldAt(const Descriptor& type, const std::string& path) {
  const Descriptor* at = &type;
  const FieldDescriptor* field = nullptr;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    field = at == nullptr ? nullptr : at->FindFieldByName(std::string(name));
    if (field == nullptr) return nullptr;
    at = field->message_type();
  }
  return field;
}

bool IsTime(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Timestamp";
}

bool IsDuration(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Duration";
}

bool IsBlock(const FieldDescriptor& field) {
  return field.message_type() != nullptr && !IsTime(field) && !IsDuration(field) && !field.is_map();
}

}  // namespace fupin::fupinctl
