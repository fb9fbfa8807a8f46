// All contracts of a folder, with participants and code lists. Immutable once loaded.
#ifndef FUPIN_LIBS_CONTRACT_CONTRACT_SET_H_
#define FUPIN_LIBS_CONTRACT_CONTRACT_SET_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fupin/contract/v1/registry.pb.h"
#include "libs/contract/contract.h"
#include "libs/contract/decode.h"
#include "libs/status/status.h"

namespace fupin::contract {

// Safe for concurrent use.
class ContractSet {
 public:
  // Reads *.binpb (FileDescriptorSet), participants.textproto and code_lists.textproto. A file that
  // is wrong is left out and told in refused(); the others go on. An error only when the folder,
  // the participants or the code lists cannot be read at all.
  static absl::StatusOr<std::shared_ptr<const ContractSet>> Load(const std::string& folder);

  // The same set with `dataset` replaced by (or, when null, left without) another contract.
  std::shared_ptr<const ContractSet> With(const std::string& dataset,
                                          std::shared_ptr<const Contract> contract,
                                          const std::vector<Problem>& why) const;

  const Contract* Find(absl::string_view dataset) const;
  std::shared_ptr<const Contract> Share(absl::string_view dataset) const;
  // Ids, sorted.
  std::vector<std::string> datasets() const;
  const std::vector<v1::Participant>& participants() const { return participants_; }
  const v1::Participant* FindParticipant(absl::string_view id) const;
  const v1::CodeList* FindCodeList(absl::string_view id) const;
  bool HasCode(absl::string_view list, absl::string_view code) const;
  // Field is the file or dataset; reason CONTRACT_...
  const std::vector<Problem>& refused() const { return refused_; }

 private:
  std::map<std::string, std::shared_ptr<const Contract>, std::less<>> contracts_;
  std::vector<v1::Participant> participants_;
  std::map<std::string, v1::CodeList, std::less<>> code_lists_;
  std::map<std::string, std::map<std::string, int, std::less<>>, std::less<>> codes_;
  std::vector<Problem> refused_;
};

// One contract from a serialised descriptor set, checked in itself (not against code lists and
// participants). INVALID_ARGUMENT with one problem per fault.
absl::StatusOr<std::shared_ptr<const Contract>> ParseContract(const std::string& descriptor_set,
                                                              const std::string& file);

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_CONTRACT_SET_H_
