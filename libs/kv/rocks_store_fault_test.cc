// Faults of the disk under the embedded engine. FUPIN_LONG=1 runs every trial.
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/kv/disk_key.h"
#include "libs/kv/rocks_store.h"
#include "libs/kv/store_file.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::kv {
namespace {

namespace fs = std::filesystem;

int Trials(int brief, int all) { return std::getenv("FUPIN_LONG") != nullptr ? all : brief; }

RocksOptions In(const std::string& dir) {
  RocksOptions options;
  options.dir = dir;
  options.tables = {"a"};
  options.memory_bytes = 16 << 20;
  return options;
}

std::unique_ptr<Store> MustOpen(const RocksOptions& options) {
  auto store = OpenRocksStore(options);
  if (!store.ok()) FAIL(store.status());
  return *std::move(store);
}

std::string KeyOf(int row) { return absl::StrFormat("row%06d", row); }

// Bytes no compression shortens, the same for the same row.
std::string ValueOf(int row, size_t size) {
  std::mt19937 random(static_cast<uint32_t>(row));
  std::string value(size, '\0');
  for (char& byte : value) byte = static_cast<char>(random());
  return value;
}

absl::Status Write(Store& store, int row, size_t size) {
  Batch batch(absl::StrCat("p", row % 5));
  batch.Put("a", KeyOf(row), ValueOf(row, size));
  return store.Commit(batch);
}

enum class Seen { kRight, kWrong, kMissing, kError };

Seen Look(const Store& store, int row, size_t size) {
  const auto value = store.Get("a", absl::StrCat("p", row % 5), KeyOf(row));
  if (!value.ok()) {
    CHECK(absl::IsDataLoss(value.status()));
    CHECK(ReasonOf(value.status()) == "STORE_CORRUPT");
    return Seen::kError;
  }
  if (!*value) return Seen::kMissing;
  return **value == ValueOf(row, size) ? Seen::kRight : Seen::kWrong;
}

int Count(const Store& store, int rows, size_t size, Seen what) {
  int count = 0;
  for (int row = 0; row < rows; ++row) count += Look(store, row, size) == what;
  return count;
}

std::vector<fs::path> Files(const std::string& dir, const std::string& part) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (absl::StrContains(entry.path().filename().string(), part)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Copy(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to);
}

void FlipBit(const fs::path& path, uint64_t bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(bit / 8));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(bit / 8));
  file.put(static_cast<char>(byte ^ 1 << bit % 8));
  REQUIRE(file.good());
}

// The largest log, with every row of `store` in it: a copy of a store that is still open is what a
// killed process leaves.
fs::path CopyWithLog(const std::string& from, const std::string& to) {
  Copy(from, to);
  const auto logs = Files(to, ".log");
  REQUIRE_FALSE(logs.empty());
  return *std::max_element(logs.begin(), logs.end(), [](const auto& left, const auto& right) {
    return fs::file_size(left) < fs::file_size(right);
  });
}

TEST_CASE("F04 a torn end of the log costs only the write that was not acknowledged", "[kv]") {
  testing::TempDir dir;
  constexpr int kRows = 300;
  auto source = MustOpen(In(dir.path() + "/source"));
  for (int row = 0; row < kRows; ++row) REQUIRE(Write(*source, row, 100).ok());
  std::mt19937 random(4);
  for (int trial = 0; trial < Trials(20, 200); ++trial) {
    const fs::path log = CopyWithLog(dir.path() + "/source", dir.path() + "/copy");
    const uint64_t cut = trial == 0 ? 1 : 1 + random() % 4096;
    CAPTURE(cut);
    fs::resize_file(log, fs::file_size(log) - cut);
    auto store = MustOpen(In(dir.path() + "/copy"));
    // A row takes between 100 and 200 bytes of log: rows are missing from the end only.
    const int right = Count(*store, kRows, 100, Seen::kRight);
    CHECK(right >= kRows - 1 - static_cast<int>(cut / 100));
    CHECK(right < kRows);
    for (int row = 0; row < right; ++row) REQUIRE(Look(*store, row, 100) == Seen::kRight);
    CHECK(Count(*store, kRows, 100, Seen::kMissing) == kRows - right);
    const std::string note = store->Stats().open_note;
    // A cut at the very border of two records leaves nothing to tell.
    if (trial == 0) CHECK(absl::StrContains(note, log.filename().string()));
    CHECK(Write(*store, kRows, 100).ok());
    store.reset();
    store = MustOpen(In(dir.path() + "/copy"));
    CHECK(Look(*store, kRows, 100) == Seen::kRight);
    CHECK(Look(*store, 0, 100) == Seen::kRight);
  }
}

