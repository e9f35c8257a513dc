#include "app/ledger_check.h"

#include "app/ledger_ahead.h"
#include "app/ledger_book.h"
#include "base/limits.h"
#include "store/ledger_store.h"

#include <pthread.h>

enum { ACCOUNTS_AT_ONCE = 256, STRAYS_MAX = 1000, ODD_PLANS_MAX = 1000, ENTRIES_OF_A_LONG_JOURNAL = 2000 };

struct check {
    struct db_tx *tx;
    struct ledger_reporter *reporter;
    struct ledger_counts counts;
};

static enum status visit_entry(void *book, const struct ledger_entry *row, struct error *error)
{
    return ledger_book_add(book, row, error);
}

static enum status visit_position(void *book, const struct ledger_position *row, struct error *error)
{
    return ledger_book_check_position(book, row, error);
}

static enum status visit_leg(void *book, const struct ledger_leg *row, struct error *error)
{
    return ledger_book_check_leg(book, row, error);
}

static enum status visit_order(void *book, const struct ledger_order *row, struct error *error)
{
    return ledger_book_check_order(book, row, error);
}

// A thread is worth its while for many entries only.
static enum status walk_entries(const struct check *check, const struct ledger_account *row,
                                const struct ledger_visitor *visitor, struct error *error)
{
    const struct position_owner owner = {row->account.workspace_id, row->account.id};
    return row->account.last_number < ENTRIES_OF_A_LONG_JOURNAL
               ? ledger_store_walk_entries(check->tx, owner, visitor, error)
               : ledger_ahead_walk(check->tx, owner, visitor, error);
}

static enum status walk_account(struct check *check, struct ledger_book *book,
                                const struct ledger_account *row, struct error *error)
{
    const struct ledger_visitor visitor = {book, visit_entry, visit_position, visit_leg, visit_order};
    TRY(walk_entries(check, row, &visitor, error));
    ledger_book_check_account(book, row);
    TRY(ledger_store_walk_positions(check->tx, book->owner, &visitor, error));
    TRY(ledger_store_walk_legs(check->tx, book->owner, &visitor, error));
    TRY(ledger_store_walk_orders(check->tx, book->owner, &visitor, error));
    ledger_book_check_missing(book);
    return STATUS_OK;
}

static enum status check_account(struct check *check, const struct ledger_account *row, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_LEDGER_ARENA_BYTES);
    struct ledger_book book;
    ledger_book_begin(&book, check->reporter, &row->account, &arena);
    const enum status status = walk_account(check, &book, row, error);
    check->counts.accounts++;
    check->counts.entries += book.entry_count;
    check->counts.fills += book.fill_count;
    ledger_book_done(&book);
    return status;
}

// Copies of the last account's key outlive its page.
static enum status check_page(struct check *check, struct position_owner *after, struct arena *keys,
                              size_t *out_count, struct error *error)
{
    ARENA_SCOPE(arena, 4 * MIB);
    struct ledger_account_list list;
    TRY(ledger_store_list_accounts(check->tx, *after, ACCOUNTS_AT_ONCE, &arena, &list, error));
    for (size_t i = 0; i < list.count; i++)
        TRY(check_account(check, &list.items[i], error));
    *out_count = list.count;
    if (list.count == 0) return STATUS_OK;
    arena_reset(keys);
    const struct paper_account *last = &list.items[list.count - 1].account;
    after->workspace_id = str_copy(keys, last->workspace_id);
    after->account_id = str_copy(keys, last->id);
    return after->account_id.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status check_accounts(struct check *check, struct error *error)
{
    ARENA_SCOPE(keys, 64 * KIB);
    struct position_owner after = {STR(""), STR("")};
    size_t count;
    do
        TRY(check_page(check, &after, &keys, &count, error));
    while (count == ACCOUNTS_AT_ONCE);
    return STATUS_OK;
}

static void tell_odd_plan(struct check *check, const struct ledger_odd_plan *plan)
{
    const struct ledger_place at = {.reporter = check->reporter,
                                    .table = "trade_plans",
                                    .workspace_id = plan->workspace_id,
                                    .account_id = plan->account_id,
                                    .key = plan->id},
                              *place = &at;
    if (plan->changes == plan->version && plan->last_change == plan->version)
        ledger_tell(place, "status", plan->status, STR("what its history comes to"));
    ledger_expect_int(place, "version", plan->version, plan->last_change);
    if (plan->changes != plan->last_change)
        ledger_tell(place, "", STR("a history with gaps"), STR("a change for each version"));
}

// Plans are held against their histories by a thread of its own, which sees a snapshot of its own: a plan and
// its changes are written at once.
struct histories {
    const struct app *app;
    struct arena arena; // of the list
    struct ledger_odd_plan_list list;
    enum status status;
    struct error error;
    pthread_t thread;
    bool has_thread;
};

static enum status list_odd_plans(struct histories *histories, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(histories->app->db, DB_READ, &tx, error));
    TRY(ledger_store_list_odd_plans(tx, ODD_PLANS_MAX, &histories->arena, &histories->list, error));
    return db_commit(&tx, error);
}

