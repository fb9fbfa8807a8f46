#include "libs/testing/reserved_port.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "libs/status/macros.h"

namespace fupin::testing {
namespace {

// Below the usual first port of the kernel, 32768. Browser tests take theirs from 20000 on.
constexpr int kFirst = 10000;
constexpr int kLast = 19999;

// Held until the process ends: the file stays open.
bool Lock(int port) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("fupin-ports-" + std::to_string(getuid()));
  std::filesystem::create_directories(folder);
  const int file =
      open((folder / std::to_string(port)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  FUPIN_CHECK(file >= 0);
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  close(file);
  return false;
}

// In IPv4 and IPv6: "localhost" is both.
bool Free(int port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_ANY);
  v4.sin_port = htons(static_cast<uint16_t>(port));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_any;
  v6.sin6_port = v4.sin_port;
  const int on = 1;
  const auto free = [&](int family, const sockaddr* address, socklen_t size) {
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return true;  // a machine without this family
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6) setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    const bool taken = bind(socket, address, size) != 0 && errno == EADDRINUSE;
    close(socket);
    return !taken;
  };
  return free(AF_INET, reinterpret_cast<const sockaddr*>(&v4), sizeof v4) &&
         free(AF_INET6, reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

}  // namespace

int ReservePort() {
  for (int port = kFirst; port <= kLast; ++port) {
    if (Lock(port) && Free(port)) return port;
  }
  FUPIN_CHECK(false);
  return 0;
}

}  // namespace fupin::testing
