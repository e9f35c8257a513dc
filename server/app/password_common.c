#include "app/password_common.h"

#include "app/password.h"

#include <string.h>

enum { DISTINCT_MIN = 5, REPEATED_MAX = 6 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool has_few_characters(struct str password)
{
    bool seen[256] = {false};
    size_t distinct = 0;
    for (size_t i = 0; i < password.len; i++) {
        const unsigned char c = (unsigned char)lower(password.ptr[i]);
        distinct += !seen[c];
        seen[c] = true;
    }
    return distinct < DISTINCT_MIN;
}

static bool repeats_every(struct str password, size_t period)
{
    for (size_t i = period; i < password.len; i++)
        if (lower(password.ptr[i]) != lower(password.ptr[i - period])) return false;
    return true;
}

static bool is_repetition(struct str password)
{
    for (size_t period = 1; period <= REPEATED_MAX; period++)
        if (repeats_every(password, period)) return true;
    return false;
}

// Neighbours in the alphabet, among the digits or on a row of the keyboard.
static bool is_step(char from, char to)
{
    static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz",
                                       "01234567890",
                                       "qwertyuiop",
                                       "asdfghjkl",
                                       "zxcvbnm",
                                       "qwertzuiop",
                                       "yxcvbnm"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = strchr(rows[i], from);
        if (at && *at && (at[1] == to || (at > rows[i] && at[-1] == to))) return true;
    }
    return from == to;
}

// Whether at least three of four steps from a character to the one `stride` behind it are neighbours.
static bool is_walk(struct str password, size_t stride)
{
    size_t steps = 0;
    for (size_t i = stride; i < password.len; i++)
        steps += is_step(lower(password.ptr[i - stride]), lower(password.ptr[i]));
    return 4 * steps >= 3 * (password.len - stride);
}

// As one reads it: "P4ssw0rd!" is "password".
static size_t plain_letters(struct str password, char out[PASSWORD_MAX_BYTES])
{
    static const char from[] = "013457@$!", to[] = "oleastasi";
    size_t len = 0;
    for (size_t i = 0; i < password.len; i++) {
        const char c = lower(password.ptr[i]);
        const char *sign = strchr(from, c);
        if (c >= 'a' && c <= 'z') out[len++] = c;
        if (sign && *sign && i + 1 < password.len && lower(password.ptr[i + 1]) >= 'a')
            out[len++] = to[sign - from];
    }
    return len;
}

static size_t word_at(struct str text)
{
    static const char *const words[] = {
        "password",   "passwort", "passphrase", "pass",     "word",     "admin",   "administrator",
        "root",       "user",     "guest",      "test",     "tester",   "testing", "demo",
        "sample",     "example",  "default",    "change",   "changeme", "secret",  "welcome",
        "willkommen", "hello",    "login",      "letmein",  "letme",    "open",    "sesame",
        "qwerty",     "qwertz",   "asdf",       "iloveyou", "love",     "you",     "me",
        "my",         "the",      "this",       "is",       "it",       "to",      "in",
        "on",         "a",        "i",          "monkey",   "dragon",   "master",  "superman",
        "batman",     "princess", "sunshine",   "football", "baseball", "shadow",  "whatever",
        "trustno",    "crypto",   "bitcoin",    "binance",  "ethereum", "trading", "trader",
        "trade",      "lab",      "tlab",       "market",   "money",    "moon",    "hodl",
        "lambo",      "server",   "computer",   "internet", "summer",   "winter",  "spring",
        "autumn",     "january",  "monday",     "friday",
    };
    size_t longest = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct str word = str_from_c(words[i]);
        if (word.len > longest && str_starts_with(text, word)) longest = word.len;
    }
    return longest;
}

// Nothing but known words, one after the other.
static bool is_made_of_words(struct str password)
{
    char letters[PASSWORD_MAX_BYTES];
    struct str rest = {.ptr = letters, .len = plain_letters(password, letters)};
    if (rest.len == 0) return false;
    for (size_t len = 0; rest.len > 0; rest = str_slice(rest, len, rest.len)) {
        len = word_at(rest);
        if (len == 0) return false;
    }
    return true;
}

bool password_is_common(struct str password)
{
    return has_few_characters(password) || is_repetition(password) || is_walk(password, 1) ||
           is_walk(password, 2) || is_made_of_words(password);
}

bool password_is_sample(struct str password)
{
    return str_eq(password, STR("change-this-password")) || str_eq(password, STR("member-password"));
}
