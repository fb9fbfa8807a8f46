// Calls the gateway: messages as JSON over HTTPS.
#ifndef FUPIN_SERVICES_FUPINCTL_HTTPS_CLIENT_H_
#define FUPIN_SERVICES_FUPINCTL_HTTPS_CLIENT_H_

#include <cstdio>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/rpc/credentials.h"

namespace fupin::fupinctl {

struct HttpsAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
  std::string headers;  // as received, one a line
};

// Keeps its connection open between calls. One thread at a time.
class HttpsClient {
 public:
  // `tls.certificate` empty: no certificate is presented.
  HttpsClient(std::string address, rpc::TlsFiles tls);
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  // `headers` are whole lines. UNAVAILABLE when no answer came.
  absl::StatusOr<HttpsAnswer> Send(const std::string& method, const std::string& path,
                                   const std::string& body,
                                   const std::vector<std::string>& headers = {});

  // Writes the body of a success into `file`, however large; other bodies are in the answer. The
  // answer must begin within two minutes and go on. UNAVAILABLE also when the body is not whole or
  // cannot be written.
  absl::StatusOr<HttpsAnswer> Download(const std::string& path, std::FILE* file);

  // What a refusal says.
  static absl::Status StatusOf(const HttpsAnswer& answer);

  // The problem document of an answer becomes a status with the same problems.
  absl::Status Post(const std::string& path, const google::protobuf::Message& request,
                    google::protobuf::Message* response);
  absl::Status Get(const std::string& path, google::protobuf::Message* response);

 private:
  // Options that every request has.
  void Prepare(const std::string& url, HttpsAnswer* answer);
  absl::Status Perform(HttpsAnswer* answer);
  static absl::Status Read(const absl::StatusOr<HttpsAnswer>& answer,
                           google::protobuf::Message* response);

  const std::string address_;
  const rpc::TlsFiles tls_;
  void* curl_;
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_HTTPS_CLIENT_H_
