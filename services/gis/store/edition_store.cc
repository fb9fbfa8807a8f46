#include "services/gis/store/edition_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/store/records.pb.h"

namespace fupin::gis {
namespace {

constexpr char kEditions[] = "editions";
constexpr char kPublished[] = "published";
constexpr char kPartition[] = "public";

std::string NumberKey(int32_t number) {
  std::string key;
  kv::AppendU32(&key, static_cast<uint32_t>(number));
  return key;
}

Edition FromStored(const store::StoredEdition& stored) {
  Edition edition;
  edition.number = stored.number();
  edition.day = stored.day();
  edition.period_first = stored.period_first();
  edition.period_first_day = stored.period_first_day();
  edition.counts_count = stored.counts_count();
  edition.band_count = stored.band_count();
  edition.withheld_count = stored.withheld_count();
  edition.rules.small_count = stored.small_count();
  edition.rules.small_band = stored.small_band();
  edition.rules.round_to = stored.round_to();
  for (size_t i = 0; i < edition.rules.band_edges.size(); ++i) {
    const int at = static_cast<int>(i);
    edition.rules.band_edges[i] = at < stored.band_edges_size() ? stored.band_edges(at) : 1000;
  }
  for (const auto& cause : stored.causes()) {
    edition.causes.push_back({cause.code(), cause.zh(), cause.en()});
  }
  return edition;
}

store::StoredEdition ToStored(const Edition& edition) {
  store::StoredEdition stored;
  stored.set_number(edition.number);
  stored.set_day(edition.day);
  stored.set_period_first(edition.period_first);
  stored.set_period_first_day(edition.period_first_day);
  stored.set_counts_count(edition.counts_count);
  stored.set_band_count(edition.band_count);
  stored.set_withheld_count(edition.withheld_count);
  stored.set_small_count(edition.rules.small_count);
  stored.set_small_band(edition.rules.small_band);
  stored.set_round_to(edition.rules.round_to);
  for (const int32_t edge : edition.rules.band_edges) stored.add_band_edges(edge);
  for (const Cause& cause : edition.causes) {
    auto* each = stored.add_causes();
    each->set_code(cause.code);
    each->set_zh(cause.zh);
    each->set_en(cause.en);
  }
  return stored;
}

PublishedPlace FromStored(const store::StoredPublished& stored) {
  PublishedPlace place;
  place.shown = static_cast<Shown>(stored.shown());
  place.band = stored.band();
  place.households = stored.households();
  place.persons = stored.persons();
  place.poor = stored.poor();
  place.possibly_poor = stored.possibly_poor();
  place.stable = stored.stable();
  place.poor_persons = stored.poor_persons();
  place.causes.assign(stored.causes().begin(), stored.causes().end());
  return place;
}

store::StoredPublished ToStored(const PublishedPlace& place) {
  store::StoredPublished stored;
  stored.set_shown(static_cast<int32_t>(place.shown));
  stored.set_band(place.band);
  stored.set_households(place.households);
  stored.set_persons(place.persons);
  stored.set_poor(place.poor);
  stored.set_possibly_poor(place.possibly_poor);
  stored.set_stable(place.stable);
  stored.set_poor_persons(place.poor_persons);
  for (const int64_t count : place.causes) stored.add_causes(count);
  return stored;
}

}  // namespace

std::vector<std::string> EditionStore::Tables() { return {kEditions, kPublished}; }

absl::StatusOr<std::vector<Edition>> EditionStore::List() const {
  std::vector<Edition> editions;
  std::string end;
  do {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.ScanBack(kEditions, kPartition, "", end, kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredEdition>(row.value));
      editions.push_back(FromStored(stored));
    }
    end = page.next;
  } while (!end.empty());
  return editions;
}

absl::StatusOr<std::vector<PublishedPlace>> EditionStore::Places(int32_t number) const {
  std::vector<PublishedPlace> places(divisions_->size());
  const std::string prefix = NumberKey(number);
  std::string begin = prefix;
  const std::string end = kv::PrefixEnd(prefix);
  while (!begin.empty()) {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.Scan(kPublished, kPartition, begin, end, kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      const auto place = divisions_->Find(absl::string_view(row.key).substr(prefix.size()));
      if (!place) continue;
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredPublished>(row.value));
      places[place->order()] = FromStored(stored);
    }
    begin = page.next;
  }
  return places;
}

absl::StatusOr<std::vector<bool>> EditionStore::WithheldSince(int32_t first, int32_t last) const {
  std::vector<bool> withheld(divisions_->size(), false);
  for (int32_t number = first; number <= last; ++number) {
    ASSIGN_OR_RETURN(const auto places, Places(number));
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i].shown == Shown::kNothing) withheld[i] = true;
    }
  }
  return withheld;
}

absl::StatusOr<std::vector<bool>> EditionStore::CausesWithheldSince(int32_t first,
                                                                    int32_t last) const {
  std::vector<bool> withheld(divisions_->size(), false);
  ASSIGN_OR_RETURN(const auto editions, List());
  for (const Edition& edition : editions) {
    if (edition.number < first || edition.number > last || edition.causes.empty()) continue;
    ASSIGN_OR_RETURN(const auto places, Places(edition.number));
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i].causes.empty()) withheld[i] = true;
    }
  }
  return withheld;
}

absl::Status EditionStore::Add(const Edition& edition, absl::Span<const PublishedPlace> places) {
  // What an interrupted attempt at the same number left is not to show through.
  std::vector<kv::Batch> batches;
  kv::Batch batch(kPartition);
  const auto room = [&] {
    if (batch.keys() + 1 < kv::kMaxBatchKeys) return;
    batches.push_back(std::exchange(batch, kv::Batch(kPartition)));
  };
  const std::string prefix = NumberKey(edition.number);
  for (const division::Division& place : divisions_->all()) {
    room();
    const std::string key = absl::StrCat(prefix, place.code());
    if (places[place.order()].shown == Shown::kNothing) {
      batch.Delete(kPublished, key);
    } else {
      batch.Put(kPublished, key, kv::Encode(ToStored(places[place.order()])));
    }
  }
  batches.push_back(std::move(batch));
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  kv::Batch last(kPartition);
  last.Put(kEditions, prefix, kv::Encode(ToStored(edition)));
  return kv_.Commit(last);
}

}  // namespace fupin::gis
