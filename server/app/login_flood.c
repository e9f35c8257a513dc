#include "app/login_flood.h"

#include "store/throttle_store.h"

#define SECOND_US ((int64_t)1000000)
#define FAILURES_KEY STR("server.failures") // level: how many; updated_at: of the first
#define FLOOD_KEY STR("server.flood")       // updated_at: when it began

// Between two moments that clocks of several machines may tell, one of which may have been set back.
static bool is_within(int64_t since_us, int64_t now_us, int64_t seconds)
{
    return now_us < since_us + seconds * SECOND_US && since_us < now_us + seconds * SECOND_US;
}

static int64_t left_s(int64_t since_us, int64_t now_us)
{
    const int64_t passed_us = now_us > since_us ? now_us - since_us : 0;
    return LOGIN_FLOOD_S - passed_us / SECOND_US;
}

enum status login_flood_check(struct db_tx *tx, int64_t now_us, struct error *error)
{
    struct throttle flood;
    TRY(throttle_store_get(tx, FLOOD_KEY, &flood, error));
    if (!is_within(flood.updated_at_us, now_us, LOGIN_FLOOD_S)) return STATUS_OK;
    const int64_t wait_s = left_s(flood.updated_at_us, now_us);
    if (error) error->retry_after_s = wait_s;
    return error_set(
        error, STATUS_TOO_MANY, "only_known_browsers",
        "too many logins have failed on this server; for %lld seconds only browsers that were signed in to "
        "the account before may try",
        (long long)wait_s);
}

static enum status begin(struct db_tx *tx, int64_t now_us, struct error *error)
{
    struct throttle flood;
    TRY(throttle_store_lock(tx, FLOOD_KEY, &flood, error));
    flood.updated_at_us = now_us;
    return throttle_store_put(tx, FLOOD_KEY, &flood, error);
}

// Whoever notes a failure holds the row of failures, so that a flood begins once.
enum status login_flood_note(struct db_tx *tx, int64_t now_us, bool *out_begins, struct error *error)
{
    struct throttle failures, flood;
    *out_begins = false;
    TRY(throttle_store_lock(tx, FAILURES_KEY, &failures, error));
    TRY(throttle_store_get(tx, FLOOD_KEY, &flood, error));
    if (is_within(flood.updated_at_us, now_us, LOGIN_FLOOD_S)) return STATUS_OK;
    if (!is_within(failures.updated_at_us, now_us, LOGIN_FLOOD_WINDOW_S))
        failures = (struct throttle){.updated_at_us = now_us};
    failures.level++;
    *out_begins = failures.level >= LOGIN_FLOOD_FAILURES;
    if (*out_begins) {
        failures.level = 0;
        TRY(begin(tx, now_us, error));
    }
    return throttle_store_put(tx, FAILURES_KEY, &failures, error);
}
