// Who sent a request: from its cookie, or, with AUTH_MODE=none, the local user.
#pragma once

#include "api/call.h"
#include "base/error.h"

// Fills call->actor and, of whoever is signed in, user_id and session. STATUS_UNAUTHENTICATED on routes that
// need a user.
enum status authenticate(struct api_call *call);

// Gives the browser a token for its session (call->token), where it got a new one.
void authenticate_finish(struct api_call *call);

// The address that the request came from: of the socket, or what the trusted proxies in front say.
struct str client_address(const struct api_call *call);
