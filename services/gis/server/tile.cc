#include "services/gis/server/tile.h"

#include <utility>

#include <libdeflate.h>
#include <xxhash.h>

#include "absl/strings/str_format.h"

namespace fupin::gis {
namespace {

constexpr int kLevel = 6;

struct Compressor {
  Compressor() : handle(libdeflate_alloc_compressor(kLevel)) {}
  ~Compressor() { libdeflate_free_compressor(handle); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  libdeflate_compressor* const handle;
};

}  // namespace

std::shared_ptr<Tile> MakeTile(std::string bytes) {
  auto tile = std::make_shared<Tile>();
  tile->etag = absl::StrFormat("\"%016x\"", XXH3_64bits(bytes.data(), bytes.size()));
  tile->bytes = std::make_shared<const std::string>(std::move(bytes));
  return tile;
}

std::shared_ptr<const std::string> Gzip(const std::string& bytes) {
  thread_local const Compressor compressor;
  if (compressor.handle == nullptr) return nullptr;
  std::string out(libdeflate_gzip_compress_bound(compressor.handle, bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.handle, bytes.data(), bytes.size(), out.data(),
                                      out.size()));
  return out.empty() ? nullptr : std::make_shared<const std::string>(std::move(out));
}

}  // namespace fupin::gis
