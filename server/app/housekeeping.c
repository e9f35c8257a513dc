#include "app/housekeeping.h"

#include "app/once.h"
#include "store/session_store.h"
#include "store/throttle_store.h"

#define DAY_US ((int64_t)24 * 3600 * 1000000)

enum status housekeeping_run(const struct app *app, int64_t now_us, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(session_store_delete_ended(tx, now_us, error));
    TRY(throttle_store_forget(tx, now_us - DAY_US, error));
    TRY(once_store_forget(tx, now_us - ONCE_KEPT_US, error));
    return db_commit(&tx, error);
}
