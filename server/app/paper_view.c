#include "app/paper_view.h"

#include <stdlib.h>

static struct position_owner owner_of(const struct paper_account *account)
{
    return (struct position_owner){account->workspace_id, account->id};
}

static int compare_symbols(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

// Of all accounts, each symbol once.
static enum status list_symbols(const struct paper_view_list *views, struct arena *arena,
                                struct str **out_symbols, size_t *out_count, struct error *error)
{
    size_t total = 0, count = 0, kept = 0;
    for (size_t i = 0; i < views->count; i++)
        total += views->items[i].positions.count;
    struct str *symbols = ARENA_ARRAY(arena, struct str, total);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < views->count; i++)
        for (size_t j = 0; j < views->items[i].positions.count; j++)
            symbols[count++] = views->items[i].positions.items[j].symbol;
    qsort(symbols, count, sizeof *symbols, compare_symbols);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !str_eq(symbols[i], symbols[kept - 1])) symbols[kept++] = symbols[i];
    *out_symbols = symbols;
    *out_count = kept;
    return STATUS_OK;
}

// The positions are there: what they are worth.
static enum status value(const struct app *app, const struct paper_view_query *query,
                         struct paper_view_list *views, struct arena *arena, struct error *error)
{
    struct mark_list marks;
    struct mark_query wanted = {.given = query->given, .now_us = query->now_us};
    struct str *symbols;
    TRY(list_symbols(views, arena, &symbols, &wanted.count, error));
    wanted.symbols = symbols;
    TRY(mark_find(app, &wanted, arena, &marks, error));
    for (size_t i = 0; i < views->count; i++) {
        struct paper_view *view = &views->items[i];
        const struct paper_worth_query worth = {
            .account = &view->account, .positions = &view->positions, .marks = &marks};
        view->marks = marks;
        TRY(paper_worth_count(&worth, arena, &view->worth, error));
    }
    return STATUS_OK;
}

static enum status read_one(const struct app *app, struct str workspace_id, struct str id,
                            struct arena *arena, struct paper_view *view, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, workspace_id, id, arena, &view->account, error));
    TRY(position_store_list(tx, owner_of(&view->account), arena, &view->positions, error));
    return db_commit(&tx, error);
}

enum status paper_view_get(const struct app *app, const struct paper_view_query *query, struct str id,
                           struct arena *arena, struct paper_view *out_view, struct error *error)
{
    struct paper_view view = {0};
    struct paper_view_list views = {&view, 1};
    TRY(read_one(app, query->workspace_id, id, arena, &view, error));
    TRY(value(app, query, &views, arena, error));
    *out_view = view;
    return STATUS_OK;
}

static enum status read_page(const struct app *app, struct str workspace_id, struct paper_account_page page,
                             struct arena *arena, struct paper_view_list *views, struct error *error)
{
    struct paper_account_list accounts;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_list(tx, workspace_id, page, arena, &accounts, error));
    views->items = ARENA_ARRAY(arena, struct paper_view, accounts.count);
    if (!views->items) return error_no_memory(error);
    for (; views->count < accounts.count; views->count++) {
        struct paper_view *view = &views->items[views->count];
        view->account = accounts.items[views->count];
        TRY(position_store_list(tx, owner_of(&view->account), arena, &view->positions, error));
    }
    return db_commit(&tx, error);
}

enum status paper_view_list(const struct app *app, const struct paper_view_query *query,
                            struct paper_account_page page, struct arena *arena,
                            struct paper_view_list *out_list, struct error *error)
{
    struct paper_view_list views = {0};
    TRY(read_page(app, query->workspace_id, page, arena, &views, error));
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
