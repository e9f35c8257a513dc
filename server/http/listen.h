// The listening socket.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdint.h>

// Binds and listens on a numeric IPv4 or IPv6 address ("[::1]" too) or "localhost" (127.0.0.1); port 0 lets
// the system choose. The caller closes *out_fd. STATUS_CONFLICT "address_in_use"; STATUS_INVALID for an
// address that is none or is not of this machine; STATUS_FORBIDDEN for a port that may not be bound. The
// error names the address.
enum status http_listen(struct str host, uint16_t port, int *out_fd, uint16_t *out_port, struct error *error);
