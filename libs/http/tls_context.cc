#include "libs/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace fupin::http {
namespace {

// Read at once what one answer of the map takes.
constexpr size_t kReadAhead = 64 << 10;

absl::Status Wrong(const std::string& setting, const char* zh, const char* en) {
  ERR_clear_error();
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"SETTING_WRONG", setting, absl::StrCat("配置项 ", setting, " ", zh),
                        absl::StrCat("setting ", setting, " ", en)});
}

TlsContext Make(const SSL_METHOD* method) {
  TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

}  // namespace

absl::StatusOr<TlsContext> ServerTlsContext(const rpc::TlsFiles& files) {
  TlsContext context = Make(TLS_server_method());
  // Memory for records only while there are any: most connections are silent.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return Wrong("frame.tls.certificate_file", "不能使用", "cannot be used");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Wrong("frame.tls.key_file", "不能使用", "cannot be used");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return Wrong("frame.tls.key_file", "与证书不符", "does not belong to the certificate");
  }
  // Asked for, not demanded; whether it is one of ours is decided later, where a refusal has words.
  // The list of names keeps browsers from offering certificates that cannot be ours.
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  if (auto* names = SSL_load_client_CA_file(files.ca.c_str())) {
    SSL_CTX_set_client_CA_list(context.get(), names);
  }
  static const unsigned char kContext[] = "fupin";
  SSL_CTX_set_session_id_context(context.get(), kContext, sizeof(kContext) - 1);
  ERR_clear_error();
  return context;
}

absl::StatusOr<TlsContext> ClientTlsContext(const rpc::TlsFiles& files) {
  TlsContext context = Make(TLS_client_method());
  if (SSL_CTX_load_verify_file(context.get(), files.ca.c_str()) != 1 ||
      SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the certificate files cannot be used");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_read_buffer_len(context.get(), kReadAhead);
  return context;
}

std::string PeerPem(SSL* ssl) {
  std::string pem;
  const auto append = [&pem](X509* certificate) {
    BIO* out = BIO_new(BIO_s_mem());
    if (PEM_write_bio_X509(out, certificate) == 1) {
      char* data = nullptr;
      const long size = BIO_get_mem_data(out, &data);
      pem.append(data, size);
    }
    BIO_free(out);
  };
  if (X509* leaf = SSL_get1_peer_certificate(ssl)) {
    append(leaf);
    X509_free(leaf);
  }
  if (const auto* chain = SSL_get_peer_cert_chain(ssl)) {
    for (int i = 0; i < sk_X509_num(chain); ++i) append(sk_X509_value(chain, i));
  }
  return pem;
}

}  // namespace fupin::http
