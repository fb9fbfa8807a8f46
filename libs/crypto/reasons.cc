#include "libs/crypto/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::crypto {
namespace {

constexpr Reason kReasons[] = {
    {"KEY_FILE_OPEN_TO_OTHERS", absl::StatusCode::kFailedPrecondition,
     "密钥文件 {} 可被他人读取,请执行 chmod 600",
     "the key file {} is open to others; chmod 600 it"},
    {"KEY_FILE_FORMAT", absl::StatusCode::kInvalidArgument, "密钥文件须为 64 位十六进制或 32 字节",
     "the key file must hold 64 hex digits or 32 bytes"},
    {"SEAL_KEY_FILE_FORMAT", absl::StatusCode::kInvalidArgument,
     "封存密钥文件格式不对({});每行应为:版本号(从 1 起,不重复)、套件(INTL 或 SM)、64 "
     "位十六进制密钥",
     "the file of sealing keys cannot be read ({}); a line is: version (from 1, each once), suite "
     "(INTL or SM), key of 64 hex digits"},
    {"KEY_VERSION_UNKNOWN", absl::StatusCode::kFailedPrecondition,
     "密文由密钥版本 {} 封存,密钥文件中没有该版本;请把它放回密钥文件",
     "a stored value was sealed with key version {}, which the key file does not have; put it back "
     "into the file"},
    {"SEAL_BROKEN", absl::StatusCode::kDataLoss,
     "封存的值无法验证(被改动、移位或密钥不符)({});请核对密钥文件,或恢复备份",
     "a sealed value does not verify: it was changed, moved, or sealed with another key ({}); "
     "check "
     "the key file or restore a backup"},
    {"SEAL_FAILED", absl::StatusCode::kInternal, "加密库无法封存({}),请联系维护人员",
     "the cryptographic library could not seal a value ({}); tell the maintainers"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::crypto