static void *read_histories(void *context)
{
    struct histories *histories = context;
    histories->status = list_odd_plans(histories, &histories->error);
    return NULL;
}

static void histories_begin(struct histories *histories, const struct app *app)
{
    *histories = (struct histories){.app = app};
    arena_init(&histories->arena, 4 * MIB);
    histories->has_thread = pthread_create(&histories->thread, NULL, read_histories, histories) == 0;
    if (!histories->has_thread) (void)read_histories(histories);
}

static void histories_wait(struct histories *histories)
{
    if (histories->has_thread) (void)pthread_join(histories->thread, NULL);
    histories->has_thread = false;
}

static void histories_done(struct histories *histories)
{
    histories_wait(histories);
    arena_clear(&histories->arena);
}

static enum status check_histories(struct check *check, struct histories *histories, struct error *error)
{
    histories_wait(histories);
    if (histories->status != STATUS_OK) {
        if (error) *error = histories->error;
        return histories->status;
    }
    for (size_t i = 0; i < histories->list.count; i++)
        tell_odd_plan(check, &histories->list.items[i]);
    return STATUS_OK;
}

static void tell_strays(struct check *check, const struct ledger_stray_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct ledger_stray *stray = &list->items[i];
        const struct ledger_place place = {.reporter = check->reporter,
                                           .table = stray->table,
                                           .workspace_id = stray->workspace_id,
                                           .account_id = stray->account_id};
        if (str_eq(str_from_c(stray->table), STR("paper_accounts")))
            ledger_tell(&place, "", STR("no row"), STR("the first account of the workspace"));
        else if (str_eq(str_from_c(stray->table), STR("members")))
            ledger_tell(&place, "role", STR("no owner"), STR("one: each workspace has an owner"));
        else
            ledger_tell(&place, "", STR("rows"), STR("none: there is no such account"));
    }
}

// Entries of no account are those that there are more than were met.
static enum status check_strays(struct check *check, struct error *error)
{
    ARENA_SCOPE(arena, 4 * MIB);
    struct ledger_stray_list list;
    int64_t entries;
    TRY(ledger_store_count_entries(check->tx, &entries, error));
    if (entries != check->counts.entries) {
        TRY(ledger_store_list_stray_entries(check->tx, STRAYS_MAX, &arena, &list, error));
        tell_strays(check, &list);
    }
    TRY(ledger_store_list_strays(check->tx, STRAYS_MAX, &arena, &list, error));
    tell_strays(check, &list);
    return STATUS_OK;
}

static enum status check_all(struct check *check, struct histories *histories, struct error *error)
{
    TRY(check_accounts(check, error));
    TRY(check_histories(check, histories, error));
    return check_strays(check, error);
}

enum status ledger_check(const struct app *app, struct ledger_reporter *reporter,
                         struct ledger_counts *out_counts, struct error *error)
{
    struct check check = {.reporter = reporter};
    __attribute__((cleanup(histories_done))) struct histories histories;
    DB_TX_SCOPE tx = NULL;
    histories_begin(&histories, app);
    TRY(db_begin(app->db, DB_READ, &tx, error));
    check.tx = tx;
    TRY(check_all(&check, &histories, error));
    *out_counts = check.counts;
    return db_commit(&tx, error);
}
