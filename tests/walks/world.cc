#include "tests/walks/world.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/codes/citizen_number.h"
#include "libs/config/config.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"

namespace fupin::walks {
namespace {

constexpr char kBin[] = FUPIN_BINARY_DIR "/bin/";

std::string Frame(const std::string& certs, const std::string& service, int port) {
  return absl::StrCat("frame { listen_address: \"localhost:", port,
                      "\" metrics_address: \"127.0.0.1:0\" health_address: \"127.0.0.1:0\"",
                      " tls { ca_file: \"", certs, "/ca.crt\" certificate_file: \"", certs,
                      "/service-", service, ".crt\" key_file: \"", certs, "/service-", service,
                      ".key\" deny_file: \"", certs, "/deny.txt\" } }\n");
}

}  // namespace

World::World() {
  const std::string make =
      absl::StrCat(FUPIN_SOURCE_DIR "/scripts/certs ", certs(),
                   " service/exchange service/identification service/gis service/gateway dept/mps "
                   "dept/edu operator/admin"
                   " enumerator/tablet-1 --expired dept/civil --other-ca dept/hud >/dev/null 2>&1");
  FUPIN_CHECK(std::system(make.c_str()) == 0);
  FUPIN_CHECK(config::WriteFile(certs() + "/deny.txt", "").ok());
  FUPIN_CHECK(config::WriteFile(certs() + "/blind.key", std::string(64, 'a')).ok());
  FUPIN_CHECK(
      config::WriteFile(certs() + "/seal.key", "1 INTL " + std::string(64, 'b') + "\n").ok());
  FUPIN_CHECK(config::WriteFile(certs() + "/session.key", std::string(64, 'c')).ok());
  AddAccount("zhang.san", "52", "operator");
  FUPIN_CHECK(std::system(("chmod 600 " + certs() + "/*.key").c_str()) == 0);
  FUPIN_CHECK(config::WriteFile(dir_ / "hamlets.tsv",
                                absl::StrCat(kVillage, "\t520102016001\t", "hamlet\t上寨(合成)\n"))
                  .ok());
  std::filesystem::copy(FUPIN_BINARY_DIR "/contracts/guizhou", contract_dir());
  std::filesystem::copy(FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/catalog.textproto",
                        catalog_file());
  contracts_ = *contract::ContractSet::Load(contract_dir());
}

void World::Certify(const std::string& names) const {
  FUPIN_CHECK(std::system(absl::StrCat(FUPIN_SOURCE_DIR "/scripts/certs ", certs(), " ", names,
                                       " >/dev/null 2>&1")
                              .c_str()) == 0);
}

void World::AddAccount(const std::string& name, const std::string& division,
                       const std::string& role) const {
  FUPIN_CHECK(
      std::system(absl::StrCat("echo correct-horse | " FUPIN_SOURCE_DIR "/scripts/account ",
                               certs(), "/accounts.textproto ", name, " 张三 ", division, " ", role)
                      .c_str()) == 0);
}

void World::StartExchange() {
  if (exchange_ == nullptr) {
    exchange_ = std::make_unique<testing::ServiceProcess>(
        absl::StrCat(kBin, "fupin-exchange"),
        absl::StrCat(Frame(certs(), "exchange", exchange_port_), "contract_dir: \"", contract_dir(),
                     "\" division_files: \"" FUPIN_SOURCE_DIR
                     "/deploy/divisions/guizhou.tsv\" division_files: \"",
                     dir_ / "hamlets.tsv", "\" blind_key_file: \"", certs(),
                     "/blind.key\" seal_key_file: \"", certs(), "/seal.key\"\n",
                     exchange_settings_),
        dir_ / "exchange");
  }
  const bool up = exchange_->Start();
  if (!up) std::fprintf(stderr, "%s\n", exchange_->log().c_str());
  FUPIN_CHECK(up);
}

void World::StartIdentification(int exchange_port) {
  if (identification_ == nullptr) {
    identification_ = std::make_unique<testing::ServiceProcess>(
        absl::StrCat(kBin, "fupin-identification"),
        absl::StrCat(
            Frame(certs(), "identification", identification_port_),
            "exchange_address: \"localhost:", exchange_port > 0 ? exchange_port : exchange_port_,
            "\" contract_dir: \"", contract_dir(),
            "\" division_files: \"" FUPIN_SOURCE_DIR
            "/deploy/divisions/guizhou.tsv\" division_files: \"",
            dir_ / "hamlets.tsv", "\" blind_key_file: \"", certs(),
            "/blind.key\" seal_key_file: \"", certs(), "/seal.key\" catalog_file: \"",
            catalog_file(),
            "\" procedure_dir: \"" FUPIN_SOURCE_DIR
            "/deploy/procedures\" cross_check_file: \"" FUPIN_SOURCE_DIR
            "/deploy/catalogs/guizhou/cross_check.textproto\""
            " partition_level: \"township\"\n"),
        dir_ / "identification");
  }
  const bool up = identification_->Start();
  if (!up) std::fprintf(stderr, "%s\n", identification_->log().c_str());
  FUPIN_CHECK(up);
}

void World::StartGis() {
  if (gis_ == nullptr) {
    const std::string make = absl::StrCat(
        kBin, "fupin_outlines --divisions " FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv,",
        dir_ / "hamlets.tsv",
        " --prefectures " FUPIN_SOURCE_DIR
        "/deploy/geography/guizhou_prefectures.geojson --datum not_stated --source_zh 合成"
        " --source_en synthetic --licence_zh 测试 --licence_en test --out ",
        dir_ / "outlines.binpb", " >/dev/null");
    FUPIN_CHECK(std::system(make.c_str()) == 0);
    gis_ = std::make_unique<testing::ServiceProcess>(
        absl::StrCat(kBin, "fupin-gis"),
        absl::StrCat(Frame(certs(), "gis", gis_port_),
                     "identification_address: \"localhost:", identification_port_,
                     "\" division_files: \"" FUPIN_SOURCE_DIR
                     "/deploy/divisions/guizhou.tsv\" division_files: \"",
                     dir_ / "hamlets.tsv",
                     "\" pinyin_file: \"" FUPIN_SOURCE_DIR
                     "/deploy/divisions/pinyin.tsv\" code_list_file: \"" FUPIN_SOURCE_DIR
                     "/deploy/contracts/guizhou/code_lists.textproto\" outline_file: \"",
                     dir_ / "outlines.binpb", "\" http_address: \"localhost:", gis_http_port_,
                     "\" partition_level: \"county\"\n"),
        dir_ / "gis");
  }
  const bool up = gis_->Start();
  if (!up) std::fprintf(stderr, "%s\n", gis_->log().c_str());
  FUPIN_CHECK(up);
}

void World::StartGateway(const std::string& limits) {
  if (gateway_ == nullptr) {
    const auto upstream = [](const std::string& name, int port, const std::string& service) {
      return absl::StrCat("upstreams { name: \"", name, "\" name_zh: \"", name, "\" name_en: \"",
                          name, "\" address: \"localhost:", port, "\" services: \"", service,
                          "\" }\n");
    };
    gateway_ = std::make_unique<testing::ServiceProcess>(
        absl::StrCat(kBin, "fupin-gateway"),
        absl::StrCat(
            Frame(certs(), "gateway", 0),
            upstream("exchange", exchange_port_, "fupin.exchange.v1.ExchangeService"),
            upstream("identification", identification_port_,
                     "fupin.identification.v1.IdentificationService\" services: "
                     "\"fupin.identification.v1.CaseService\" services: "
                     "\"fupin.identification.v1.NoticeService\" services: "
                     "\"fupin.identification.v1.WatchService\" services: "
                     "\"fupin.identification.v1.HouseholdChangeService\" services: "
                     "\"fupin.identification.v1.ExitTestService\" services: "
                     "\"fupin.identification.v1.RegisterService"),
            gis_ != nullptr ? upstream("gis", gis_port_, "fupin.gis.v1.GisService") : "",
            "api_file: \"" FUPIN_BINARY_DIR "/api/fupin_api.binpb\" web_dir: \"" FUPIN_BINARY_DIR
            "/web\" limits { ",
            limits, " } accounts_file: \"", certs(), "/accounts.textproto\" session_key_file: \"",
            certs(), "/session.key\"\n", gateway_settings_,
            gis_ != nullptr ? absl::StrCat("map_address: \"localhost:", gis_http_port_, "\"\n")
                            : ""),
        dir_ / "gateway");
  }
  const bool up = gateway_->Start();
  if (!up) std::fprintf(stderr, "%s\n", gateway_->log().c_str());
  FUPIN_CHECK(up);
}

void World::Start() {
  StartExchange();
  StartIdentification();
}

rpc::TlsFiles World::Files(const std::string& certificate) const {
  rpc::TlsFiles files{certs() + "/ca.crt", "", ""};
  if (!certificate.empty()) {
    files.certificate = absl::StrCat(certs(), "/", certificate, ".crt");
    files.key = absl::StrCat(certs(), "/", certificate, ".key");
  }
  return files;
}

std::shared_ptr<grpc::Channel> World::Channel(int port, const std::string& certificate) const {
  return rpc::MakeChannel(absl::StrCat("localhost:", port), Files(certificate));
}

std::shared_ptr<grpc::Channel> World::ToExchange(const std::string& certificate) const {
  return Channel(exchange_port_, certificate);
}

std::shared_ptr<grpc::Channel> World::ToIdentification(const std::string& certificate) const {
  return Channel(identification_port_, certificate);
}

std::shared_ptr<grpc::Channel> World::ToGis(const std::string& certificate) const {
  return Channel(gis_port_, certificate);
}

std::string Number(int n) {
  const int place = n / 999;  // 70 years, 12 months, 28 days
  const std::string body = absl::StrFormat("529999%04d%02d%02d%03d", 1950 + place % 70,
                                           1 + place / 70 % 12, 1 + place / 840 % 28, n % 999);
  return body + codes::CitizenNumber::CheckCharacter(body);
}

exchange::v1::PushedRecord Person(const World& world, int n, int64_t version,
                                  const std::string& name) {
  const contract::Contract& contract = *world.contracts().Find("mps.population");
  contract::Row row(contract.fields.size());
  row[static_cast<size_t>(contract.Index("citizen_number"))] = Number(n);
  row[static_cast<size_t>(contract.Index("name"))] = name;
  exchange::v1::PushedRecord record;
  record.set_payload(contract::Encode(contract, row));
  record.set_source_version(version);
  record.mutable_business_time()->set_seconds(1780000000);
  record.set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
  return record;
}

identification::v1::SubmitSurveyRequest Survey(int h, int first, int persons) {
  identification::v1::SubmitSurveyRequest request;
  request.set_request_id(absl::StrCat("walk-", h));
  auto* survey = request.mutable_survey();
  survey->set_source_key(absl::StrCat("HH", h));
  survey->set_division(kVillage);
  survey->mutable_provenance()->set_collector("gb1");
  survey->mutable_provenance()->set_enterer("gb1");
  survey->mutable_provenance()->mutable_collect_time()->set_seconds(1780000000);
  for (int i = 0; i < persons; ++i) {
    auto* member = survey->add_members();
    member->set_citizen_number(Number(first + i));
    member->set_name("甲");
    member->set_relation(i == 0 ? "02" : "20");
    auto* labour = member->add_answers();
    labour->set_question("M002");
    labour->set_choice("full");
  }
  for (const char* question : {"H050", "H051", "H052", "H053"}) {
    auto* answer = survey->add_answers();
    answer->set_question(question);
    answer->set_number("3000");
  }
  return request;
}

bool Eventually(const std::function<bool()>& done) {
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (absl::Now() < end) {
    if (done()) return true;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return false;
}

}  // namespace fupin::walks
