// Passwords: what one may be, and what is kept of it (Argon2id, RFC 9106, by libsodium: 64 MiB, two passes).
//
// Hashing one takes a tenth of a second and 64 MiB. It is done by the thread that asks, at most a few at
// once; a few more wait for them, and whoever comes then is told to come again, so that a flood of logins
// takes neither the memory nor the threads that answer everybody else. Where the gate is full, logins are
// sent away before they stand in line with other requests (api/guard.c).
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_MIN_BYTES = 12, PASSWORD_MAX_BYTES = 256 };

struct password_gate;

// `threads` is how many of the server's threads may be busy with passwords or wait for it (at least 1).
enum status password_gate_new(size_t threads, struct password_gate **out_gate, struct error *error);
void password_gate_free(struct password_gate *gate); // NULL is fine

// Whether whoever comes now is turned away. For those who can tell before there is work: never blocks.
bool password_gate_is_full(struct password_gate *gate);

// Whether users may choose it: 12 to 256 bytes of UTF-8, exactly as they come, and not one of those that are
// tried first (app/password_common.c, or made of the product's and the user's own words). STATUS_INVALID with
// `pointer`. The passwords of the documentation pass where `allows_samples`, on servers that only this
// machine reaches.
enum status password_check(struct str password, struct str email, bool allows_samples, const char *pointer,
                           struct error *error);

// One of the documentation's.
bool password_is_sample(struct str password);

// The text to keep, in the arena. STATUS_UNAVAILABLE "busy" as above.
enum status password_hash(struct password_gate *gate, struct str password, struct arena *arena,
                          struct str *out_hash, struct error *error);

struct password_verdict {
    bool is_right;
    bool is_weak; // right, and kept with less work than new ones: hash it again
};

// `hash` "" is nobody's: it takes as long as any other and is wrong. STATUS_UNAVAILABLE "busy".
enum status password_verify(struct password_gate *gate, struct str password, struct str hash,
                            struct password_verdict *out_verdict, struct error *error);
