// The second step of signing in: a code of an authenticator (app/one_time_code.h), or, once each, one of ten
// recovery codes. An authenticator counts from the moment at which its user proved to have it. Setting one up
// and removing it end all other sessions of the user and give this one a new token.
#pragma once

#include "app/app.h"
#include "app/one_time_code.h"
#include "app/secret.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/session_store.h"

#include <stdbool.h>
#include <stdint.h>

struct authenticator_state {
    int64_t confirmed_at_us; // 0: the user has none
    int64_t recovery_codes;  // that are left
};

enum status authenticator_get_state(const struct app *app, struct str user_id,
                                    struct authenticator_state *out_state, struct error *error);

struct authenticator_setup {
    char secret[TOTP_SECRET_TEXT_LEN + 1]; // base32
    struct str uri;                        // in the arena
};

// A new secret, in place of one that was not confirmed. STATUS_CONFLICT "totp_enabled".
enum status authenticator_begin(const struct app *app, const struct actor *actor, struct arena *arena,
                                struct authenticator_setup *out_setup, struct error *error);

struct authenticator_confirmed {
    struct recovery_code codes[RECOVERY_CODES]; // shown once; only their hashes are kept
    struct secret token;                        // of the session
};

// The first code of the new authenticator. STATUS_FORBIDDEN "wrong_code"; STATUS_CONFLICT "totp_missing"
// (begin first), "totp_enabled"; STATUS_TOO_MANY "throttled".
enum status authenticator_confirm(const struct app *app, const struct actor *actor,
                                  const struct session *session, struct str code,
                                  struct authenticator_confirmed *out_confirmed, struct error *error);

struct authenticator_proof {
    struct str password;
    struct str code; // or a recovery code
};

// STATUS_FORBIDDEN "wrong_password", "wrong_code"; STATUS_CONFLICT "totp_missing"; STATUS_TOO_MANY
// "throttled"; STATUS_UNAVAILABLE "busy".
enum status authenticator_remove(const struct app *app, const struct actor *actor,
                                 const struct session *session, const struct authenticator_proof *proof,
                                 struct secret *out_token, struct error *error);

enum code_use { CODE_WRONG, CODE_OF_AUTHENTICATOR, CODE_OF_RECOVERY };

// Inside the caller's transaction, which must commit when it was right: the code is used up. CODE_WRONG also
// where the user has no authenticator. Whoever calls it has charged the attempt (THROTTLE_CODE) before.
enum status authenticator_use(struct db_tx *tx, struct str user_id, struct str code, int64_t now_us,
                              enum code_use *out_use, struct error *error);
