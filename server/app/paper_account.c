#include "app/paper_account.h"

#include "app/audit.h"
#include "app/event.h"
#include "app/name.h"
#include "app/once.h"
#include "app/position.h"
#include "base/id.h"
#include "base/limits.h"
#include "json/writer.h"

// ---- what the log and the watchers are told

static enum status audit(struct db_tx *tx, const struct actor *actor, const struct paper_account *account,
                         const struct paper_account_act *act, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "name", account->name);
    if (!decimal_is_zero(act->amount)) json_put_decimal(&w, "amount", act->amount);
    json_put_decimal(&w, "cash", account->cash);
    json_put_decimal(&w, "fee_bps", account->fee_bps);
    json_put_decimal(&w, "slippage_bps", account->slippage_bps);
    json_put_decimal(&w, "max_leverage", account->max_leverage);
    json_end_object(&w);
    const struct audit_event event = {.log = account->workspace_id,
                                      .action = act->action,
                                      .object_type = "account",
                                      .object_id = account->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(tx, actor, &event, error);
}

static enum status tell(struct db_tx *tx, const struct actor *actor, const struct paper_account *account,
                        const struct paper_account_act *act, struct error *error)
{
    TRY(audit(tx, actor, account, act, error));
    return event_append_paper_account(tx, account, actor->now_us, error);
}

enum status paper_account_store_act(const struct journal_move *move, const struct paper_account_act *act,
                                    struct error *error)
{
    TRY(paper_account_store_save(move->tx, move->account, error));
    return tell(move->tx, move->actor, move->account, act, error);
}

// ---- making

static const struct paper_account *fresh(void)
{
    static const struct paper_account account = {
        .name = {.ptr = "Paper account", .len = 13},
        .fee_bps = {(decimal_units)10 * 1000000000000000000},
        .max_leverage = {1000000000000000000},
    };
    return &account;
}

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
    struct paper_account account = *fresh();
    account.workspace_id = workspace->id;
    account.id = PAPER_MAIN_ID;
    account.currency = workspace->default_quote_asset;
    account.starting_balance = app->paper.starting_balance;
    return insert(tx, app, actor, &account, &is_new, error);
}

static void apply(const struct paper_account_input *input, struct paper_account *account)
{
    if (input->name.ptr) account->name = input->name;
    if (input->has_fee_bps) account->fee_bps = input->fee_bps;
    if (input->has_slippage_bps) account->slippage_bps = input->slippage_bps;
    if (input->has_max_leverage) account->max_leverage = input->max_leverage;
}

static enum status check_room(struct db_tx *tx, struct str workspace_id, struct error *error)
{
    int64_t count;
    TRY(workspace_store_lock(tx, workspace_id, error));
    TRY(paper_account_store_count(tx, workspace_id, &count, error));
    if (count < LIMIT_PAPER_ACCOUNTS) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_accounts",
                     "the workspace has %d accounts, which is the most one may have", LIMIT_PAPER_ACCOUNTS);
}

// The workspace's default quote asset where none is given.
static enum status set_currency(struct db_tx *tx, const struct actor *actor, struct str currency,
                                struct arena *arena, struct paper_account *account, struct error *error)
{
    struct workspace workspace = {.default_quote_asset = currency};
    if (!currency.ptr)
        TRY(workspace_store_get(tx, account->workspace_id, actor->user_id, arena, &workspace, error));
    account->currency = workspace.default_quote_asset;
    return STATUS_OK;
}

