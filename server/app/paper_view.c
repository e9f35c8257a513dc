#include "app/paper_view.h"

#include "app/position.h"

#include <stdlib.h>

static struct position_owner owner_of(const struct paper_account *account)
{
    return (struct position_owner){account->workspace_id, account->id};
}

static int compare_symbols(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

// Which positions of an account.
typedef const struct position_list *position_choice(const struct paper_view *view);

static const struct position_list *of_now(const struct paper_view *view)
{
    return &view->positions;
}

static const struct position_list *of_midnight(const struct paper_view *view)
{
    return &view->day.positions;
}

// Of all accounts, each symbol once.
static enum status list_symbols(const struct paper_view_list *views, position_choice *choose,
                                struct arena *arena, struct mark_query *query, struct error *error)
{
    size_t total = 0, count = 0, kept = 0;
    for (size_t i = 0; i < views->count; i++)
        total += choose(&views->items[i])->count;
    struct str *symbols = ARENA_ARRAY(arena, struct str, total);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < views->count; i++) {
        const struct position_list *positions = choose(&views->items[i]);
        for (size_t j = 0; j < positions->count; j++)
            symbols[count++] = positions->items[j].symbol;
    }
    qsort(symbols, count, sizeof *symbols, compare_symbols);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !str_eq(symbols[i], symbols[kept - 1])) symbols[kept++] = symbols[i];
    query->symbols = symbols;
    query->count = kept;
    return STATUS_OK;
}

static enum status count_today(struct paper_view *view, const struct mark_list *marks, struct error *error)
{
    struct decimal before;
    TRY(paper_day_profit(&view->day, marks, &view->is_pnl_today_known, &before, error));
    view->is_pnl_today_known &= view->worth.is_known;
    view->pnl_today = view->worth.equity;
    TRY(amount_add(&view->pnl_today, decimal_negate(view->account.deposits), error));
    return amount_add(&view->pnl_today, decimal_negate(before), error);
}

// Their worth is there.
static enum status value_today(const struct app *app, const struct paper_view_query *query,
                               struct paper_view_list *views, struct arena *arena, struct error *error)
{
    struct mark_list marks;
    struct mark_query wanted = {.now_us = paper_day_begin(query->now_us)};
    if (!query->wants_today) return STATUS_OK;
    TRY(list_symbols(views, of_midnight, arena, &wanted, error));
    TRY(mark_find(app, &wanted, arena, &marks, error));
    for (size_t i = 0; i < views->count; i++)
        TRY(count_today(&views->items[i], &marks, error));
    return STATUS_OK;
}

// The positions are there: what they are worth.
static enum status value(const struct app *app, const struct paper_view_query *query,
                         struct paper_view_list *views, struct arena *arena, struct error *error)
{
    struct mark_list marks;
    struct mark_query wanted = {.given = query->given, .now_us = query->now_us};
    TRY(list_symbols(views, of_now, arena, &wanted, error));
    TRY(mark_find(app, &wanted, arena, &marks, error));
    for (size_t i = 0; i < views->count; i++) {
        struct paper_view *view = &views->items[i];
        const struct paper_worth_query worth = {
            .account = &view->account, .positions = &view->positions, .marks = &marks};
        view->marks = marks;
        TRY(paper_worth_count(&worth, arena, &view->worth, error));
    }
    return value_today(app, query, views, arena, error);
}

// The account is there.
static enum status read_rest(struct db_tx *tx, const struct paper_view_query *query, struct arena *arena,
                             struct paper_view *view, struct error *error)
{
    TRY(position_store_list(tx, owner_of(&view->account), arena, &view->positions, error));
    if (!query->wants_today) return STATUS_OK;
    const struct paper_day_query day = {tx, &view->account, &view->positions, paper_day_begin(query->now_us)};
    return paper_day_read(&day, arena, &view->day, error);
}

static enum status read_one(const struct app *app, const struct paper_view_query *query, struct str id,
                            struct arena *arena, struct paper_view *view, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, query->workspace_id, id, arena, &view->account, error));
    TRY(read_rest(tx, query, arena, view, error));
    return db_commit(&tx, error);
}

enum status paper_view_get(const struct app *app, const struct paper_view_query *query, struct str id,
                           struct arena *arena, struct paper_view *out_view, struct error *error)
{
    struct paper_view view = {0};
    struct paper_view_list views = {&view, 1};
    TRY(read_one(app, query, id, arena, &view, error));
    TRY(value(app, query, &views, arena, error));
    *out_view = view;
    return STATUS_OK;
}

static enum status read_page(const struct app *app, const struct paper_view_query *query,
                             struct paper_account_page page, struct arena *arena,
                             struct paper_view_list *views, struct error *error)
{
    struct paper_account_list accounts;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_list(tx, query->workspace_id, page, arena, &accounts, error));
    views->items = ARENA_ARRAY(arena, struct paper_view, accounts.count);
    if (!views->items) return error_no_memory(error);
    for (; views->count < accounts.count; views->count++) {
        struct paper_view *view = &views->items[views->count];
        view->account = accounts.items[views->count];
        TRY(read_rest(tx, query, arena, view, error));
    }
    return db_commit(&tx, error);
}

enum status paper_view_list(const struct app *app, const struct paper_view_query *query,
                            struct paper_account_page page, struct arena *arena,
                            struct paper_view_list *out_list, struct error *error)
{
    struct paper_view_list views = {0};
    TRY(read_page(app, query, page, arena, &views, error));
    TRY(value(app, query, &views, arena, error));
    *out_list = views;
    return STATUS_OK;
}

enum status paper_view_shares(const struct app *app, const struct paper_account *account, struct arena *arena,
                              struct position_share_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(position_store_list_shares(tx, owner_of(account), arena, out_list, error));
    return db_commit(&tx, error);
}
