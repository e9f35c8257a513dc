#include "app/secret.h"

#include "base/rand.h"

#include <sodium.h>

static void encode(const unsigned char bytes[SECRET_BYTES], char out_text[SECRET_TEXT_LEN + 1])
{
    (void)sodium_bin2base64(out_text, SECRET_TEXT_LEN + 1, bytes, SECRET_BYTES,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

struct secret secret_new(void)
{
    unsigned char bytes[SECRET_BYTES];
    struct secret secret;
    rand_bytes(bytes, sizeof bytes);
    encode(bytes, secret.text);
    sodium_memzero(bytes, sizeof bytes);
    return secret;
}

struct hash hash_of(struct str text)
{
    struct hash hash;
    (void)crypto_hash_sha256(hash.bytes, (const unsigned char *)text.ptr, text.len);
    return hash;
}

struct hash hash_signed(struct str key, struct str text)
{
    struct hash hash;
    crypto_auth_hmacsha256_state state;
    (void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.ptr, text.len);
    (void)crypto_auth_hmacsha256_final(&state, hash.bytes);
    return hash;
}

bool hash_is(struct str stored, const struct hash *hash)
{
    return stored.len == HASH_BYTES && sodium_memcmp(stored.ptr, hash->bytes, HASH_BYTES) == 0;
}

void hash_to_text(const struct hash *hash, char out_text[SECRET_TEXT_LEN + 1])
{
    encode(hash->bytes, out_text);
}
