// A connected socket that never blocks, with TLS or without.
#ifndef FUPIN_LIBS_HTTP_WIRE_H_
#define FUPIN_LIBS_HTTP_WIRE_H_

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace fupin::http {

// Used on its loop's thread only. What is written is kept until Flush() has sent it, so that an
// answer leaves in one piece: whoever waits for it wakes up once.
class Wire {
 public:
  // Takes both over. `ssl` null: no TLS. Wire::Handshake() comes first, also without TLS.
  Wire(int socket, SSL* ssl);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int socket() const { return socket_; }
  SSL* ssl() const { return ssl_; }

  enum class State { kDone, kWait, kBroken };
  // What the loop has told of the socket (bits of epoll); false: it is broken.
  bool Told(uint32_t events);
  // Of an ended socket there is nothing to come, though something may still be there to read.
  bool ended() const { return ended_; }
  State Handshake();
  // Bytes read, 0: nothing now, -1: nothing will come any more.
  int Read(char* to, size_t room);
  // One record of TLS for each 16 KB.
  void Write(absl::string_view bytes);
  // Says that nothing will follow.
  void WriteEnd();
  State Flush();
  size_t waiting() const { return out_.size() - sent_; }

 private:
  friend struct WireBio;
  // Directly at the socket; as Read() and -1 with errno EAGAIN for nothing now.
  int Receive(char* to, size_t room);

  const int socket_;
  SSL* const ssl_;
  bool readable_ = true;
  bool writable_ = true;
  bool ended_ = false;
  bool broken_ = false;
  std::string out_;
  size_t sent_ = 0;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_WIRE_H_
