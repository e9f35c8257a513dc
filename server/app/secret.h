// Random texts that are as good as a key, and what is kept of them: their SHA-256. They are random through
// and through, so that a plain hash is enough; passwords have app/password.h.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SECRET_BYTES = 32,
    SECRET_TEXT_LEN = 43, // base64url without padding (RFC 4648, 5)
    HASH_BYTES = 32,
};

struct secret {
    char text[SECRET_TEXT_LEN + 1];
};

struct hash {
    unsigned char bytes[HASH_BYTES];
};

struct secret secret_new(void);

static inline struct str secret_str(const struct secret *secret)
{
    return (struct str){.ptr = secret->text, .len = SECRET_TEXT_LEN};
}

struct hash hash_of(struct str text);

static inline struct str hash_str(const struct hash *hash)
{
    return (struct str){.ptr = (const char *)hash->bytes, .len = HASH_BYTES};
}

// HMAC-SHA-256 under a key of SECRET_BYTES bytes.
struct hash hash_signed(struct str key, struct str text);

// Whether the stored bytes are that hash, in a time that does not depend on where they differ.
bool hash_is(struct str stored, const struct hash *hash);

// base64url of the bytes into `out_text` of SECRET_TEXT_LEN + 1: of a hash or a key.
void hash_to_text(const struct hash *hash, char out_text[SECRET_TEXT_LEN + 1]);
