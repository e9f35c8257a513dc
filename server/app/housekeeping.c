#include "app/housekeeping.h"

#include "app/once.h"
#include "store/invitation_store.h"
#include "store/job_store.h"
#include "store/session_store.h"
#include "store/throttle_store.h"

#define DAY_US ((int64_t)24 * 3600 * 1000000)

enum { ROWS_AT_ONCE = 500, TIMES = 200 };

// Rows that nobody needs so long after they ended.
struct leftover {
    enum status (*forget)(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                          struct error *error);
    int64_t kept_us;
};

static const struct leftover leftovers[] = {
    {session_store_forget, 0},
    {throttle_store_forget, DAY_US},
    {once_store_forget, ONCE_KEPT_US},
    {job_store_forget, JOB_KEPT_US},
    {invitation_store_forget, INVITATION_KEPT_US},
};

static enum status forget_some(const struct app *app, const struct leftover *leftover, int64_t now_us,
                               int64_t *out_count, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(leftover->forget(tx, now_us - leftover->kept_us, ROWS_AT_ONCE, out_count, error));
    return db_commit(&tx, error);
}

static enum status forget(const struct app *app, const struct leftover *leftover, int64_t now_us,
                          struct error *error)
{
    int64_t count = ROWS_AT_ONCE;
    for (int i = 0; i < TIMES && count == ROWS_AT_ONCE; i++)
        TRY(forget_some(app, leftover, now_us, &count, error));
    return STATUS_OK;
}

enum status housekeeping_run(const struct app *app, int64_t now_us, struct error *error)
{
    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++)
        TRY(forget(app, &leftovers[i], now_us, error));
    return STATUS_OK;
}
