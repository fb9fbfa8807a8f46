// A blocking socket for tests: what is sent and read is exactly what is written there.
#ifndef FUPIN_LIBS_HTTP_TEST_SOCKET_H_
#define FUPIN_LIBS_HTTP_TEST_SOCKET_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "libs/status/macros.h"

namespace fupin::http {

class TestSocket {
 public:
  explicit TestSocket(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<uint16_t>(port));
    FUPIN_CHECK(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  ~TestSocket() { close(socket_); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  void Send(absl::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }

  // Up to and with `end`; less when the other side ended before.
  std::string ReadUntil(absl::string_view end) {
    size_t at = 0;
    while ((at = waiting_.find(end.data(), 0, end.size())) == std::string::npos) {
      if (!More()) return std::exchange(waiting_, "");
    }
    return Take(at + end.size());
  }
  // So many bytes; less when the other side ended before.
  std::string Read(size_t size) {
    while (waiting_.size() < size && More()) {
    }
    return Take(std::min(size, waiting_.size()));
  }
  std::string ReadToEnd() {
    while (More()) {
    }
    return std::exchange(waiting_, "");
  }

  struct Answer {
    std::string head;
    std::string body;
  };
  // One answer with a stated length. `bare`: it has no body, whatever its head says.
  Answer ReadAnswer(bool bare = false) {
    Answer answer{ReadUntil("\r\n\r\n"), ""};
    const absl::string_view mark = "Content-Length: ";
    const size_t at = answer.head.find(mark.data(), 0, mark.size());
    size_t size = 0;
    if (bare || at == std::string::npos) return answer;
    const size_t from = at + mark.size();
    FUPIN_CHECK(absl::SimpleAtoi(
        absl::string_view(answer.head).substr(from, answer.head.find('\r', from) - from), &size));
    answer.body = Read(size);
    return answer;
  }

 private:
  bool More() {
    char piece[64 << 10];
    const ssize_t got = recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    waiting_.append(piece, static_cast<size_t>(got));
    return true;
  }
  std::string Take(size_t size) {
    std::string taken = waiting_.substr(0, size);
    waiting_.erase(0, size);
    return taken;
  }

  const int socket_;
  std::string waiting_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_TEST_SOCKET_H_
