// Ports for servers that come back where they were. A port the kernel handed out is given to
// another process, even as the near end of a connection, as soon as its server is down.
#ifndef FUPIN_LIBS_TESTING_RESERVED_PORT_H_
#define FUPIN_LIBS_TESTING_RESERVED_PORT_H_

namespace fupin::testing {

// A port nobody listens on, from below those the kernel hands out; no other call gets it before
// this process has ended, in whichever process of this user.
int ReservePort();

}  // namespace fupin::testing

#endif  // FUPIN_LIBS_TESTING_RESERVED_PORT_H_
