#include "services/identification/server/exit_draw.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"
#include "services/identification/domain/exit_test.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

// Households of one frame in one township.
struct Part {
  std::vector<std::string> ids;
  std::map<std::string, int> persons;
};

// By township, in the order of their codes.
struct Frame {
  std::vector<Part> parts;
  std::vector<int64_t> sizes;

  int64_t size() const {
    int64_t total = 0;
    for (const int64_t each : sizes) total += each;
    return total;
  }
};

struct Frames {
  Frame exited;
  Frame outside;  // not in the register
};

absl::Status AddTownship(const CaseDesk& desk, const ExitStore& store,
                         const procedure::ProcedureSet& procedures, const std::string& township,
                         store::StoredExitTest* test, Frames* frames) {
  ASSIGN_OR_RETURN(const auto households, store.Households(township));
  Part exited;
  Part outside;
  store::StoredStratum* stratum = test->add_strata();
  stratum->set_division(township);
  std::string frame;
  for (const FrameHousehold& household : households) {
    const procedure::Status* status = procedures.FindStatus(household.status);
    if (status != nullptr && status->standing == procedure::Standing::kRegistered) {
      test->set_remaining_households(test->remaining_households() + 1);
      test->set_remaining_persons(test->remaining_persons() + household.person_count);
    }
    const bool is_exited = status != nullptr && status->standing == procedure::Standing::kExited;
    if (!is_exited && !household.status.empty()) continue;
    Part& part = is_exited ? exited : outside;
    part.ids.push_back(household.id);
    part.persons[household.id] = household.person_count;
    absl::StrAppend(&frame, is_exited ? "e " : "n ", household.id, "\n");
    if (is_exited) {
      stratum->set_exited(stratum->exited() + 1);
      stratum->set_exited_persons(stratum->exited_persons() + household.person_count);
    } else {
      stratum->set_not_registered(stratum->not_registered() + 1);
      stratum->set_not_registered_persons(stratum->not_registered_persons() +
                                          household.person_count);
    }
  }
  stratum->set_frame_hash(desk.subjects().Content(absl::StrCat("frame/", frame)));
  frames->exited.sizes.push_back(stratum->exited());
  frames->outside.sizes.push_back(stratum->not_registered());
  frames->exited.parts.push_back(std::move(exited));
  frames->outside.parts.push_back(std::move(outside));
  return absl::OkStatus();
}

// How many are drawn and why, in words.
void TellSizes(const v1::CreateExitTestRequest& request, const procedure::SampleSize& rule,
               int64_t exited_size, int64_t outside_size, store::StoredExitTest* test) {
  const std::string numbers =
      absl::StrFormat("p = %.1f %%, e = %.1f %%, z = %.3f", rule.expected_permille / 10.0,
                      rule.margin_permille / 10.0, rule.z_milli / 1000.0);
  const auto told = [&](int asked, const char* by_hand, const char* by_formula) {
    return asked > 0 ? by_hand : by_formula;
  };
  test->set_size_zh(absl::StrCat(
      "已脱贫户 ", exited_size, " 户(", told(request.exited_size(), "指定", "公式"), "),非建档户 ",
      outside_size, " 户(", told(request.not_registered_size(), "指定", "公式"),
      ");公式 n = n0 / (1 + (n0 - 1) / N),n0 = z² p (1 - p) / e²,", numbers));
  test->set_size_en(absl::StrCat(
      "exited ", exited_size, " (", told(request.exited_size(), "as asked", "by formula"),
      "), not registered ", outside_size, " (",
      told(request.not_registered_size(), "as asked", "by formula"),
      "); formula n = n0 / (1 + (n0 - 1) / N), n0 = z^2 p (1 - p) / e^2, ", numbers));
}

void DrawFrame(bool is_exited, Frame frame, int64_t size, store::StoredExitTest* test,
               std::vector<store::StoredSampled>* sample) {
  const std::vector<int64_t> shares = Allocate(frame.sizes, size);
  for (size_t i = 0; i < shares.size(); ++i) {
    Part& part = frame.parts[i];
    store::StoredStratum* stratum = test->mutable_strata(static_cast<int>(i));
    if (is_exited) {
      stratum->set_exited_sample(static_cast<int32_t>(shares[i]));
    } else {
      stratum->set_not_registered_sample(static_cast<int32_t>(shares[i]));
    }
    for (std::string& id : Draw(test->seed(), std::move(part.ids), shares[i])) {
      store::StoredSampled drawn;
      drawn.set_division(stratum->division());
      drawn.set_frame(is_exited ? v1::EXIT_FRAME_EXITED : v1::EXIT_FRAME_NOT_REGISTERED);
      drawn.set_person_count(part.persons[id]);
      drawn.set_household(std::move(id));
      sample->push_back(std::move(drawn));
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<store::StoredSampled>> DrawSample(
    const CaseDesk& desk, const CaseLists& lists, const ExitStore& store,
    const v1::CreateExitTestRequest& request, const division::Division& county,
    const procedure::ExitStandard& standard, store::StoredExitTest* test) {
  const auto procedures = desk.procedures().current();
  Frames frames;
  for (const std::string& township : lists.TownshipsOf(county)) {
    RETURN_IF_ERROR(AddTownship(desk, store, *procedures, township, test, &frames));
  }
  if (frames.exited.size() == 0 || frames.outside.size() == 0) {
    return Refuse("EXIT_TEST_FRAME", "division");
  }
  const auto size_of = [&](int asked, const Frame& frame) {
    return asked > 0 ? std::min<int64_t>(asked, frame.size())
                     : SampleSizeOf(standard.sample_size, frame.size());
  };
  const int64_t exited_size = size_of(request.exited_size(), frames.exited);
  const int64_t outside_size = size_of(request.not_registered_size(), frames.outside);
  TellSizes(request, standard.sample_size, exited_size, outside_size, test);
  std::vector<store::StoredSampled> sample;
  DrawFrame(/*is_exited=*/true, std::move(frames.exited), exited_size, test, &sample);
  DrawFrame(/*is_exited=*/false, std::move(frames.outside), outside_size, test, &sample);
  test->set_sample_count(static_cast<int32_t>(sample.size()));
  return sample;
}

}  // namespace fupin::identification
