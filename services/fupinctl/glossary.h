// What the codes inside an answer mean: questions of the form, fields and codes of the contracts.
#ifndef FUPIN_SERVICES_FUPINCTL_GLOSSARY_H_
#define FUPIN_SERVICES_FUPINCTL_GLOSSARY_H_

#include <map>
#include <string>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/contract/contract_set.h"

namespace fupin::fupinctl {

class Glossary {
 public:
  void Add(const identification::v1::Form& form);
  void Add(const contract::ContractSet& contracts);

  // Each is empty when unknown.
  std::string Question(const std::string& code) const;
  std::string Choice(const std::string& question, const std::string& code) const;
  std::string Dataset(const std::string& dataset) const;
  std::string Field(const std::string& dataset, const std::string& field) const;
  std::string Value(const std::string& dataset, const std::string& field,
                    const std::string& value) const;
  std::string Code(const std::string& list, const std::string& code) const;

 private:
  std::string Find(const std::string& key) const;
  std::map<std::string, std::string> words_;  // "choice H002 wood"
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_GLOSSARY_H_
