// One-time codes of an authenticator (TOTP, RFC 6238: HMAC-SHA-1, 6 digits, steps of 30 s) and the recovery
// codes for the day it is lost. Pure: no state, no clock.
#pragma once

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    TOTP_SECRET_BYTES = 20, // as long as the hash (RFC 4226, 4, R6)
    TOTP_SECRET_TEXT_LEN = 32,
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    RECOVERY_CODES = 10,
    RECOVERY_CODE_LEN = 19, // "abcd-efgh-ijkl-mnop": 80 bits
};

struct totp_secret {
    unsigned char bytes[TOTP_SECRET_BYTES];
};

struct totp_secret totp_secret_new(void);

// base32 (RFC 4648, 6), as authenticators take it.
void totp_secret_to_text(const struct totp_secret *secret, char out_text[TOTP_SECRET_TEXT_LEN + 1]);

// What authenticators read from a QR code: otpauth://totp/Trading%20Lab:ann%40example.org?secret=…
// (the Key URI Format of Google Authenticator). In the arena; ptr NULL on lack of memory.
struct str totp_uri(const struct totp_secret *secret, struct str account, struct arena *arena);

int64_t totp_step_at(int64_t now_us);

// The code of a step (RFC 4226, 5.3, with the step as the counter): 0 to 999999.
uint32_t totp_code(const struct totp_secret *secret, int64_t step);

// The step that the code (six digits, blanks between them are fine) is of: that of the time, the one before
// or the one behind it. Only steps after `last_step` count, so that each is good once; the newest first.
// False when there is none.
bool totp_find_step(const struct totp_secret *secret, struct str code, int64_t now_us, int64_t last_step,
                    int64_t *out_step);

struct recovery_code {
    char text[RECOVERY_CODE_LEN + 1];
};

struct recovery_code recovery_code_new(void);

// A recovery code as it is hashed: small letters and digits, whatever blanks and dashes a person put in
// between. False when it cannot be one.
bool recovery_code_parse(struct str text, struct recovery_code *out_code);
