#include "store/event_store.h"

#include "base/rand.h"
#include "sql_statements.h"

enum { TRIM_ONE_IN = 64 }; // appends, whichever they are: a log is a little longer than EVENT_LOG_LENGTH

static bool is_turn_to_trim(void)
{
    uint8_t random;
    rand_bytes(&random, sizeof random);
    return random % TRIM_ONE_IN == 0;
}

enum status event_store_append(struct db_tx *tx, struct str log, struct str type, struct str data,
                               int64_t now_us, struct error *error)
{
    TRY(db_defer(tx, &SQL_EVENT_COUNT, DB_PARAMS(DB_TEXT(log)), error));
    TRY(db_defer(tx, &SQL_EVENT_INSERT, DB_PARAMS(DB_TEXT(log), DB_TEXT(type), DB_TEXT(data), DB_INT(now_us)),
                 error));
    if (!is_turn_to_trim()) return STATUS_OK;
    return db_defer(tx, &SQL_EVENT_TRIM, DB_PARAMS(DB_TEXT(log), DB_INT(EVENT_LOG_LENGTH)), error);
}

enum status event_store_last_number(struct db_tx *tx, struct str log, int64_t *out_number,
                                    struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_EVENT_LAST_NUMBER, DB_PARAMS(DB_TEXT(log)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_number = has_row ? db_int(rows, 0) : 0;
    return STATUS_OK;
}

enum status event_store_list(struct db_tx *tx, struct event_page page, struct arena *arena,
                             struct event_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct event_list list = {.items = ARENA_ARRAY(arena, struct event_row, page.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_EVENT_LIST,
                 DB_PARAMS(DB_TEXT(page.log), DB_INT(page.after), DB_INT((int64_t)page.limit)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        list.items[list.count++] = (struct event_row){.number = db_int(rows, 0),
                                                      .type = str_copy(arena, db_text(rows, 1)),
                                                      .data = str_copy(arena, db_text(rows, 2))};
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}
