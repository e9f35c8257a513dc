// Signing in with e-mail and password.
//
// Whether an account exists is told by nothing: not by the answer, not by how long it takes, not by how
// attempts are counted. An attempt counts before it is made, by account and by address; a browser that was
// signed in to the account before has a count of its own, so that nobody can keep its owner out.
#pragma once

#include "app/app.h"
#include "app/secret.h"
#include "app/session.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/session_store.h"

#include <stdbool.h>

struct login_request {
    struct str email;
    struct str password;
    struct str otp;       // code of the authenticator, or a recovery code; ptr NULL: none
    bool is_kept;         // stay signed in for 30 days
    struct str old_token; // cookies that came with it; "" for none
    struct str device;
    struct str user_agent;
};

struct login_result {
    struct str user_id;
    struct session_begun session;
    bool must_change_password;
    bool has_totp;
    struct str device; // cookie by which the browser is known again
};

// STATUS_UNAUTHENTICATED "wrong_credentials", or, where the password is right and the account has an
// authenticator, "otp_required" and "wrong_otp"; STATUS_TOO_MANY "throttled", or
// "only_known_browsers" while logins fail all over the server (app/login_flood.h), with retry_after_s;
// STATUS_UNAVAILABLE "busy".
enum status login(const struct app *app, const struct actor *actor, const struct login_request *request,
                  struct arena *arena, struct login_result *out_result, struct error *error);

// The password given once more, before one's account is changed. The session gets a new token.
// STATUS_FORBIDDEN "wrong_password"; STATUS_TOO_MANY, STATUS_UNAVAILABLE as above.
enum status login_prove(const struct app *app, const struct actor *actor, const struct session *session,
                        struct str password, struct secret *out_token, struct error *error);

// The same without a new token, as a part of something that gives one.
enum status login_check_password(const struct app *app, const struct actor *actor, struct str password,
                                 struct error *error);

struct password_change {
    struct str current;
    struct str wanted;
};

// The actor's own. All other sessions end, this one gets a new token. STATUS_INVALID "/new_password";
// otherwise as login_prove.
enum status login_change_password(const struct app *app, const struct actor *actor,
                                  const struct session *session, const struct password_change *change,
                                  struct secret *out_token, struct error *error);
