#include "tests/faults/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"

namespace fupin::faults {
namespace {

constexpr int kTickMs = 20;

sockaddr_in Local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// Closes with a reset, as a dying machine or a firewall does.
void Reset(int socket) {
  const linger now{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(socket);
}

// Small messages go at once, as on a connection without a relay.
void NoDelay(int socket) {
  const int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

bool SendAll(int socket, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

}  // namespace

Relay::Relay(int target_port) : target_port_(target_port) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Local(0);
  socklen_t size = sizeof address;
  FUPIN_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  FUPIN_CHECK(listen(listener_, 64) == 0);
  FUPIN_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

Relay::~Relay() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

void Relay::CutNextAfter(int64_t bytes_to_server, int64_t bytes_to_client) {
  absl::MutexLock lock(&mutex_);
  next_cut_server_ = bytes_to_server;
  next_cut_client_ = bytes_to_client;
}

void Relay::Accept() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, kTickMs) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    ++connections_;
    absl::MutexLock lock(&mutex_);
    threads_.emplace_back([this, client, cut_server = std::exchange(next_cut_server_, -1),
                           cut_client = std::exchange(next_cut_client_, -1)] {
      Serve(client, cut_server, cut_client);
    });
  }
}

void Relay::Serve(int client, int64_t cut_server, int64_t cut_client) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Local(target_port_);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Reset(client);
    close(server);
    return;
  }
  NoDelay(client);
  NoDelay(server);
  bool dead = silent_;
  int64_t passed[2] = {0, 0};
  const int from[2] = {client, server};
  const int64_t cut[2] = {cut_server, cut_client};
  char buffer[16 << 10];
  bool open = true;
  bool reset = false;
  while (open && !stopping_) {
    dead = dead || silent_;
    if (dead) {
      // Neither read nor closed: the peer's kernel hears nothing of it.
      poll(nullptr, 0, kTickMs);
      continue;
    }
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (poll(both, 2, kTickMs) <= 0 || silent_) continue;
    for (int side = 0; side < 2 && open; ++side) {
      if (both[side].revents == 0) continue;
      const ssize_t got = recv(from[side], buffer, sizeof buffer, 0);
      if (got <= 0) {
        open = false;
        break;
      }
      int64_t pass = got;
      if (cut[side] >= 0) pass = std::min<int64_t>(pass, cut[side] - passed[side]);
      if (!SendAll(from[1 - side], buffer, static_cast<size_t>(pass))) open = false;
      passed[side] += pass;
      (side == 0 ? to_server_ : to_client_) += pass;
      if (cut[side] >= 0 && passed[side] >= cut[side]) {
        ++cuts_;
        reset = true;
        open = false;
      }
    }
  }
  if (reset) {
    Reset(client);
    Reset(server);
  } else {
    close(client);
    close(server);
  }
}

}  // namespace fupin::faults
