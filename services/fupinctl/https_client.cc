#include "services/fupinctl/https_client.h"

#include <curl/curl.h>
#include <google/protobuf/util/json_util.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "fupin/gateway/v1/gateway_service.pb.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/status.h"

namespace fupin::fupinctl {
namespace {

constexpr long kTimeoutSeconds = 60;
constexpr long kSilenceSeconds = 120;
constexpr long kConnectSeconds = 10;  // an address that nobody answers is told soon

size_t Append(char* data, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

// Where the body of a success goes, and that of anything else.
struct DownloadTarget {
  CURL* curl;
  std::FILE* file;
  std::string* refusal;
};

size_t WriteDownload(char* data, size_t size, size_t count, void* out) {
  const auto* target = static_cast<DownloadTarget*>(out);
  long status = 0;
  curl_easy_getinfo(target->curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return std::fwrite(data, 1, size * count, target->file);
  return Append(data, size, count, target->refusal);
}

absl::StatusCode CodeNamed(const std::string& name) {
  for (int code = 0; code <= 16; ++code) {
    if (absl::StatusCodeToString(static_cast<absl::StatusCode>(code)) == name) {
      return static_cast<absl::StatusCode>(code);
    }
  }
  return absl::StatusCode::kUnknown;
}

}  // namespace

HttpsClient::HttpsClient(std::string address, rpc::TlsFiles tls)
    : address_(std::move(address)), tls_(std::move(tls)), curl_(curl_easy_init()) {}

HttpsClient::~HttpsClient() { curl_easy_cleanup(curl_); }

void HttpsClient::Prepare(const std::string& url, HttpsAnswer* answer) {
  curl_easy_reset(curl_);  // keeps the connection
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_CAINFO, tls_.ca.c_str());
  if (!tls_.certificate.empty()) {
    curl_easy_setopt(curl_, CURLOPT_SSLCERT, tls_.certificate.c_str());
    curl_easy_setopt(curl_, CURLOPT_SSLKEY, tls_.key.c_str());
  }
  curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer->body);
  curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, Append);
  curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer->headers);
}

absl::Status HttpsClient::Perform(HttpsAnswer* answer) {
  const CURLcode code = curl_easy_perform(curl_);
  if (code != CURLE_OK) {
    return ProblemStatus(absl::StatusCode::kUnavailable,
                         {"GATEWAY_UNREACHABLE", "",
                          absl::StrCat("无法访问网关 ", address_, ": ", curl_easy_strerror(code)),
                          absl::StrCat("the gateway at ", address_,
                                       " cannot be reached: ", curl_easy_strerror(code))});
  }
  long status = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  answer->status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(curl_, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer->content_type = type;
  return absl::OkStatus();
}

absl::StatusOr<HttpsAnswer> HttpsClient::Send(const std::string& method, const std::string& path,
                                              const std::string& body,
                                              const std::vector<std::string>& headers) {
  HttpsAnswer answer;
  Prepare(absl::StrCat("https://", address_, path), &answer);
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method == "HEAD") curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
  if (method != "GET" && method != "HEAD") {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
  }
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines(nullptr, curl_slist_free_all);
  for (const std::string& header : headers) {
    lines.reset(curl_slist_append(lines.release(), header.c_str()));
  }
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, lines.get());
  if (absl::Status status = Perform(&answer); !status.ok()) return status;
  return answer;
}

absl::StatusOr<HttpsAnswer> HttpsClient::Download(const std::string& path, std::FILE* file) {
  HttpsAnswer answer;
  Prepare(absl::StrCat("https://", address_, path), &answer);
  curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_TIME, kSilenceSeconds);
  DownloadTarget target{curl_, file, &answer.body};
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, WriteDownload);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &target);
  if (absl::Status status = Perform(&answer); !status.ok()) return status;
  return answer;
}

absl::Status HttpsClient::Post(const std::string& path, const google::protobuf::Message& request,
                               google::protobuf::Message* response) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(request, &json).ok()) {
    return absl::InvalidArgumentError("the request cannot be written as JSON");
  }
  return Read(Send("POST", path, json, {"Content-Type: application/json"}), response);
}

absl::Status HttpsClient::Get(const std::string& path, google::protobuf::Message* response) {
  return Read(Send("GET", path, ""), response);
}

absl::Status HttpsClient::Read(const absl::StatusOr<HttpsAnswer>& answer,
                               google::protobuf::Message* response) {
  if (!answer.ok()) return answer.status();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // a newer gateway may say more
  if (answer->status == 200) {
    return google::protobuf::util::JsonStringToMessage(answer->body, response, options).ok()
               ? absl::OkStatus()
               : absl::InternalError("the gateway's answer is not understood");
  }
  return StatusOf(*answer);
}

absl::Status HttpsClient::StatusOf(const HttpsAnswer& answer) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  gateway::v1::ProblemDocument document;
  if (!google::protobuf::util::JsonStringToMessage(answer.body, &document, options).ok()) {
    return absl::UnknownError(absl::StrCat("HTTP ", answer.status));
  }
  auto problems = rpc::FromProto(document.problems());
  const absl::StatusCode code = CodeNamed(document.code());
  if (problems.empty()) return absl::Status(code, document.title());
  return ProblemStatus(code, std::move(problems));
}

}  // namespace fupin::fupinctl