TEST_CASE("F05 a flipped bit in the log is never a silent loss", "[kv]") {
  testing::TempDir dir;
  constexpr int kRows = 400;
  auto source = MustOpen(In(dir.path() + "/source"));
  for (int row = 0; row < kRows; ++row) REQUIRE(Write(*source, row, 200).ok());
  const uint32_t seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int silent = 0;
  int refused = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const fs::path log = CopyWithLog(dir.path() + "/source", dir.path() + "/copy");
    const uint64_t bit = random() % (fs::file_size(log) * 8);
    CAPTURE(bit);
    FlipBit(log, bit);
    const auto store = OpenRocksStore(In(dir.path() + "/copy"));
    if (!store.ok()) {
      CHECK(ReasonOf(store.status()) == "STORE_CORRUPT");
      CHECK(absl::StrContains(store.status().message(), log.filename().string()));
      CHECK(absl::StrContains(store.status().message(), "restore"));
      ++refused;
      continue;
    }
    // Padding at the end of a block may be flipped without harm.
    silent += Count(**store, kRows, 200, Seen::kRight) < kRows;
  }
  CHECK(silent == 0);
  CHECK(refused >= 195);
}

TEST_CASE("F05 a flipped bit in the header of the last record is not taken for a torn end",
          "[kv]") {
  testing::TempDir dir;
  auto source = MustOpen(In(dir.path() + "/source"));
  for (int row = 0; row < 20; ++row) REQUIRE(Write(*source, row, 100).ok());
  const fs::path log = CopyWithLog(dir.path() + "/source", dir.path() + "/copy");
  std::stringstream bytes;
  bytes << std::ifstream(log, std::ios::binary).rdbuf();
  // Checksum, length and type (7 bytes), then 12 bytes of the batch and 3 before the key.
  const size_t key = bytes.str().rfind(DiskKey("p4", KeyOf(19)));
  REQUIRE(key != std::string::npos);
  for (uint64_t bit = (key - 22) * 8; bit < (key - 15) * 8; ++bit) {
    CAPTURE(bit);
    FlipBit(log, bit);
    const auto store = OpenRocksStore(In(dir.path() + "/copy"));
    CHECK(ReasonOf(store.status()) == "STORE_CORRUPT");
    FlipBit(log, bit);
  }
  // Refusing changed nothing: with the last flip undone all is there.
  CHECK(Count(*MustOpen(In(dir.path() + "/copy")), 20, 100, Seen::kRight) == 20);
}

TEST_CASE("F06 a flipped bit in any other file is never a silent wrong answer", "[kv]") {
  testing::TempDir dir;
  constexpr int kRows = 3000;
  constexpr size_t kSize = 300;
  // A checkpoint is flushed: all rows are in sorted files.
  const std::string source = dir.path() + "/source";
  {
    auto store = MustOpen(In(dir.path() + "/first"));
    std::vector<Batch> batches;
    for (int row = 0; row < kRows; ++row) {
      Batch& batch = batches.emplace_back(absl::StrCat("p", row % 5));
      batch.Put("a", KeyOf(row), ValueOf(row, kSize));
    }
    for (const absl::Status& status : store->CommitAll(batches)) REQUIRE(status.ok());
    REQUIRE(store->Checkpoint(source).ok());
  }
  const uint32_t seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int silent = 0;
  int detected = 0;
  const int trials = Trials(40, 200);
  for (int trial = 0; trial < trials; ++trial) {
    const std::string copy = dir.path() + "/copy";
    Copy(source, copy);
    const std::string part = trial % 4 == 0 ? "MANIFEST" : trial % 4 == 1 ? "CURRENT" : ".sst";
    const fs::path path = Files(copy, part).at(0);
    const uint64_t bit = random() % (fs::file_size(path) * 8);
    CAPTURE(path, bit);
    FlipBit(path, bit);
    const auto store = OpenRocksStore(In(copy));
    if (!store.ok()) {
      CHECK(absl::IsDataLoss(store.status()));
      ++detected;
      continue;
    }
    silent += Count(**store, kRows, kSize, Seen::kWrong) > 0 ||
              Count(**store, kRows, kSize, Seen::kMissing) > 0;
    const int unreadable = Count(**store, kRows, kSize, Seen::kError);
    // A block is lost, not the table.
    CHECK(unreadable < kRows);
    const absl::Status verified = (*store)->Verify();
    if (!verified.ok()) {
      CHECK(ReasonOf(verified) == "STORE_CORRUPT");
      CHECK(absl::StrContains(verified.message(), path.filename().string()));
      ++detected;
    } else {
      CHECK(unreadable == 0);
    }
  }
  CHECK(silent == 0);
  // A newline in CURRENT or unused bytes of a footer carry nothing.
  CHECK(detected >= trials * 8 / 10);
}

