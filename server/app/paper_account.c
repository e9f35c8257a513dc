#include "app/paper_account.h"

static enum status insert(struct db_tx *tx, const struct app *app, const struct actor *actor,
                          struct paper_account *account, bool *out_is_new, struct error *error)
{
    ARENA_SCOPE(arena, 4 * KIB);
    const struct journal_move move = {
        .tx = tx, .app = app, .actor = actor, .account = account, .arena = &arena};
    account->cash = account->deposits = account->starting_balance;
    account->last_number = !decimal_is_zero(account->starting_balance);
    account->version = 1;
    account->created_by = actor->user_id;
    account->created_at_us = account->updated_at_us = actor->now_us;
    TRY(paper_account_store_insert_if_absent(tx, account, out_is_new, error));
    return *out_is_new ? journal_post_opening(&move, error) : STATUS_OK;
}

enum status paper_account_begin(struct db_tx *tx, const struct app *app, const struct actor *actor,
                                const struct workspace *workspace, struct error *error)
{
    bool is_new;
    struct paper_account account = {
        .workspace_id = workspace->id,
        .id = PAPER_MAIN_ID,
        .name = STR("Paper account"),
        .currency = workspace->default_quote_asset,
        .starting_balance = app->paper.starting_balance,
        .fee_bps = decimal_of_int(10),
        .slippage_bps = DECIMAL_ZERO,
        .max_leverage = decimal_of_int(1),
    };
    return insert(tx, app, actor, &account, &is_new, error);
}

enum status paper_account_get(const struct app *app, struct str workspace_id, struct str id,
                              struct arena *arena, struct paper_account *out_account, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, workspace_id, id, arena, out_account, error));
    return db_commit(&tx, error);
}
