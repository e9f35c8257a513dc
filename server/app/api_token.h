// Tokens by which programs use the API in a user's name: "tlab_", 10 characters that say which one it is,
// "_", and a secret of 43. The text is shown once; here is only the hash of the secret.
//
// A token may never do more than its user may at that moment, and no more than its own role. One that is
// bound to a workspace sees no other. Which routes take none says the route table (api/routes.h).
#pragma once

#include "app/app.h"
#include "app/secret.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "store/api_token_store.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    API_TOKEN_ID_LEN = 10,
    API_TOKEN_TEXT_LEN = 5 + API_TOKEN_ID_LEN + 1 + SECRET_TEXT_LEN,
    API_TOKEN_DAYS = 90, // unless said otherwise
    API_TOKEN_DAYS_MAX = 366,
};

struct api_token_text {
    char text[API_TOKEN_TEXT_LEN + 1];
};

// Whether a text holds what looks like a token, or like the beginning of one: such text is for no log.
bool api_token_is_in(struct str text);

struct api_token_input {
    struct str user_id;                    // whose token it is
    struct str name;                       // what it is for
    struct str workspace_id;               // ptr NULL: all of the user's
    enum role role;                        // at most
    int64_t days;                          // until it expires
    struct str places[LIMIT_TOKEN_PLACES]; // ranges of addresses from which it may be used
    size_t place_count;                    // 0: from everywhere
};

struct api_token_made {
    struct api_token token;
    struct api_token_text text;
};

// STATUS_INVALID "/name", "/role" (more than the user's own in that workspace), "/workspace_id" (the user is
// no member), "/expires_in_days", "/allowed_cidrs/N"; STATUS_CONFLICT "too_many_tokens". Texts live in the
// arena.
enum status api_token_create(const struct app *app, const struct actor *actor,
                             const struct api_token_input *input, struct arena *arena,
                             struct api_token_made *out_made, struct error *error);

// Not the revoked ones; newest first. `user_id` "": of all users.
enum status api_token_list(const struct app *app, struct str user_id, struct arena *arena,
                           struct api_token_list *out_list, struct error *error);

// From the next request on it is wrong. STATUS_NOT_FOUND, also when it is not `user_id`'s ("": whoever's).
enum status api_token_revoke(const struct app *app, const struct actor *actor, struct str user_id,
                             struct str id, struct error *error);

// Of the text that came with a request. Notes its use, once a minute. `actor` is who sent the request,
// without the user, who comes out of it. STATUS_UNAUTHENTICATED when it is wrong, was revoked, has expired,
// or its user is disabled, or it may not be used from there; STATUS_TOO_MANY "throttled" when too many wrong
// ones came from that address, or too many requests of that token (app/token_rate.h).
enum status api_token_authenticate(const struct app *app, const struct actor *actor, struct str text,
                                   struct arena *arena, struct api_token_found *out_found,
                                   struct error *error);
