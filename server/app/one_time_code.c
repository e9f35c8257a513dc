#include "app/one_time_code.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/rand.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>

enum { SHA1_BYTES = 20, BITS_PER_LETTER = 5, GROUP = 4, WINDOW = 1, MODULUS = 1000000 };

#define STEP_US ((int64_t)TOTP_STEP_S * 1000000)
#define BIG_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SMALL_LETTERS "abcdefghijklmnopqrstuvwxyz234567"

struct totp_secret totp_secret_new(void)
{
    struct totp_secret secret;
    rand_bytes(secret.bytes, sizeof secret.bytes);
    return secret;
}

// The bytes are a multiple of 40 bits: no padding.
void totp_secret_to_text(const struct totp_secret *secret, char out_text[TOTP_SECRET_TEXT_LEN + 1])
{
    for (size_t i = 0; i < TOTP_SECRET_TEXT_LEN; i++) {
        const size_t bit = i * BITS_PER_LETTER, byte = bit / 8;
        const unsigned next = byte + 1 < TOTP_SECRET_BYTES ? secret->bytes[byte + 1] : 0;
        const unsigned pair = (unsigned)secret->bytes[byte] << 8 | next;
        out_text[i] = BIG_LETTERS[pair >> (16 - BITS_PER_LETTER - bit % 8) & 31];
    }
    out_text[TOTP_SECRET_TEXT_LEN] = '\0';
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void append_encoded(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_plain(text.ptr[i]))
            buf_append_str(buf, str_slice(text, i, 1));
        else
            buf_append_format(buf, "%%%02X", (unsigned)(unsigned char)text.ptr[i]);
}

struct str totp_uri(const struct totp_secret *secret, struct str account, struct arena *arena)
{
    char text[TOTP_SECRET_TEXT_LEN + 1];
    BUF_SCOPE(buf, 4 * KIB);
    totp_secret_to_text(secret, text);
    buf_append_format(&buf, "otpauth://totp/Trading%%20Lab:");
    append_encoded(&buf, account);
    buf_append_format(&buf, "?secret=%s&issuer=Trading%%20Lab&algorithm=SHA1&digits=%d&period=%d", text,
                      TOTP_DIGITS, TOTP_STEP_S);
    return buf.failed ? (struct str){0} : buf_copy(&buf, arena);
}

// ---- codes

int64_t totp_step_at(int64_t now_us)
{
    return now_us / STEP_US;
}

static void hmac_sha1(const struct totp_secret *secret, int64_t counter, unsigned char out_mac[SHA1_BYTES])
{
    unsigned char message[8];
    unsigned len = SHA1_BYTES;
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (unsigned char)((uint64_t)counter >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret->bytes, TOTP_SECRET_BYTES, message, sizeof message, out_mac, &len))
        abort(); // only for lack of memory: no code is better than the code of nothing
}

// Dynamic truncation (RFC 4226, 5.4).
uint32_t totp_code(const struct totp_secret *secret, int64_t step)
{
    unsigned char mac[SHA1_BYTES];
    hmac_sha1(secret, step, mac);
    const size_t at = mac[SHA1_BYTES - 1] & 15;
    const uint32_t bits = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
                          (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return bits % MODULUS;
}

static bool parse_code(struct str text, uint32_t *out_code)
{
    uint32_t code = 0;
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ') continue;
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || ++digits > TOTP_DIGITS) return false;
        code = code * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    *out_code = code;
    return digits == TOTP_DIGITS;
}

bool totp_find_step(const struct totp_secret *secret, struct str code, int64_t now_us, int64_t last_step,
                    int64_t *out_step)
{
    const int64_t now = totp_step_at(now_us);
    uint32_t wanted;
    bool is_found = false;
    if (!parse_code(code, &wanted)) return false;
    for (int64_t step = now - WINDOW; step <= now + WINDOW; step++) { // all, so that the time tells nothing
        const uint32_t right = totp_code(secret, step);
        if (sodium_memcmp(&right, &wanted, sizeof wanted) != 0 || step <= last_step) continue;
        *out_step = step;
        is_found = true;
    }
    return is_found;
}

// ---- recovery codes

struct recovery_code recovery_code_new(void)
{
    struct recovery_code code = {0};
    unsigned char bytes[RECOVERY_CODE_LEN];
    rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < RECOVERY_CODE_LEN; i++)
        code.text[i] = i % (GROUP + 1) == GROUP ? '-' : SMALL_LETTERS[bytes[i] % 32];
    return code;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

bool recovery_code_parse(struct str text, struct recovery_code *out_code)
{
    struct recovery_code code = {0};
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const char small = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (c == ' ' || c == '-') continue;
        if (len % (GROUP + 1) == GROUP) code.text[len++] = '-';
        if (!is_letter(small) || len >= RECOVERY_CODE_LEN) return false;
        code.text[len++] = small;
    }
    *out_code = code;
    return len == RECOVERY_CODE_LEN;
}
