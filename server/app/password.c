#include "app/password.h"

#include "app/password_common.h"
#include "base/clock.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    AT_ONCE_MAX = 4,
    WAIT_US = 2 * 1000 * 1000,
    US_PER_S = 1000 * 1000,
};

// Argon2id of crypto_pwhash_str: two passes over 64 MiB.
#define PASSES crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE

struct password_gate {
    pthread_mutex_t mutex;
    pthread_cond_t freed;
    size_t running, waiting;
    size_t running_max, waiting_max;
};

// A hash as it could be: no password that gives it is known.
#define NOBODY                                                                                               \
    "$argon2id$v=19$m=65536,t=2,p=1$Tm9ib2R5J3MgcGFzc3dvcmQ$Tm9ib2R5IGtub3dzIHdoYXQgZ2l2ZXMgdGhpcyBoYXM"

// ---- at most a few at once

enum status password_gate_new(size_t threads, struct password_gate **out_gate, struct error *error)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct password_gate *gate = calloc(1, sizeof *gate);
    if (!gate) return error_no_memory(error);
    gate->running_max = cores > 0 && cores < AT_ONCE_MAX ? (size_t)cores : AT_ONCE_MAX;
    if (gate->running_max > threads) gate->running_max = threads > 0 ? threads : 1;
    gate->waiting_max = threads > gate->running_max ? threads - gate->running_max : 0;
    pthread_condattr_t monotonic;
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&gate->freed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (sodium_init() >= 0) {
        *out_gate = gate;
        return STATUS_OK;
    }
    password_gate_free(gate);
    return error_set(error, STATUS_INTERNAL, NULL, "libsodium cannot be used");
}

void password_gate_free(struct password_gate *gate)
{
    if (!gate) return;
    pthread_cond_destroy(&gate->freed);
    pthread_mutex_destroy(&gate->mutex);
    free(gate);
}

static bool wait_for_turn(struct password_gate *gate)
{
    const int64_t until_us = clock_monotonic_us() + WAIT_US;
    const struct timespec until = clock_timespec(until_us);
    int timeout = 0;
    gate->waiting++;
    while (gate->running == gate->running_max && timeout == 0)
        timeout = pthread_cond_timedwait(&gate->freed, &gate->mutex, &until);
    gate->waiting--;
    return gate->running < gate->running_max;
}

static enum status enter(struct password_gate *gate, struct error *error)
{
    pthread_mutex_lock(&gate->mutex);
    const bool is_in =
        gate->running < gate->running_max || (gate->waiting < gate->waiting_max && wait_for_turn(gate));
    if (is_in) gate->running++;
    pthread_mutex_unlock(&gate->mutex);
    if (is_in) return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE, "busy", "too many passwords are being checked at the moment");
}

bool password_gate_is_full(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    const bool is_full = gate->running == gate->running_max && gate->waiting >= gate->waiting_max;
    pthread_mutex_unlock(&gate->mutex);
    return is_full;
}

static void leave(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->running--;
    pthread_cond_signal(&gate->freed);
    pthread_mutex_unlock(&gate->mutex);
}

// ---- rules

static enum status check_length(struct str password, const char *pointer, struct error *error)
{
    if (password.len < PASSWORD_MIN_BYTES)
        return error_add_field(error, pointer, "must have at least %d characters", PASSWORD_MIN_BYTES);
    if (password.len > PASSWORD_MAX_BYTES)
        return error_add_field(error, pointer, "must have at most %d bytes", PASSWORD_MAX_BYTES);
    return STATUS_OK;
}

static bool is_part_of_email(struct str password, struct str email)
{
    return email.len > 0 && (str_eq_ignore_case(password, email) ||
                             str_eq_ignore_case(password, str_slice(email, 0, str_find(email, '@'))));
}

enum status password_check(struct str password, struct str email, bool allows_samples, const char *pointer,
                           struct error *error)
{
    TRY(check_length(password, pointer, error));
    if (password_is_sample(password)) {
        if (allows_samples) return STATUS_OK;
        return error_add_field(error, pointer, "is an example of the documentation, which everybody knows");
    }
    if (password_is_common(password) || is_part_of_email(password, email))
        return error_add_field(error, pointer, "is one of those that are tried first; choose another one");
    return STATUS_OK;
}

// ---- hashing

enum status password_hash(struct password_gate *gate, struct str password, struct arena *arena,
                          struct str *out_hash, struct error *error)
{
    char hash[crypto_pwhash_STRBYTES];
    TRY(enter(gate, error));
    const int failed = crypto_pwhash_str(hash, password.ptr, password.len, PASSES, MEMORY);
    leave(gate);
    if (failed) return error_no_memory(error);
    *out_hash = str_copy(arena, str_from_c(hash));
    return out_hash->ptr ? STATUS_OK : error_no_memory(error);
}

enum status password_verify(struct password_gate *gate, struct str password, struct str hash,
                            struct password_verdict *out_verdict, struct error *error)
{
    char kept[crypto_pwhash_STRBYTES];
    const bool is_somebody = hash.len > 0 && hash.len < sizeof kept;
    if (!str_to_c(is_somebody ? hash : STR(NOBODY), kept, sizeof kept))
        return error_set(error, STATUS_INTERNAL, NULL, "a stored password hash is too long");
    TRY(enter(gate, error));
    const bool is_right = crypto_pwhash_str_verify(kept, password.ptr, password.len) == 0;
    leave(gate);
    *out_verdict = (struct password_verdict){
        .is_right = is_right && is_somebody,
        .is_weak = is_right && is_somebody && crypto_pwhash_str_needs_rehash(kept, PASSES, MEMORY) != 0,
    };
    return STATUS_OK;
}
