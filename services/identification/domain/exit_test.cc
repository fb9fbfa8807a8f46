#include "services/identification/domain/exit_test.h"

#include <algorithm>
#include <cmath>

namespace fupin::identification {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr double kPermille = 1000.0;

// a * b / c to the nearest whole, c > 0.
int64_t Projected(int64_t a, int64_t b, int64_t c) { return (2 * a * b + c) / (2 * c); }

}  // namespace

int64_t SampleSizeOf(const procedure::SampleSize& rule, int64_t frame) {
  if (frame <= 0) return 0;
  const double z = rule.z_milli / kPermille;
  const double p = rule.expected_permille / kPermille;
  const double e = rule.margin_permille / kPermille;
  const double first = z * z * p * (1 - p) / (e * e);
  const double size = first / (1 + (first - 1) / static_cast<double>(frame));
  return std::clamp<int64_t>(static_cast<int64_t>(std::ceil(size)), 1, frame);
}

std::vector<int64_t> Allocate(const std::vector<int64_t>& sizes, int64_t sample) {
  int64_t total = 0;
  int64_t strata = 0;
  for (const int64_t size : sizes) {
    total += size;
    strata += size > 0 ? 1 : 0;
  }
  std::vector<int64_t> shares(sizes.size(), 0);
  sample = std::min(sample, total);
  if (sample <= 0) return shares;
  std::vector<std::pair<int64_t, size_t>> rest;  // remainder, negative so that it sorts first
  int64_t given = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    shares[i] = sample * sizes[i] / total;
    given += shares[i];
    rest.emplace_back(-(sample * sizes[i] % total), i);
  }
  std::sort(rest.begin(), rest.end());
  for (size_t i = 0; given < sample; ++i, ++given) ++shares[rest[i].second];
  // None is left out while there are enough: the largest shares give.
  if (sample >= strata) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] == 0 || shares[i] > 0) continue;
      --*std::max_element(shares.begin(), shares.end());
      shares[i] = 1;
    }
  }
  return shares;
}

uint64_t DrawKey(absl::string_view seed, absl::string_view id) {
  uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&hash](absl::string_view text) {
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3u;
    }
  };
  add(seed);
  add("/");
  add(id);
  hash += 0x9e3779b97f4a7c15u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

std::vector<std::string> Draw(absl::string_view seed, std::vector<std::string> ids, int64_t count) {
  std::vector<std::pair<uint64_t, std::string>> keyed;
  keyed.reserve(ids.size());
  for (std::string& id : ids) {
    const uint64_t key = DrawKey(seed, id);
    keyed.emplace_back(key, std::move(id));
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::string> drawn;
  for (size_t i = 0; i < keyed.size() && static_cast<int64_t>(i) < count; ++i) {
    drawn.push_back(std::move(keyed[i].second));
  }
  return drawn;
}

int32_t Rate::micro() const {
  return denominator > 0 ? static_cast<int32_t>(Projected(numerator, kMillion, denominator)) : 0;
}

std::pair<int32_t, int32_t> Wilson(int64_t k, int64_t n, int z_milli) {
  const double z = z_milli / kPermille;
  const double size = static_cast<double>(n);
  const double p = static_cast<double>(k) / size;
  const double by = 1 + z * z / size;
  const double middle = (p + z * z / (2 * size)) / by;
  const double half = z / by * std::sqrt(p * (1 - p) / size + z * z / (4 * size * size));
  // At the ends the interval begins and ends there exactly.
  const double low = k == 0 ? 0 : std::max(0.0, middle - half);
  const double high = k == n ? 1 : std::min(1.0, middle + half);
  return {static_cast<int32_t>(std::floor(low * kMillion)),
          static_cast<int32_t>(std::ceil(high * kMillion))};
}

std::vector<Rate> RatesOf(const ExitCounty& county, const std::vector<ExitVisited>& sample,
                          int z_milli) {
  struct Group {
    int64_t visited = 0;
    int64_t wrong = 0;
    int64_t visited_persons = 0;
    int64_t wrong_persons = 0;
  } groups[2];  // not registered, exited
  Rate approval{.rate = procedure::ExitRate::kApproval};
  for (const ExitVisited& each : sample) {
    using Outcome = ExitVisited::Outcome;
    if (each.outcome == Outcome::kPending || each.outcome == Outcome::kNotReached) continue;
    Group& group = groups[each.exited ? 1 : 0];
    ++group.visited;
    group.visited_persons += each.persons;
    if (each.outcome == Outcome::kWrong) {
      ++group.wrong;
      group.wrong_persons += each.persons;
    }
    if (each.content) {
      ++approval.denominator;
      approval.numerator += *each.content ? 1 : 0;
    }
  }
  const auto of = [&](procedure::ExitRate which, const Group& group) {
    Rate rate{.rate = which, .numerator = group.wrong, .denominator = group.visited};
    if (group.visited > 0) rate.interval = Wilson(group.wrong, group.visited, z_milli);
    return rate;
  };
  const Rate missed = of(procedure::ExitRate::kMissed, groups[0]);
  const Rate wrong = of(procedure::ExitRate::kWrongExit, groups[1]);
  if (approval.denominator > 0) {
    approval.interval = Wilson(approval.numerator, approval.denominator, z_milli);
  }
  Rate found{
      .numerator = county.remaining_persons + groups[0].wrong_persons + groups[1].wrong_persons,
      .denominator = county.rural_population};
  Rate estimated{.estimated = true, .denominator = county.rural_population};
  // Nothing can be projected from a frame of which nobody was visited.
  if (groups[0].visited_persons > 0 && groups[1].visited_persons > 0) {
    estimated.numerator =
        county.remaining_persons +
        Projected(county.not_registered_persons, groups[0].wrong_persons,
                  groups[0].visited_persons) +
        Projected(county.exited_persons, groups[1].wrong_persons, groups[1].visited_persons);
    const auto end = [&](int32_t of_missed, int32_t of_wrong) {
      const double persons =
          static_cast<double>(county.remaining_persons) +
          static_cast<double>(county.not_registered_persons) * of_missed /
              static_cast<double>(kMillion) +
          static_cast<double>(county.exited_persons) * of_wrong / static_cast<double>(kMillion);
      return std::min(1.0, persons / static_cast<double>(county.rural_population));
    };
    estimated.interval = {static_cast<int32_t>(std::floor(
                              end(missed.interval->first, wrong.interval->first) * kMillion)),
                          static_cast<int32_t>(std::ceil(
                              end(missed.interval->second, wrong.interval->second) * kMillion))};
  } else {
    estimated.denominator = 0;
  }
  if (groups[0].visited + groups[1].visited == 0) found.denominator = 0;
  return {found, estimated, wrong, missed, approval};
}

std::optional<bool> Meets(const Rate& rate, const procedure::ExitThreshold& threshold) {
  if (rate.denominator <= 0) return std::nullopt;
  const int64_t left = rate.numerator * 1000;
  const int64_t right = rate.denominator * threshold.permille;
  return threshold.rate == procedure::ExitRate::kApproval ? left >= right : left < right;
}

}  // namespace fupin::identification
