// Accounts: who somebody is, whatever they belong to.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/user_store.h"

#include <stdbool.h>
#include <stdint.h>

// An e-mail as it is compared: lower case (ASCII), in the arena; ptr NULL on lack of memory.
struct str email_key(struct str email, struct arena *arena);

// STATUS_INVALID with `pointer`: at most 254 bytes, one "@" with something before it and a name with a point
// behind it (or "localhost"), no blanks and no control characters.
enum status user_check_email(struct str email, const char *pointer, struct error *error);

struct user_input {
    struct str email;        // checked
    struct str display_name; // ptr NULL: what stands before the @
    struct str hash;         // of the password; ptr NULL: none
    struct str created_by;   // ptr NULL: the user
    bool must_change_password;
    int64_t password_until_us; // 0: for ever
};

// Inside the caller's transaction. STATUS_CONFLICT "email_taken".
enum status user_create(struct db_tx *tx, const struct user_input *input, int64_t now_us, struct arena *arena,
                        struct str *out_user_id, struct error *error);

// By e-mail, whatever its case. STATUS_NOT_FOUND.
enum status user_find(struct db_tx *tx, struct str email, struct arena *arena, struct str *out_user_id,
                      struct error *error);
