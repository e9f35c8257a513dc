// Signed-in sessions. The token is with the browser, in a cookie; here is only its hash. It is changed every
// quarter of an hour of use, so that a copy is good for nothing soon, and is noticed: whoever comes with the
// token before the last one, a minute after the last was used, ends the session.
#pragma once

#include "app/app.h"
#include "app/secret.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/session_store.h"

#include <stdbool.h>

#define SESSION_PROOF_US                                                                                     \
    ((int64_t)15 * 60 * 1000000) // how long a password that was given counts as just given

// What is asked of a request that comes with a token.
struct session_use {
    struct str token;
    bool is_background; // sent by the page by itself: keeps nothing alive
};

struct session_found {
    struct session session;
    bool is_renewed; // the browser gets a new token
    struct secret token;
};

// The session of a token. STATUS_UNAUTHENTICATED when there is none, it has ended, or its user is disabled.
// `actor` is who sent the request, without the user, who comes out of it.
enum status session_authenticate(const struct app *app, const struct actor *actor,
                                 const struct session_use *use, struct arena *arena,
                                 struct session_found *out_found, struct error *error);

struct session_start {
    struct str method; // "password" | "oidc"
    struct str user_agent;
    struct str old_token; // that came with the login; "" for none
    bool is_kept;         // the browser is trusted for 30 days
};

struct session_begun {
    struct secret token;
    int64_t expires_at_us;
};

// The actor's, inside the caller's transaction. The oldest of the user's end when there are too many.
enum status session_begin(struct db_tx *tx, const struct app *app, const struct actor *actor,
                          const struct session_start *start, struct session_begun *out_begun,
                          struct error *error);

// For whoever changes how a user signs in, before anything else of that: until the transaction ends nobody
// begins a session by what was true before, and those that began are there to be ended.
enum status session_hold(struct db_tx *tx, struct str user_id, struct error *error);

// Inside the caller's transaction, when the user proved who they are: a new token at once, and whoever had a
// copy of the old one has nothing.
enum status session_replace(struct db_tx *tx, const struct session *session, int64_t now_us,
                            struct secret *out_token, struct error *error);

// Ends the session of a token, whether there is one or not.
enum status session_end(const struct app *app, const struct actor *actor, struct str token,
                        struct error *error);

// One's own. STATUS_NOT_FOUND.
enum status session_end_one(const struct app *app, const struct actor *actor, struct str id,
                            struct error *error);

// All of the actor's, but the one that is named ("": none).
enum status session_end_others(const struct app *app, const struct actor *actor, struct str kept_id,
                               struct error *error);

// Those that have not ended, newest first.
enum status session_list(const struct app *app, struct str user_id, int64_t now_us, struct arena *arena,
                         struct session_list *out_list, struct error *error);

// Whether the password was given so lately that one's account may be changed.
bool session_is_proved(const struct session *session, int64_t now_us);