TEST_CASE("F06 a missing file is damage, not an empty store", "[kv]") {
  testing::TempDir dir;
  const std::string path = dir.path() + "/store";
  {
    auto store = MustOpen(In(dir.path() + "/first"));
    for (int row = 0; row < 20; ++row) REQUIRE(Write(*store, row, 100).ok());
    REQUIRE(store->Checkpoint(path).ok());
  }
  for (const std::string part : {"CURRENT", "MANIFEST", ".sst"}) {
    CAPTURE(part);
    const std::string copy = dir.path() + "/copy";
    Copy(path, copy);
    fs::remove(Files(copy, part).at(0));
    const auto store = OpenRocksStore(In(copy));
    CHECK(ReasonOf(store.status()) == "STORE_CORRUPT");
  }
}

TEST_CASE("F07 writes pause at the reserve and come back by themselves", "[kv]") {
  testing::TempDir dir;
  int64_t free = int64_t{50} << 30;
  RocksOptions options = In(dir.path() + "/store");
  options.disk_space = [&free] { return std::make_pair(free, int64_t{100} << 30); };
  auto store = MustOpen(options);
  REQUIRE(Write(*store, 0, 100).ok());
  CHECK_FALSE(store->Stats().at_disk_reserve);
  // 5 % would be 5 GiB; the reserve asks for 1 GiB at most.
  free = (int64_t{1} << 30) - 1;
  const absl::Status refused = Write(*store, 1, 100);
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(ReasonOf(refused) == "STORE_DISK_RESERVE");
  CHECK(Look(*store, 0, 100) == Seen::kRight);
  CHECK(Look(*store, 1, 100) == Seen::kMissing);
  CHECK(store->Health().ok());
  CHECK(store->Stats().at_disk_reserve);
  free = int64_t{3} << 30;
  CHECK(Write(*store, 1, 100).ok());
  CHECK(Look(*store, 1, 100) == Seen::kRight);
}

TEST_CASE("F07 a disk that really fills loses nothing and recovers", "[kv]") {
  testing::TempDir dir;
  const std::string mount_point = dir.path() + "/disk";
  fs::create_directory(mount_point);
  if (mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=96m") != 0) {
    WARN("no right to mount a small disk here; the case before this one covers the reserve");
    return;
  }
  struct Unmount {
    std::string path;
    ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
  } unmount{mount_point};
  const std::string ballast = mount_point + "/ballast";
  std::ofstream(ballast) << std::string(50 << 20, 'b');
  constexpr size_t kSize = 60000;
  auto store = MustOpen(In(mount_point + "/store"));
  int rows = 0;
  absl::Status status;
  while (rows < 2000 && (status = Write(*store, rows, kSize)).ok()) ++rows;
  REQUIRE(ReasonOf(status) == "STORE_DISK_RESERVE");
  CHECK(rows > 100);
  CHECK(store->Health().ok());
  CHECK(Count(*store, rows, kSize, Seen::kRight) == rows);
  fs::remove(ballast);
  const absl::Time since = absl::Now();
  while (!(status = Write(*store, rows, kSize)).ok() && absl::Now() - since < absl::Seconds(10)) {
  }
  REQUIRE(status.ok());
  ++rows;
  CHECK(Count(*store, rows, kSize, Seen::kRight) == rows);
  store.reset();
  store = MustOpen(In(mount_point + "/store"));
  CHECK(Count(*store, rows, kSize, Seen::kRight) == rows);
}

// A disk whose log cannot be synced, once, after `good` syncs.
class FailingDisk : public rocksdb::FileSystemWrapper {
 public:
  FailingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FailingDisk"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok() && absl::EndsWith(name, ".log")) {
      *result = std::make_unique<Log>(std::move(*result), *this);
    }
    return status;
  }

  int good = 1 << 30;
  int syncs_failed = 0;

 private:
  class Log : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    Log(std::unique_ptr<rocksdb::FSWritableFile>&& file, FailingDisk& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (disk_.good-- == 0) {
        ++disk_.syncs_failed;
        return rocksdb::IOStatus::IOError("fsync: input/output error (injected)");
      }
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    FailingDisk& disk_;
  };
};

