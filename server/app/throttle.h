// How often something may be tried, counted in the state database, so that it holds for all processes and
// after a restart. Nobody is locked out for ever.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdint.h>

enum throttle_kind {
    THROTTLE_ACCOUNT, // four failures are free; then 1 s, doubled with each, at most 15 min; forgotten after
                      // 15 min
    THROTTLE_DEVICE,  // the same, for a browser that was signed in to the account before
    THROTTLE_ADDRESS, // 20 at once, and one more each 6 s; of IPv6 the /64 counts as one address
    THROTTLE_CODE,    // of an authenticator: as accounts
    THROTTLE_LINK,    // invitations that are looked up, tokens that are wrong, by address, in the same way
};

// Takes note of an attempt before it is made, inside the caller's transaction. STATUS_TOO_MANY "throttled"
// with retry_after_s when it comes too soon; then it does not count.
enum status throttle_charge(struct db_tx *tx, enum throttle_kind kind, struct str what, int64_t now_us,
                            struct error *error);

// The attempt was a success: what was counted against it is taken back.
enum status throttle_clear(struct db_tx *tx, enum throttle_kind kind, struct str what, int64_t now_us,
                           struct error *error);
