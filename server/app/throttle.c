#include "app/throttle.h"

#include "app/secret.h"
#include "base/ip_range.h"
#include "store/throttle_store.h"

#include <stdio.h>

enum {
    FREE_FAILURES = 4,
    DELAY_MAX_S = 900,
    QUIET_S = 900, // after which failures are forgotten
    BURST = 20,
    REFILL_S = 6,
};

#define SECOND_US ((int64_t)1000000)

// Of addresses.
static bool is_bucket(enum throttle_kind kind)
{
    return kind == THROTTLE_ADDRESS || kind == THROTTLE_LINK;
}

// What is counted is kept as a hash: the table tells nobody who tried to sign in.
static void key_of(enum throttle_kind kind, struct str what, char out_key[SECRET_TEXT_LEN + 3])
{
    char text[SECRET_TEXT_LEN + 1], network[IP_RANGE_TEXT_MAX];
    const struct hash hash = hash_of(is_bucket(kind) ? ip_network_of(what, network) : what);
    hash_to_text(&hash, text);
    (void)snprintf(out_key, SECRET_TEXT_LEN + 3, "%d.%s", (int)kind, text);
}

// Since the last attempt. Clocks of several machines differ by a little: nothing has passed then. One that is
// further behind was set back: whoever waits would wait until it is where it was.
static int64_t passed_us(const struct throttle *throttle, int64_t now_us)
{
    const int64_t passed = now_us - throttle->updated_at_us;
    if (passed >= 0) return passed;
    return passed < -QUIET_S * SECOND_US ? QUIET_S * SECOND_US : 0;
}

static int64_t delay_us(int64_t failures)
{
    if (failures <= FREE_FAILURES) return 0;
    int64_t delay_s = 1;
    for (int64_t i = FREE_FAILURES + 1; i < failures && delay_s < DELAY_MAX_S; i++)
        delay_s *= 2;
    return (delay_s < DELAY_MAX_S ? delay_s : DELAY_MAX_S) * SECOND_US;
}

// Failures one after the other.
static int64_t charge_failures(struct throttle *throttle, int64_t now_us)
{
    const int64_t passed = passed_us(throttle, now_us);
    if (passed >= QUIET_S * SECOND_US) throttle->level = 0;
    const int64_t left_us = delay_us(throttle->level) - passed;
    if (left_us > 0) return left_us;
    throttle->level++;
    return 0;
}

// A leaking bucket: level is the time in µs until it is empty.
static int64_t charge_bucket(struct throttle *throttle, int64_t now_us)
{
    const int64_t passed = passed_us(throttle, now_us);
    const int64_t level = throttle->level > passed ? throttle->level - passed : 0;
    const int64_t over_us = level + REFILL_S * SECOND_US - BURST * REFILL_S * SECOND_US;
    if (over_us > 0) return over_us;
    throttle->level = level + REFILL_S * SECOND_US;
    return 0;
}

enum status throttle_charge(struct db_tx *tx, enum throttle_kind kind, struct str what, int64_t now_us,
                            struct error *error)
{
    char key[SECRET_TEXT_LEN + 3];
    struct throttle throttle;
    key_of(kind, what, key);
    TRY(throttle_store_lock(tx, str_from_c(key), &throttle, error));
    const int64_t wait_us = (is_bucket(kind) ? charge_bucket : charge_failures)(&throttle, now_us);
    if (wait_us > 0) {
        if (error) error->retry_after_s = (wait_us + SECOND_US - 1) / SECOND_US;
        return error_set(error, STATUS_TOO_MANY, "throttled", "too many attempts; try again in %lld seconds",
                         (long long)((wait_us + SECOND_US - 1) / SECOND_US));
    }
    throttle.updated_at_us = now_us;
    return throttle_store_put(tx, str_from_c(key), &throttle, error);
}

enum status throttle_clear(struct db_tx *tx, enum throttle_kind kind, struct str what, int64_t now_us,
                           struct error *error)
{
    char key[SECRET_TEXT_LEN + 3];
    struct throttle throttle;
    key_of(kind, what, key);
    TRY(throttle_store_lock(tx, str_from_c(key), &throttle, error));
    throttle.level =
        is_bucket(kind) && throttle.level > REFILL_S * SECOND_US ? throttle.level - REFILL_S * SECOND_US : 0;
    throttle.updated_at_us = is_bucket(kind) ? throttle.updated_at_us : now_us;
    return throttle_store_put(tx, str_from_c(key), &throttle, error);
}
