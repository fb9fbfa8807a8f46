// The id a client gives a request so that sending it again does nothing twice.
#ifndef FUPIN_LIBS_RPC_REQUEST_ID_H_
#define FUPIN_LIBS_RPC_REQUEST_ID_H_

#include "absl/strings/string_view.h"

namespace fupin::rpc {

// 1 to 64 of A-Z, a-z, 0-9, ".", "_", "-".
bool IsRequestId(absl::string_view id);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_REQUEST_ID_H_
