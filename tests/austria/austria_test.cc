// A second place by configuration only: divisions, contracts, catalog, rules and survey layout of
// tests/data/austria, imported with fupinctl into real processes. The sample is synthetic and
// published (see its README); its reference values are reproduced to the digits given there.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/client_context.h>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::austria {
namespace {

using identification::v1::ConfusionRow;
using identification::v1::Distribution;
using identification::v1::IdentificationService;

constexpr char kData[] = FUPIN_SOURCE_DIR "/tests/data/austria/";
constexpr char kBin[] = FUPIN_BINARY_DIR "/bin/";

// Everything that makes this place another one.
class Place {
 public:
  Place() {
    const std::string make =
        absl::StrCat(FUPIN_SOURCE_DIR "/scripts/certs ", certs(),
                     " service/exchange service/identification dept/bmf dept/dvsv operator/admin"
                     " enumerator/tablet-1 >/dev/null 2>&1");
    FUPIN_CHECK(std::system(make.c_str()) == 0);
    FUPIN_CHECK(config::WriteFile(certs() + "/deny.txt", "").ok());
    FUPIN_CHECK(config::WriteFile(certs() + "/blind.key", std::string(64, 'a')).ok());
    FUPIN_CHECK(
        config::WriteFile(certs() + "/seal.key", "1 INTL " + std::string(64, 'b') + "\n").ok());
    for (const char* key : {"/blind.key", "/seal.key"}) {
      std::filesystem::permissions(
          certs() + key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    const std::string common =
        absl::StrCat("contract_dir: \"" FUPIN_BINARY_DIR "/contracts/austria\" division_files: \"",
                     kData, "divisions.tsv\" blind_key_file: \"", certs(),
                     "/blind.key\" seal_key_file: \"", certs(), "/seal.key\"\n");
    exchange_ = std::make_unique<testing::ServiceProcess>(absl::StrCat(kBin, "fupin-exchange"),
                                                          absl::StrCat(Frame("exchange"), common),
                                                          dir_ / "exchange");
    Start(exchange_.get());
    identification_ = std::make_unique<testing::ServiceProcess>(
        absl::StrCat(kBin, "fupin-identification"),
        absl::StrCat(Frame("identification"), common, "exchange_address: \"", exchange_->address(),
                     "\" catalog_file: \"", kData, "catalog.textproto\" cross_check_file: \"",
                     kData, "cross_check.textproto\" partition_level: \"state\"\n"),
        dir_ / "identification");
    Start(identification_.get());
    reader_ = IdentificationService::NewStub(
        rpc::MakeChannel(identification_->address(),
                         rpc::TlsFiles{certs() + "/ca.crt", certs() + "/operator-admin.crt",
                                       certs() + "/operator-admin.key"}));
  }

  // Exit code of fupinctl; its outputs are kept.
  int Fupinctl(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {
        absl::StrCat(kBin, "fupinctl"), absl::StrCat("--certs=", certs()),
        absl::StrCat("--exchange=", exchange_->address()),
        absl::StrCat("--identification=", identification_->address()),
        "--contracts=" FUPIN_BINARY_DIR "/contracts/austria"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const std::string out = dir_ / "out.txt";
    const std::string errors = dir_ / "errors.txt";
    std::filesystem::remove(out);
    std::filesystem::remove(errors);
    testing::ChildProcess process(command, errors, out);
    const int code = process.Wait(absl::Minutes(4));
    out_ = config::ReadFile(out).value_or("");
    errors_ = config::ReadFile(errors).value_or("");
    return code;
  }

  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (IdentificationService::Stub::*method)(grpc::ClientContext*,
                                                                        const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return rpc::FromGrpc((reader_.get()->*method)(&context, request, response));
  }

  identification::v1::Overview Overview() {
    identification::v1::Overview overview;
    FUPIN_CHECK(Call(&IdentificationService::Stub::GetOverview,
                     identification::v1::GetOverviewRequest(), &overview)
                    .ok());
    return overview;
  }

  Distribution GetDistribution(const std::string& value, const std::string& weight) {
    identification::v1::GetDistributionRequest request;
    request.set_value(value);
    request.set_weight(weight);
    Distribution distribution;
    FUPIN_CHECK(Call(&IdentificationService::Stub::GetDistribution, request, &distribution).ok());
    return distribution;
  }

  std::string certs() const { return dir_ / "certs"; }
  std::string file(const std::string& name) const { return dir_ / name; }
  const std::string& out() const { return out_; }
  const std::string& errors() const { return errors_; }
  testing::ServiceProcess& exchange() { return *exchange_; }
  testing::ServiceProcess& identification() { return *identification_; }

 private:
  std::string Frame(const std::string& service) const {
    return absl::StrCat(
        "frame { listen_address: \"localhost:0\" metrics_address: \"127.0.0.1:0\""
        " health_address: \"127.0.0.1:0\" tls { ca_file: \"",
        certs(), "/ca.crt\" certificate_file: \"", certs(), "/service-", service,
        ".crt\" key_file: \"", certs(), "/service-", service, ".key\" deny_file: \"", certs(),
        "/deny.txt\" } }\n");
  }

  static void Start(testing::ServiceProcess* process) {
    const bool up = process->Start();
    if (!up) std::fprintf(stderr, "%s\n", process->log().c_str());
    FUPIN_CHECK(up);
  }

  testing::TempDir dir_;
  std::unique_ptr<testing::ServiceProcess> exchange_;
  std::unique_ptr<testing::ServiceProcess> identification_;
  std::unique_ptr<IdentificationService::Stub> reader_;
  std::string out_;
  std::string errors_;
};

template <typename Condition>
bool Eventually(const Condition& done) {
  const absl::Time end = absl::Now() + absl::Minutes(3);
  while (absl::Now() < end) {
    if (done()) return true;
    absl::SleepFor(absl::Milliseconds(100));
  }
  return false;
}

void CheckReferenceValues(const Distribution& d) {
  CHECK(absl::StrFormat("%.2f", d.line()) == "10859.24");
  CHECK(absl::StrFormat("%.3f", 100 * d.at_risk_rate()) == "14.444");
  CHECK(absl::StrFormat("%.2f", 100 * d.gini()) == "26.49");
  CHECK(absl::StrFormat("%.3f", d.s80_s20()) == "3.970");
  CHECK(absl::StrFormat("%.2f", 100 * d.relative_median_gap()) == "18.93");
}

double AtRiskShare(const ConfusionRow& row) {
  const double all = row.at_risk_weight() + row.not_at_risk_weight();
  return all > 0 ? row.at_risk_weight() / all : 0;
}

void Print(const Distribution& d) {
  std::printf("贫困线 line %.2f  风险率 at risk %.3f%%  Gini %.2f  S80/S20 %.3f  gap %.2f%%\n",
              d.line(), 100 * d.at_risk_rate(), 100 * d.gini(), d.s80_s20(),
              100 * d.relative_median_gap());
  std::printf("%-28s%12s%12s%16s%16s%10s\n", "class (示例指标包 example)", "at risk", "not",
              "persons at risk", "persons not", "share");
  for (const ConfusionRow& row : d.confusion()) {
    std::printf("%-28s%12lld%12lld%16.0f%16.0f%9.1f%%\n",
                identification::v1::PovertyClass_Name(row.poverty_class()).c_str(),
                static_cast<long long>(row.at_risk_household_count()),
                static_cast<long long>(row.not_at_risk_household_count()), row.at_risk_weight(),
                row.not_at_risk_weight(), 100 * AtRiskShare(row));
  }
}

TEST_CASE("EX-5 ID-5 ID-6 another place by files only gives the published values", "[walk]") {
  Place place;
  const std::string table = absl::StrCat(kData, "eusilc.csv");
  const std::string layout = absl::StrCat("--layout=", kData, "survey_layout.textproto");

  REQUIRE(place.Fupinctl({"push", "bmf.earnings", table, "--as=dept-bmf"}) == 0);
  CHECK(absl::StrContains(place.out(), "14827"));
  REQUIRE(place.Fupinctl({"push", "dvsv.benefits", table, "--as=dept-dvsv"}) == 0);

  // A dry run reads everything and stores nothing.
  REQUIRE(place.Fupinctl(
              {"survey", "import", table, layout, "--as=enumerator-tablet-1", "--dry_run"}) == 0);
  CHECK(absl::StrContains(place.out(), "ready"));
  CHECK(place.Overview().household_count() == 0);

  const int imported =
      place.Fupinctl({"survey", "import", table, layout, "--as=enumerator-tablet-1"});
  INFO(place.errors() << place.out());
  REQUIRE(imported == 0);
  CHECK(absl::StrContains(place.out(), "6000"));
  CHECK(absl::StrContains(place.errors(), "100% (6000/6000)"));

  // Two datasets have come to all persons, and nobody waits. The equivalised size rule and the
  // income rule then agree with what the institute computed for every household.
  REQUIRE(Eventually([&] {
    const auto overview = place.Overview();
    if (overview.household_count() != 6000 || overview.pending_count() != 0) return false;
    for (const auto& rule : overview.rules()) {
      if (rule.rule() != "X004" && rule.open_count() > 0) return false;
    }
    const Distribution d = place.GetDistribution("eq_income", "person_weight");
    return d.household_count() == 6000 && absl::StrFormat("%.2f", d.line()) == "10859.24";
  }));
  const auto overview = place.Overview();
  CHECK(overview.person_count() == 14827);
  CHECK(overview.root_division() == "AT");
  CHECK(overview.catalog() == "austria-example");
  CHECK(overview.refused().empty());

  const Distribution computed = place.GetDistribution("eq_income", "person_weight");
  Print(computed);
  CheckReferenceValues(computed);
  CheckReferenceValues(place.GetDistribution("eq_income_given", "person_weight"));

  // The table of class against at-risk-of-poverty: complete, and the classes lean the right way.
  int64_t at_risk = 0;
  int64_t all = 0;
  double at_risk_weight = 0;
  ConfusionRow rows[5];
  for (const ConfusionRow& row : computed.confusion()) {
    rows[row.poverty_class()] = row;
    at_risk += row.at_risk_household_count();
    all += row.at_risk_household_count() + row.not_at_risk_household_count();
    at_risk_weight += row.at_risk_weight();
  }
  CHECK(all == 6000);
  CHECK(at_risk == 945);  // households below the line, counted in the table itself
  CHECK(at_risk_weight / computed.weight_sum() == Approx(computed.at_risk_rate()));
  const auto& poor = rows[identification::v1::POVERTY_CLASS_POOR];
  const auto& possibly = rows[identification::v1::POVERTY_CLASS_POSSIBLY_POOR];
  const auto& stable = rows[identification::v1::POVERTY_CLASS_STABLE];
  CHECK(rows[identification::v1::POVERTY_CLASS_NOT_SCORABLE].not_at_risk_household_count() == 0);
  CHECK(AtRiskShare(poor) > AtRiskShare(possibly));
  CHECK(AtRiskShare(possibly) > AtRiskShare(stable));
  CHECK(poor.at_risk_household_count() > at_risk / 2);
  CHECK(stable.at_risk_household_count() == 0);

  // Every state has its households; together they are all.
  identification::v1::GetTotalsRequest totals_request;
  totals_request.set_division("AT");
  identification::v1::Totals totals;
  REQUIRE(place.Call(&IdentificationService::Stub::GetTotals, totals_request, &totals).ok());
  CHECK(totals.parts_size() == 9);
  int64_t households = 0;
  for (const auto& part : totals.parts()) {
    CHECK(part.household_count() > 0);
    households += part.household_count();
  }
  CHECK(households == 6000);

  // Why: from the score back to the pushed records (EX-6). And no name or number was needed.
  identification::v1::ListHouseholdsRequest list;
  list.set_division("AT-7");
  list.set_page_size(1);
  identification::v1::ListHouseholdsResponse some;
  REQUIRE(place.Call(&IdentificationService::Stub::ListHouseholds, list, &some).ok());
  REQUIRE(some.households_size() == 1);
  identification::v1::ExplainScoreRequest why;
  why.set_name(some.households(0).name());
  identification::v1::ScoreExplanation explanation;
  REQUIRE(place.Call(&IdentificationService::Stub::ExplainScore, why, &explanation).ok());
  bool record_behind = false;
  for (const auto& contribution : explanation.contributions()) {
    if (contribution.indicator() != "A01") continue;
    for (const std::string& evidence : contribution.evidence()) {
      record_behind |= absl::StrContains(evidence, "bmf.earnings");
    }
  }
  CHECK(record_behind);

  // The same import again changes nothing: not one new version of a survey.
  identification::v1::GetHouseholdRequest get;
  get.set_name(some.households(0).name());
  identification::v1::Household before;
  REQUIRE(place.Call(&IdentificationService::Stub::GetHousehold, get, &before).ok());
  CHECK(before.survey_version() == 1);
  CHECK(place.Fupinctl({"survey", "import", table, layout, "--as=enumerator-tablet-1"}) == 0);
  identification::v1::Household after;
  REQUIRE(place.Call(&IdentificationService::Stub::GetHousehold, get, &after).ok());
  CHECK(google::protobuf::util::MessageDifferencer::Equals(before, after));
  CHECK(place.Overview().household_count() == 6000);

  CHECK(place.identification().Stop() == 0);
  CHECK(place.exchange().Stop() == 0);
}

// Another shape: one row per household, members side by side, decimal comma, other words.
constexpr char kWideLayout[] = R"pb(
  id: "wide-example"
  source_version: 7
  label_zh: "合成宽表"
  label_en: "synthetic wide table"
  rows: ROWS_PER_HOUSEHOLD
  decimal_comma: true
  absences { cell: "k.A." absence: ABSENCE_REFUSED }
  household_key { column: "Haushalt" }
  division {
    column: "Land"
    codes { cell: "Wien" cell: "W" code: "AT-9" }
    codes { cell: "Tirol" code: "AT-7" }
  }
  collector { column: "Interviewer" }
  enterer { constant: "desk" }
  collect_date { column: "Datum" }
  answers { question: "EQ_INCOME" column: "Monatseinkommen" multiply_by: 12 round_to: 2 }
  members {
    slots: 2
    present_column: "Alter_{n}"
    person_key { column: "Person_{n}" }
    name { constant: "(无姓名 no name)" }
    first_is_head: true
    relation { constant: "97" }
    answers { question: "AGE" column: "Alter_{n}" }
    answers {
      question: "STATUS"
      column: "Status_{n}"
      codes { cell: "Vollzeit" code: "full_time" }
      codes { cell: "Pension" code: "retired" }
    }
  }
)pb";
constexpr char kWideHeader[] =
    "Haushalt;Land;Interviewer;Datum;Monatseinkommen;Person_1;Alter_1;Status_1;Person_2;Alter_2;"
    "Status_2\n";

TEST_CASE("EX-5 I13 another survey by a layout: rows that are wrong are named, others stored",
          "[walk]") {
  Place place;
  const std::string table = place.file("wide.csv");
  const std::string layout = "--layout=" + place.file("wide.textproto");
  const std::string messages = place.file("messages.csv");
  REQUIRE(config::WriteFile(place.file("wide.textproto"), kWideLayout).ok());
  const auto import = [&](const std::string& rows, const std::vector<std::string>& more = {}) {
    FUPIN_CHECK(config::WriteFile(table, kWideHeader + rows).ok());
    std::vector<std::string> arguments = {"survey", "import", table, layout,
                                          "--messages=" + messages};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return place.Fupinctl(arguments);
  };
  const std::string good = "A1;Wien;i7;2026/3/5;1.234,50;P1;40;Vollzeit;P2;70;Pension\n";
  const int code = import(good +
                          "A2;Linz;i7;2026-03-05;900;P3;40;Vollzeit;;;\n"        // unknown state
                          "A3;W;i7;2026-03-05;12x;P4;40;Vollzeit;;;\n"           // no number
                          "A4;Tirol;i7;2026-03-05;k.A.;P5;40;Vollzeit;;;\n"      // refused: good
                          "A5;Tirol;i7;2026-03-05;900;P6;40;Vollzeit;P7;300;\n"  // service refuses
                          "A6;Tirol;i7;2026-03-05;900;P8;40;Urlaub;;;\n"         // unknown code
                          "A1;Wien;i7;2026-03-05;900;P9;40;Vollzeit;;;\n"        // A1 again
                          ";Wien;i7;2026-03-05;900;P9;40;Vollzeit;;;\n");        // no key
  CHECK(code == 1);
  const std::string notes = config::ReadFile(messages).value_or("");
  INFO(notes << place.errors() << place.out());
  for (const char* line :
       {"3,退回 rejected,Land,SURVEY_CELL_CODE",
        "4,退回 rejected,Monatseinkommen,SURVEY_CELL_NUMBER",
        "6,退回 rejected,Alter_2,ANSWER_RANGE", "7,退回 rejected,Status_1,SURVEY_CELL_CODE",
        "8,退回 rejected,Haushalt,SURVEY_ROW_REPEATED",
        "9,退回 rejected,Haushalt,SURVEY_CELL_EMPTY"}) {
    CAPTURE(line);
    CHECK(absl::StrContains(notes, line));
  }
  // Values of persons are not repeated in the messages.
  CHECK_FALSE(absl::StrContains(notes, "Urlaub"));
  CHECK_FALSE(absl::StrContains(notes, "300"));

  // A1 stood twice, so only A4 is stored. Without its second row A1 is taken; A4 is there already.
  CHECK(Eventually([&] { return place.Overview().household_count() == 1; }));
  const std::string a4 = "A4;Tirol;i7;2026-03-05;k.A.;P5;40;Vollzeit;;;\n";
  CHECK(import(good + a4) == 0);
  CHECK(Eventually([&] { return place.Overview().household_count() == 2; }));

  identification::v1::ListHouseholdsRequest list;
  list.set_division("AT-9");
  identification::v1::ListHouseholdsResponse listed;
  REQUIRE(place.Call(&IdentificationService::Stub::ListHouseholds, list, &listed).ok());
  REQUIRE(listed.households_size() == 1);
  identification::v1::GetHouseholdRequest get;
  get.set_name(listed.households(0).name());
  identification::v1::Household household;
  REQUIRE(place.Call(&IdentificationService::Stub::GetHousehold, get, &household).ok());
  CHECK(household.survey_version() == 1);
  REQUIRE(household.answers_size() == 1);
  CHECK(household.answers(0).number() == "14814");  // 12 x 1,234.50
  REQUIRE(household.members_size() == 2);
  CHECK(household.members(0).relation() == "02");
  CHECK(household.members(1).relation() == "97");
  CHECK(household.provenance().collector() == "i7");

  // Other content under the same version is refused; under a higher one it is the next version.
  const std::string changed =
      absl::StrCat("A1;Wien;i7;2026/3/5;1.300;P1;40;Vollzeit;P2;70;Pension\n", a4);
  CHECK(import(changed) == 1);
  CHECK(absl::StrContains(config::ReadFile(messages).value_or(""), "REQUEST_ID_REUSED"));
  CHECK(import(changed, {"--version=8"}) == 0);
  REQUIRE(place.Call(&IdentificationService::Stub::GetHousehold, get, &household).ok());
  CHECK(household.survey_version() == 2);
  CHECK(household.answers(0).number() == "15600");

  // A layout that does not fit the catalog or the table is refused before the first row.
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = kWideLayout;
    text.replace(text.find(from), from.size(), to);
    FUPIN_CHECK(config::WriteFile(place.file("wide.textproto"), text).ok());
    CHECK(import(good) == 3);
    return place.errors();
  };
  CHECK(absl::StrContains(refused("\"EQ_INCOME\"", "\"NOBODY\""),
                          "SURVEY_LAYOUT_QUESTION answers[0]"));
  CHECK(absl::StrContains(refused("\"full_time\"", "\"often\""),
                          "SURVEY_LAYOUT_CHOICE members[0].answers[1]"));
  CHECK(absl::StrContains(refused("\"Datum\"", "\"Tag\""), "FILE_COLUMN_MISSING Tag"));
  CHECK(absl::StrContains(refused("slots: 2", "slots: x"), "CONFIG_SYNTAX"));
  CHECK(place.Fupinctl({"survey", "export", table}) == 2);
}

}  // namespace
}  // namespace fupin::austria