static enum status check_input(const struct paper_account_input *input, struct error *error)
{
    if (input->name.ptr) (void)name_check(input->name, "/name", error);
    if (input->currency.ptr) (void)asset_check(input->currency, "/currency", error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status paper_account_create(const struct app *app, const struct actor *actor,
                                 const struct paper_account_input *input, struct arena *arena,
                                 struct paper_account *out_account, struct error *error)
{
    bool is_new;
    const struct id id = id_new(actor->now_us);
    struct paper_account account = *fresh();
    TRY(check_input(input, error));
    apply(input, &account);
    account.workspace_id = actor->workspace_id;
    account.id = str_copy(arena, id_str(&id));
    account.starting_balance =
        input->has_starting_balance ? input->starting_balance : app->paper.starting_balance;
    if (!account.id.ptr) return error_no_memory(error);
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, account.id, actor->now_us, error));
    TRY(check_room(tx, account.workspace_id, error));
    TRY(set_currency(tx, actor, input->currency, arena, &account, error));
    TRY(insert(tx, app, actor, &account, &is_new, error));
    TRY(tell(tx, actor, &account, &(struct paper_account_act){"account.create", DECIMAL_ZERO}, error));
    TRY(event_commit(app, &tx, account.workspace_id, error));
    *out_account = account;
    return STATUS_OK;
}

// ---- reading and changing

enum status paper_account_get(const struct app *app, struct str workspace_id, struct str id,
                              struct arena *arena, struct paper_account *out_account, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, workspace_id, id, arena, out_account, error));
    return db_commit(&tx, error);
}

static enum status check_version(const struct paper_account *now, const struct paper_account *read,
                                 struct error *error)
{
    if (now->version == read->version) return STATUS_OK;
    return error_set(error, STATUS_STALE, NULL,
                     "the account has changed since it was read; read it again and repeat the change");
}

enum status paper_account_update(const struct app *app, const struct actor *actor,
                                 const struct paper_account_input *input, struct arena *arena,
                                 struct paper_account *account, struct error *error)
{
    struct paper_account changed;
    TRY(check_input(input, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_account_store_lock(tx, account->workspace_id, account->id, arena, &changed, error));
    TRY(check_version(&changed, account, error));
    apply(input, &changed);
    changed.updated_at_us = actor->now_us > changed.updated_at_us ? actor->now_us : changed.updated_at_us;
    const struct journal_move move = {tx, app, actor, &changed, arena};
    TRY(paper_account_store_act(&move, &(struct paper_account_act){"account.update", DECIMAL_ZERO}, error));
    TRY(event_commit(app, &tx, changed.workspace_id, error));
    changed.open_plans = account->open_plans;
    *account = changed;
    return STATUS_OK;
}

static enum status check_deposit(const struct paper_account *account, const struct paper_deposit *deposit,
                                 struct error *error)
{
    char cash[DECIMAL_TEXT_MAX];
    struct decimal left;
    if (decimal_is_zero(deposit->amount))
        return error_add_field(error, "/amount", "0 moves nothing: give more, or less to take out");
    if (!decimal_add(account->cash, deposit->amount, &left)) return amount_too_large(error);
    if (!decimal_is_negative(deposit->amount) || !decimal_is_negative(left)) return STATUS_OK;
    (void)decimal_format(account->cash, cash);
    return error_add_field(error, "/amount", "more than the cash there is cannot be taken out: %s %.*s", cash,
                           STR_ARG(account->currency));
}

enum status paper_account_deposit(const struct app *app, const struct actor *actor,
                                  const struct paper_deposit *deposit, struct arena *arena,
                                  struct paper_account *out_account, struct error *error)
{
    struct journal_entry entry;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, deposit->id, actor->now_us, error));
    struct paper_account account;
    TRY(paper_account_store_lock(tx, actor->workspace_id, deposit->id, arena, &account, error));
    TRY(check_deposit(&account, deposit, error));
    const struct journal_move move = {tx, app, actor, &account, arena};
    const struct journal_money money = {decimal_is_negative(deposit->amount) ? JOURNAL_WITHDRAWAL
                                                                             : JOURNAL_DEPOSIT,
                                        deposit->amount, deposit->note};
    TRY(journal_post_money(&move, &money, &entry, error));
    TRY(paper_account_store_act(&move, &(struct paper_account_act){"account.deposit", deposit->amount},
                                error));
    TRY(event_commit(app, &tx, account.workspace_id, error));
    *out_account = account;
    return STATUS_OK;
}
