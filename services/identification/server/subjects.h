// Keys that persons, households and places are found by: keyed hashes of their numbers.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBJECTS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBJECTS_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "libs/crypto/blind_index.h"

namespace fupin::identification {

// All 16 bytes. Safe for concurrent use.
class Subjects {
 public:
  explicit Subjects(crypto::BlindIndex blind) : blind_(std::move(blind)) {}

  std::string Citizen(absl::string_view number) const { return blind_.Of("citizen", number); }
  std::string Person(absl::string_view key) const { return blind_.Of("person", key); }
  std::string Household(absl::string_view key) const { return blind_.Of("household", key); }
  // Of what was sent, to know it again.
  std::string Content(absl::string_view bytes) const { return blind_.Of("content", bytes); }
  std::string Place(absl::string_view division) const { return blind_.Of("place", division); }

 private:
  crypto::BlindIndex blind_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBJECTS_H_
