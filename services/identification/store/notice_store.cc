#include "services/identification/store/notice_store.h"

#include <utility>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

std::string LiveKey(const OpenNotice& notice) {
  std::string key;
  kv::AppendU64(&key, static_cast<uint64_t>(notice.stored.end_ms()));
  return key + notice.id;
}

bool IsId(const std::string& id) {
  return id.size() <= 64 && id.rfind('-') != std::string::npos && id.rfind('-') > 0 &&
         id.find_first_not_of(
             "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-") ==
             std::string::npos;
}

}  // namespace

absl::StatusOr<OpenNotice> NoticeStore::Notice(const std::string& id) const {
  if (!IsId(id)) return Refuse("NOTICE_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kNotices, HouseholdPartition(id), id));
  if (!value) return Refuse("NOTICE_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredNotice>(*value));
  return OpenNotice{id, std::move(stored)};
}

absl::StatusOr<OpenObjection> NoticeStore::Objection(const std::string& id) const {
  if (!IsId(id)) return Refuse("OBJECTION_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kObjections, HouseholdPartition(id), id));
  if (!value) return Refuse("OBJECTION_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredObjection>(*value));
  return OpenObjection{id, std::move(stored)};
}

std::vector<kv::Batch::Write> NoticeStore::Rows(const OpenNotice& notice) {
  std::vector<kv::Batch::Write> rows = {{kNotices, notice.id, kv::Encode(notice.stored)}};
  if (notice.stored.take_down_ms() > 0) {
    rows.push_back({kNoticesLive, LiveKey(notice), std::nullopt});
  } else {
    rows.push_back({kNoticesLive, LiveKey(notice), ""});
  }
  return rows;
}

std::vector<kv::Batch::Write> NoticeStore::Rows(const OpenObjection& objection) {
  return {{kObjections, objection.id, kv::Encode(objection.stored)}};
}

absl::StatusOr<std::vector<OpenNotice>> NoticeStore::Live(const std::string& township,
                                                          absl::Time now) const {
  std::vector<OpenNotice> notices;
  std::string begin;
  kv::AppendU64(&begin, static_cast<uint64_t>(absl::ToUnixMillis(now) + 1));
  do {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kNoticesLive, TownshipPartition(township), begin,
                                                   "", kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(OpenNotice notice, Notice(row.key.substr(8)));
      notices.push_back(std::move(notice));
    }
    begin = page.next;
  } while (!begin.empty());
  return notices;
}

absl::StatusOr<std::vector<OpenObjection>> NoticeStore::Objections(
    const std::string& township) const {
  std::vector<OpenObjection> objections;
  std::string begin;
  do {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kObjections, TownshipPartition(township), begin,
                                                   "", kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredObjection>(row.value));
      objections.push_back({row.key, std::move(stored)});
    }
    begin = page.next;
  } while (!begin.empty());
  return objections;
}

}  // namespace fupin::identification
