// A small province of real processes: exchange, identification and gateway with certificates,
// contracts and folders of their own. Synthetic data only.
#ifndef FUPIN_TESTS_WALKS_WORLD_H_
#define FUPIN_TESTS_WALKS_WORLD_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <grpcpp/channel.h>

#include "fupin/exchange/v1/exchange_service.grpc.pb.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/contract/contract_set.h"
#include "libs/rpc/credentials.h"
#include "libs/testing/child_process.h"
#include "libs/testing/reserved_port.h"
#include "libs/testing/temp_dir.h"

namespace fupin::walks {

// One household, one department record each; the contract and catalog are those shipped.
inline constexpr char kVillage[] = "520102016001001";

class World {
 public:
  World();

  // Starts exchange and identification; aborts the test when one does not come up.
  void Start();
  testing::ServiceProcess& exchange() { return *exchange_; }
  testing::ServiceProcess& identification() { return *identification_; }
  void StartExchange();
  // `exchange_port`: where it looks for the exchange at its first start; 0: where it is.
  void StartIdentification(int exchange_port = 0);
  // Text appended to the exchange's configuration; before its first start.
  void set_exchange_settings(std::string settings) { exchange_settings_ = std::move(settings); }
  // After identification.
  void StartGis();
  // For an identification that is no process of this world.
  void set_identification_port(int port) { identification_port_ = port; }
  // Its HTTP, before the gateway.
  int gis_http_port() const { return gis_http_port_; }
  testing::ServiceProcess& gis() { return *gis_; }
  // After the others. `limits`: fields of its Limits.
  void StartGateway(const std::string& limits = "");
  testing::ServiceProcess& gateway() { return *gateway_; }
  // Text appended to the gateway's configuration; before its first start.
  void set_gateway_settings(std::string settings) { gateway_settings_ = std::move(settings); }

  // Makes more certificates: "officer/520102016/li dept/edu" gives officer-520102016-li and
  // dept-edu.
  void Certify(const std::string& names) const;
  // An account that signs in at the gateway with the password "correct-horse".
  void AddAccount(const std::string& name, const std::string& division,
                  const std::string& role) const;

  // Channel with the named certificate; empty: none.
  std::shared_ptr<grpc::Channel> ToExchange(const std::string& certificate) const;
  std::shared_ptr<grpc::Channel> ToIdentification(const std::string& certificate) const;
  std::shared_ptr<grpc::Channel> ToGis(const std::string& certificate) const;

  // Files of the named certificate; empty: the CA only.
  rpc::TlsFiles Files(const std::string& certificate) const;

  const contract::ContractSet& contracts() const { return *contracts_; }
  std::string certs() const { return dir_ / "certs"; }
  std::string contract_dir() const { return dir_ / "contracts"; }
  std::string hamlet_file() const { return dir_ / "hamlets.tsv"; }
  std::string catalog_file() const { return dir_ / "catalog.textproto"; }

 private:
  std::shared_ptr<grpc::Channel> Channel(int port, const std::string& certificate) const;

  testing::TempDir dir_;
  std::string exchange_settings_;
  std::string gateway_settings_;
  const int exchange_port_ = testing::ReservePort();
  int identification_port_ = testing::ReservePort();
  const int gis_port_ = testing::ReservePort();
  const int gis_http_port_ = testing::ReservePort();
  std::shared_ptr<const contract::ContractSet> contracts_;
  std::unique_ptr<testing::ServiceProcess> exchange_;
  std::unique_ptr<testing::ServiceProcess> identification_;
  std::unique_ptr<testing::ServiceProcess> gis_;
  std::unique_ptr<testing::ServiceProcess> gateway_;
};

// A right number for person `n`, 0 to 23 million; nobody has it.
std::string Number(int n);

// A record of mps.population about person `n`.
exchange::v1::PushedRecord Person(const World& world, int n, int64_t version,
                                  const std::string& name);

// A survey of household `h` with `persons` members from person `first` on.
identification::v1::SubmitSurveyRequest Survey(int h, int first, int persons);

// Asks again until `done` is true or half a minute is over.
bool Eventually(const std::function<bool()>& done);

}  // namespace fupin::walks

#endif  // FUPIN_TESTS_WALKS_WORLD_H_
