// Who sent a request: from its API token, or its cookie, or, with AUTH_MODE=none, the local user. Where a
// request has both, the token counts and the cookie is not looked at.
#pragma once

#include "api/call.h"
#include "base/error.h"

// Fills call->actor and, of whoever is signed in, user_id and session. STATUS_UNAUTHENTICATED on routes that
// need a user.
enum status authenticate(struct api_call *call);

// A session that somebody found open does not do everything: the password must have been given within the
// last quarter of an hour. STATUS_FORBIDDEN "reauth_required". Programs and AUTH_MODE=none have no session.
enum status authenticate_demand_proof(const struct api_call *call);

// Gives the browser a token for its session (call->token), where it got a new one.
void authenticate_finish(struct api_call *call);

// STATUS_CONFLICT "auth_disabled" where nobody signs in.
enum status check_signing_in(const struct api_call *call);

// For what is done to the session itself, or to the account of whoever is in it: as check_signing_in, and
// STATUS_FORBIDDEN "session_required" when the request came without one.
enum status check_session(const struct api_call *call);

// Whether the server asks whoever sent the request for an authenticator that they do not have.
bool must_set_up_totp(const struct api_call *call);

// The address that the request came from: of the socket, or what the trusted proxies in front say.
struct str client_address(const struct api_call *call);