TEST_CASE("F08 after one failed sync nothing is acknowledged again", "[kv]") {
  testing::TempDir dir;
  const auto disk = std::make_shared<FailingDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  RocksOptions options = In(dir.path() + "/store");
  options.env = env.get();
  auto store = MustOpen(options);
  for (int row = 0; row < 50; ++row) REQUIRE(Write(*store, row, 100).ok());
  disk->good = 0;
  const absl::Status failed = Write(*store, 50, 100);
  CHECK(absl::IsUnavailable(failed));
  CHECK(ReasonOf(failed) == "STORE_BROKEN");
  CHECK(disk->syncs_failed == 1);
  for (int row = 51; row < 100; ++row) {
    CHECK(ReasonOf(Write(*store, row, 100)) == "STORE_BROKEN");
  }
  CHECK(ReasonOf(store->Health()) == "STORE_BROKEN");
  store.reset();
  store = MustOpen(In(dir.path() + "/store"));
  CHECK(store->Health().ok());
  CHECK(Count(*store, 50, 100, Seen::kRight) == 50);
  for (int row = 51; row < 100; ++row) CHECK(Look(*store, row, 100) == Seen::kMissing);
}

TEST_CASE("F34 a checkpoint made under load restores, and damage in it is named", "[kv]") {
  testing::TempDir dir;
  const std::string backup = dir.path() + "/backup";
  auto store = MustOpen(In(dir.path() + "/store"));
  for (int row = 0; row < 500; ++row) REQUIRE(Write(*store, row, 300).ok());
  REQUIRE(store->Checkpoint(backup).ok());
  for (int row = 500; row < 600; ++row) REQUIRE(Write(*store, row, 300).ok());
  SECTION("whole") {
    const std::string restored = dir.path() + "/restored";
    const absl::Status status = RestoreRocksStore(backup, restored);
    if (!status.ok()) FAIL(status);
    auto again = MustOpen(In(restored));
    CHECK(Count(*again, 500, 300, Seen::kRight) == 500);
    CHECK(Look(*again, 500, 300) == Seen::kMissing);
    CHECK(again->incarnation() != store->incarnation());
    CHECK(ReasonOf(RestoreRocksStore(backup, restored)) == "RESTORE_TARGET_EXISTS");
  }
  SECTION("flipped bytes are named") {
    // The first bytes of each file: data, the first record, the name.
    for (const fs::path& file : Files(backup, "")) {
      const std::string name = file.filename().string();
      if (absl::StartsWith(name, "OPTIONS") || fs::file_size(file) == 0) continue;
      CAPTURE(name);
      // The backup shares files with the store: damage a copy.
      const std::string damaged = dir.path() + "/damaged";
      const std::string restored = dir.path() + "/restored";
      Copy(backup, damaged);
      fs::remove_all(restored);
      FlipBit(fs::path(damaged) / name, 3);
      const absl::Status status = RestoreRocksStore(damaged, restored);
      REQUIRE_FALSE(status.ok());
      CHECK(absl::StrContains(status.message(), name));
      // What was not proved whole is not opened later either.
      if (fs::exists(restored)) CHECK_FALSE(OpenRocksStore(In(restored)).ok());
    }
  }
  SECTION("not a backup") {
    CHECK(ReasonOf(RestoreRocksStore(dir.path(), dir.path() + "/restored")) ==
          "RESTORE_NOT_A_BACKUP");
    fs::remove(backup + "/FUPIN_STORE");
    CHECK(ReasonOf(RestoreRocksStore(backup, dir.path() + "/restored")) == "RESTORE_NOT_A_BACKUP");
  }
}

TEST_CASE("F06 a restore that was interrupted is not taken for a store", "[kv]") {
  testing::TempDir dir;
  MustOpen(In(dir.path() + "/store")).reset();
  StoreFile file = *ReadStoreFile(dir.path() + "/store");
  file.state = StoreFile::State::kRestoring;
  REQUIRE(WriteStoreFile(dir.path() + "/store", file).ok());
  CHECK(ReasonOf(OpenRocksStore(In(dir.path() + "/store")).status()) == "STORE_CORRUPT");
}

}  // namespace
}  // namespace fupin::kv
