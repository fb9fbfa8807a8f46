#include "libs/rpc/peer_verifier.h"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/status/status.h"

namespace fupin::rpc {
namespace {

constexpr size_t kMaxKnown = 4096;
constexpr absl::Duration kKnownFor = absl::Seconds(30);

struct Free {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
  void operator()(STACK_OF(X509) * p) const { sk_X509_pop_free(p, X509_free); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::vector<Owned<X509>> ReadPem(absl::string_view pem) {
  std::vector<Owned<X509>> certificates;
  Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(certificate);
  }
  return certificates;
}

absl::Status Refused(std::string reason, std::string zh, std::string en) {
  return ProblemStatus(absl::StatusCode::kUnauthenticated,
                       {std::move(reason), "", std::move(zh), std::move(en)});
}

std::string UriOf(X509* certificate) {
  Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                       static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return "";
}

bool Denied(X509* certificate, const std::string& deny_text) {
  if (deny_text.empty()) return false;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  const std::string fingerprint =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
  Owned<BIGNUM> serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* hex = BN_bn2hex(serial.get());
  const std::string serial_hex = absl::AsciiStrToLower(hex);
  OPENSSL_free(hex);
  for (absl::string_view line : absl::StrSplit(deny_text, '\n')) {
    const std::string entry = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line));
    if (!entry.empty() && (entry == fingerprint || entry == serial_hex)) return true;
  }
  return false;
}

}  // namespace

PeerVerifier::PeerVerifier(std::string ca_file, std::string deny_file, const Clock& clock)
    : ca_file_(std::move(ca_file)), deny_file_(std::move(deny_file)), clock_(clock) {}

void PeerVerifier::Refresh(absl::Time now) {
  if (now - refreshed_ < absl::Seconds(1) && now >= refreshed_) return;
  refreshed_ = now;
  const auto ca = config::ReadFile(ca_file_);
  const std::string deny = deny_file_.empty() ? "" : config::ReadFile(deny_file_).value_or("");
  // A CA file that cannot be read just now keeps the last good one.
  if (ca.ok() && *ca != ca_pem_) {
    ca_pem_ = *ca;
    known_.clear();
  }
  if (deny != deny_text_) {
    deny_text_ = deny;
    known_.clear();
  }
}

absl::StatusOr<Principal> PeerVerifier::Verify(absl::string_view pem_chain) {
  if (pem_chain.empty()) {
    return Refused("CERT_MISSING", "未出示证书,请使用省平台签发的证书连接",
                   "no certificate was presented; connect with one issued by the province");
  }
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  Refresh(now);
  const std::string key(pem_chain);
  const auto known = known_.find(key);
  if (known != known_.end() && now - known->second.checked < kKnownFor &&
      now >= known->second.checked) {
    return known->second.result;
  }
  auto result = VerifyNow(pem_chain, now);
  if (known_.size() >= kMaxKnown) known_.clear();
  known_.insert_or_assign(key, Known{now, result});
  return result;
}

absl::StatusOr<Principal> PeerVerifier::VerifyNow(absl::string_view pem_chain, absl::Time now) {
  const auto chain = ReadPem(pem_chain);
  if (chain.empty()) {
    return Refused("CERT_MALFORMED", "证书无法解析,请检查证书文件",
                   "the certificate cannot be read");
  }
  Owned<X509_STORE> store(X509_STORE_new());
  for (const auto& root : ReadPem(ca_pem_)) X509_STORE_add_cert(store.get(), root.get());
  Owned<STACK_OF(X509)> intermediates(sk_X509_new_null());
  for (size_t i = 1; i < chain.size(); ++i) {
    X509_up_ref(chain[i].get());
    sk_X509_push(intermediates.get(), chain[i].get());
  }
  Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain[0].get(), intermediates.get());
  X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(now));
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID) {
      return Refused("CERT_EXPIRED", "证书不在有效期内,请更换证书",
                     "the certificate has expired or is not valid yet; renew it");
    }
    return Refused("CERT_UNKNOWN_CA", "证书不是本平台信任的机构签发的,请使用省平台签发的证书",
                   "the certificate was not issued by a CA trusted here");
  }
  if (Denied(chain[0].get(), deny_text_)) {
    return Refused("CERT_REVOKED", "证书已被吊销,请联系省平台",
                   "the certificate has been revoked; contact the province");
  }
  return ParsePrincipal(UriOf(chain[0].get()));
}

}  // namespace fupin::rpc
