// The journal on both databases: what entries make of accounts and positions, and that nobody changes them.
#include "unit/app/app_fixture.h"

#include "app/paper_account.h"
#include "app/paper_worth.h"
#include "app/position.h"
#include "app/posting.h"
#include "base/limits.h"
#include "sql_migrations.h"
#include "sql_statements.h"

#include <stdio.h>

static struct decimal decimal(const char *text)
{
    struct decimal value;
    if (decimal_parse(str_from_c(text), &value) != DECIMAL_OK) fail_msg("%s", text);
    return value;
}

static void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    assert_string_equal(text, expected);
}

// An app with a workspace, whose account is moved.
struct place {
    struct app *app;
    struct arena arena;
    struct str workspace_id;
    struct actor actor;
};

static void begin(struct place *place)
{
    *place = (struct place){.app = fixture_app(), .actor = FIXTURE_ACTOR};
    arena_init(&place->arena, 64 * MIB);
    place->workspace_id = fixture_workspace(place->app, &place->arena, "of paper");
}

static void end(struct place *place)
{
    fixture_app_free(place->app);
    arena_clear(&place->arena);
}

static struct paper_account account_of(struct place *place)
{
    struct paper_account account;
    assert_ok(paper_account_get(place->app, place->workspace_id, PAPER_MAIN_ID, &place->arena, &account,
                                &seen_error));
    return account;
}

static struct position_list positions_of(struct place *place)
{
    struct position_list list;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(place->app->db, DB_READ, &tx, &seen_error));
    const struct position_owner owner = {place->workspace_id, PAPER_MAIN_ID};
    assert_ok(position_store_list(tx, owner, &place->arena, &list, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return list;
}

// Oldest first.
static struct journal_list journal_of(struct place *place)
{
    struct journal_list newest_first, list;
    struct str currency;
    const struct journal_filter filter = {.workspace_id = place->workspace_id,
                                          .account_id = PAPER_MAIN_ID,
                                          .before = INT64_MAX,
                                          .symbol = STR(""),
                                          .plan_id = STR(""),
                                          .limit = 1000};
    assert_ok(journal_list(place->app, &filter, &place->arena, &newest_first, &currency, &seen_error));
    list = (struct journal_list){ARENA_ARRAY(&place->arena, struct journal_entry, 1000), newest_first.count};
    assert_non_null(list.items);
    for (size_t i = 0; i < list.count; i++)
        list.items[i] = newest_first.items[list.count - 1 - i];
    return list;
}

// A move of one fill, or of money where `fill` is NULL.
static enum status post(struct place *place, const struct fill *fill, const struct journal_money *money,
                        struct error *error)
{
    struct paper_account account;
    struct journal_entry entry;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(place->app->db, DB_WRITE, &tx, error));
    TRY(paper_account_store_lock(tx, place->workspace_id, PAPER_MAIN_ID, &place->arena, &account, error));
    const struct journal_move move = {tx, place->app, &place->actor, &account, &place->arena};
    if (fill)
        TRY(journal_post_fill(&move, fill, &entry, error));
    else
        TRY(journal_post_money(&move, money, &entry, error));
    TRY(paper_account_store_save(tx, &account, error));
    return db_commit(&tx, error);
}

static struct fill fill_of(const char *symbol, enum fill_side side, const char *quantity, const char *price)
{
    return (struct fill){
        .action = FILL_OPEN,
        .side = side,
        .symbol = str_from_c(symbol),
        .quantity = decimal(quantity),
        .price = decimal(price),
        .fee_bps = decimal("10"),
        .mark = {
            .is_known = true, .price = decimal(price), .source = MARK_REQUEST, .time_us = FIXTURE_NOW_US}};
}

static void every_workspace_begins_with_an_account(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct paper_account account = account_of(&place);
    assert_true(str_eq(account.currency, STR("USDT")));
    assert_decimal(account.cash, "100000");
    assert_decimal(account.deposits, "100000");
    assert_decimal(account.fee_bps, "10");
    assert_int_equal(account.version, 1);
    const struct journal_list journal = journal_of(&place);
    assert_int_equal(journal.count, 1);
    assert_int_equal(journal.items[0].kind, JOURNAL_DEPOSIT);
    assert_decimal(journal.items[0].cash_after, "100000");
    struct paper_account local;
    assert_ok(
        paper_account_get(place.app, LOCAL_WORKSPACE_ID, PAPER_MAIN_ID, &place.arena, &local, &seen_error));
    assert_decimal(local.cash, "100000");
    assert_fails(
        paper_account_get(place.app, place.workspace_id, STR("other"), &place.arena, &local, &seen_error),
        STATUS_NOT_FOUND, "unknown_account");
    end(&place);
}

static void a_buy_and_a_sell_move_cash_position_and_fees(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct fill buy = fill_of("BTCUSDT", FILL_BUY, "0.01", "60000"),
                      sell = fill_of("BTCUSDT", FILL_SELL, "0.01", "65000");
    assert_ok(post(&place, &buy, NULL, &seen_error));
    struct paper_account account = account_of(&place);
    assert_decimal(account.cash, "99399.4");
    assert_decimal(account.fees_paid, "0.6");
    assert_int_equal(account.version, 2);
    assert_int_equal(account.last_number, 2);
    const struct position_list positions = positions_of(&place);
    assert_int_equal(positions.count, 1);
    assert_decimal(positions.items[0].position.quantity, "0.01");
    assert_decimal(positions.items[0].position.cost, "600");
    assert_ok(post(&place, &sell, NULL, &seen_error));
    account = account_of(&place);
    assert_decimal(account.realized_pnl, "50");
    assert_decimal(account.fees_paid, "1.25");
    assert_decimal(account.cash, "100048.75");
    assert_int_equal(positions_of(&place).count, 0);
    const struct journal_list journal = journal_of(&place);
    assert_int_equal(journal.count, 3);
    assert_decimal(journal.items[2].position_after, "0");
    assert_decimal(journal.items[2].cash, "649.35");
    end(&place);
}

static void a_deposit_a_withdrawal_and_a_reset_are_told_apart(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct journal_money in = {JOURNAL_DEPOSIT, decimal("0.1"), STR("gift")},
                               out = {JOURNAL_WITHDRAWAL, decimal("-50000"), {0}},
                               reset = {JOURNAL_RESET, decimal("-0.1"), {0}};
    assert_ok(post(&place, NULL, &in, &seen_error));
    assert_ok(post(&place, NULL, &out, &seen_error));
    struct paper_account account = account_of(&place);
    assert_decimal(account.deposits, "50000.1");
    assert_int_equal(account.reset_number, 0);
    assert_ok(post(&place, NULL, &reset, &seen_error));
    account = account_of(&place);
    assert_decimal(account.cash, "50000");
    assert_decimal(account.deposits, "50000");
    assert_int_equal(account.reset_number, 4);
    end(&place);
}

static void entries_stand_in_the_order_of_their_times_whatever_the_clock_does(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct fill buy = fill_of("BTCUSDT", FILL_BUY, "1", "1");
    const int64_t clocks[] = {FIXTURE_NOW_US + 5, FIXTURE_NOW_US - 1000000, FIXTURE_NOW_US + 9};
    for (size_t i = 0; i < 3; i++) {
        place.actor.now_us = clocks[i];
        assert_ok(post(&place, &buy, NULL, &seen_error));
    }
    const struct journal_list journal = journal_of(&place);
    for (size_t i = 1; i < journal.count; i++)
        assert_true(journal.items[i].created_at_us > journal.items[i - 1].created_at_us);
    assert_int_equal(journal.items[3].created_at_us, FIXTURE_NOW_US + 9);
    end(&place);
}

static void what_does_not_fit_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct fill large = fill_of("BTCUSDT", FILL_BUY, "99999999999999999999", "99999999999999999999");
    struct fill close = fill_of("BTCUSDT", FILL_SELL, "1", "99999999999999999999");
    close.fee_bps = DECIMAL_ZERO; // the cash has no room for it
    assert_fails(post(&place, &large, NULL, &seen_error), STATUS_INVALID, "amount_too_large");
    assert_fails(post(&place, &close, NULL, &seen_error), STATUS_INVALID, "amount_too_large");
    const struct journal_money money = {JOURNAL_DEPOSIT, decimal("99999999999999999999"), {0}};
    assert_fails(post(&place, NULL, &money, &seen_error), STATUS_INVALID, "amount_too_large");
    assert_decimal(account_of(&place).cash, "100000");
    assert_int_equal(journal_of(&place).count, 1);
    assert_int_equal(positions_of(&place).count, 0);
    end(&place);
}

// ---- a random script, read back from the database

static uint64_t seed = 0x1ed6e7;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static struct decimal random_amount(void)
{
    return (struct decimal){(decimal_units)(1 + next_random() % 1000000000) * 1000000007};
}

static void random_step(struct place *place)
{
    static const char *const names[] = {"AAAUSDT", "BBBUSDT", "CCCUSDT"};
    struct fill fill = fill_of(names[next_random() % 3], next_random() % 2 ? FILL_BUY : FILL_SELL, "1", "1");
    fill.quantity = random_amount();
    fill.price = fill.mark.price = random_amount();
    const struct journal_money money = {JOURNAL_DEPOSIT, random_amount(), {0}};
    place->actor.now_us++;
    assert_ok(post(place, next_random() % 8 ? &fill : NULL, &money, &seen_error));
}

static void must_add(struct decimal *total, struct decimal amount)
{
    assert_true(decimal_add(*total, amount, total));
}

// Per asset the postings of an entry sum to 0, those of the cash to its cash.
static void assert_balanced(const struct journal_entry *entry)
{
    struct posting postings[POSTINGS_MAX];
    struct decimal money = DECIMAL_ZERO, asset = DECIMAL_ZERO, cash = DECIMAL_ZERO;
    const size_t count = posting_list(entry, STR("USDT"), postings);
    for (size_t i = 0; i < count; i++) {
        must_add(str_eq(postings[i].asset, STR("USDT")) ? &money : &asset, postings[i].amount);
        if (strcmp(postings[i].book, "cash") == 0) must_add(&cash, postings[i].amount);
    }
    assert_true(decimal_is_zero(money) && decimal_is_zero(asset));
    assert_int_equal(decimal_compare(cash, entry->cash), 0);
}

static void assert_profit_is_gain(struct place *place, const struct paper_account *account,
                                  const struct position_list *positions)
{
    struct paper_worth worth;
    struct mark marks[3];
    for (size_t i = 0; i < positions->count; i++)
        marks[i] =
            (struct mark){.symbol = positions->items[i].symbol, .is_known = true, .price = random_amount()};
    const struct mark_list list = {marks, positions->count};
    const struct paper_worth_query query = {.account = account, .positions = positions, .marks = &list};
    assert_ok(paper_worth_count(&query, &place->arena, &worth, &seen_error));
    struct decimal profit = account->realized_pnl, gain = worth.equity;
    must_add(&profit, worth.unrealized_pnl);
    must_add(&profit, decimal_negate(account->fees_paid));
    must_add(&gain, decimal_negate(account->deposits));
    assert_int_equal(decimal_compare(profit, gain), 0);
}

static void what_is_stored_adds_up(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    for (int i = 0; i < 120; i++)
        random_step(&place);
    const struct paper_account account = account_of(&place);
    const struct position_list positions = positions_of(&place);
    const struct journal_list journal = journal_of(&place);
    struct decimal cash = DECIMAL_ZERO;
    for (size_t i = 0; i < journal.count; i++) {
        assert_int_equal(journal.items[i].number, i + 1);
        must_add(&cash, journal.items[i].cash);
        assert_int_equal(decimal_compare(cash, journal.items[i].cash_after), 0);
        assert_balanced(&journal.items[i]);
    }
    assert_int_equal(decimal_compare(cash, account.cash), 0);
    assert_int_equal(account.last_number, journal.count);
    assert_profit_is_gain(&place, &account, &positions);
    end(&place);
}

// ---- what the schema refuses

static void assert_refused(struct place *place, const char *sql, const char *why)
{
    struct error error = {0};
    if (fixture_script(place->app, sql, &error) == STATUS_OK) fail_msg("accepted: %s", sql);
    if (why && !strstr(error.message, why)) fail_msg("%s: %s", sql, error.message);
}

static void must_run(struct place *place, const char *sql)
{
    struct error error = {0};
    if (fixture_script(place->app, sql, &error) != STATUS_OK) fail_msg("%s: %s", sql, error.message);
}

#define INTO_JOURNAL                                                                                         \
    "INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, cash, "     \
    "cash_after) VALUES ('local-workspace', 'paper-main', "

static void the_journal_is_only_added_to(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    assert_refused(&place, "UPDATE journal SET cash = '1'", "journal_is_append_only");
    assert_refused(&place, "DELETE FROM journal", "journal_is_append_only");
    assert_refused(&place, "INSERT " INTO_JOURNAL "3, 'x', 'deposit', 1, 'local-user', '', '1', '1')",
                   "numbers_must_step");
    if (fixture_engine == DB_SQLITE) {
        assert_refused(&place, "REPLACE " INTO_JOURNAL "1, 'x', 'deposit', 1, 'local-user', '', '1', '1')",
                       NULL);
        assert_refused(&place,
                       "REPLACE " INTO_JOURNAL "2, (SELECT id FROM journal LIMIT 1), 'deposit', 1, "
                       "'local-user', '', '1', '1')",
                       "journal_is_append_only");
    } else {
        assert_refused(&place, "TRUNCATE journal CASCADE", "journal_is_append_only");
        assert_refused(&place,
                       "INSERT " INTO_JOURNAL "1, 'x', 'deposit', 1, 'local-user', '', '1', '1') "
                       "ON CONFLICT (workspace_id, account_id, number) DO UPDATE SET cash = '5'",
                       NULL);
    }
    assert_int_equal(journal_of(&place).count, 1);
    must_run(&place, "INSERT " INTO_JOURNAL "2, 'x', 'deposit', 1, 'local-user', '', '1', '100001')");
    end(&place);
}

static void decimals_have_one_form(void **state)
{
    (void)state;
    static const char *const faults[] = {"",
                                         "NaN",
                                         "1e5",
                                         "1e308",
                                         " 1",
                                         "1 ",
                                         "+1",
                                         "01",
                                         "1.0",
                                         "1.",
                                         ".5",
                                         "-",
                                         "-0",
                                         "--1",
                                         "-.5",
                                         "-01",
                                         "1.2.3",
                                         "1,5",
                                         "0.0",
                                         "5-",
                                         "0x1",
                                         "Infinity",
                                         "100000000000000000000",
                                         "0.0000000000000000001"};
    static const char *const goods[] = {"0", "-5", "0.01", "-0.000000000000000001",
                                        "99999999999999999999.999999999999999999"};
    struct place place;
    char sql[300];
    begin(&place);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        (void)snprintf(sql, sizeof sql, "UPDATE paper_accounts SET cash = '%s', version = version + 1",
                       faults[i]);
        assert_refused(&place, sql, NULL);
    }
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        (void)snprintf(sql, sizeof sql, "UPDATE paper_accounts SET cash = '%s', version = version + 1",
                       goods[i]);
        must_run(&place, sql);
    }
    assert_refused(&place, "UPDATE paper_accounts SET fees_paid = '-1', version = version + 1", NULL);
    assert_refused(&place, "UPDATE paper_accounts SET max_leverage = '0', version = version + 1", NULL);
    end(&place);
}

static void accounts_step_and_stay(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    assert_refused(&place, "UPDATE paper_accounts SET cash = '5'", "version_must_step");
    assert_refused(&place, "UPDATE paper_accounts SET last_number = 0, version = version + 1",
                   "numbers_only_rise");
    assert_refused(&place, "DELETE FROM paper_accounts", "accounts_stay");
    end(&place);
}

#define A_PLAN                                                                                               \
    "INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, status, created_by, created_at, "    \
    "updated_at) VALUES ('local-workspace', 'p1', 'paper-main', 'single', 'planned', 'local-user', 1, 1);"   \
    "INSERT INTO trade_plan_legs (workspace_id, plan_id, id, symbol, side, planned_quantity, "               \
    "planned_entry_price) VALUES ('local-workspace', 'p1', '1', 'BTCUSDT', 'long', '1', '1')"
#define TO(values) "UPDATE trade_plans SET version = version + 1, " values

static void plans_move_along_the_arrows(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    must_run(&place, A_PLAN);
    assert_refused(&place, TO("status = 'closed', opened_at = 1, closed_at = 1, close_reason = 'manual'"),
                   "no_such_move");
    assert_refused(&place, "UPDATE trade_plans SET status = 'open', opened_at = 1", "version_must_step");
    assert_refused(&place, TO("status = 'open'"), NULL); // when?
    must_run(&place, "UPDATE trade_plan_legs SET planned_quantity = '2'");
    must_run(&place, TO("status = 'open', opened_at = 1"));
    assert_refused(&place, TO("status = 'cancelled', cancelled_at = 1"), NULL);
    assert_refused(&place, TO("status = 'planned', opened_at = NULL"), "no_such_move");
    assert_refused(&place, TO("account_id = 'other'"), "a_plan_keeps_its_place");
    assert_refused(&place, "DELETE FROM trade_plans", "plans_stay");
    assert_refused(&place, "DELETE FROM trade_plan_legs", "legs_of_an_opened_plan_stay");
    assert_refused(&place, "UPDATE trade_plan_legs SET side = 'short'", "legs_of_an_opened_plan_stay");
    must_run(&place, "UPDATE trade_plan_legs SET quantity_open = '1'");
    must_run(&place, TO("status = 'closed', closed_at = 1, close_reason = 'manual'"));
    assert_refused(&place, TO("status = 'open', closed_at = NULL, close_reason = NULL"), "no_such_move");
    must_run(&place, TO("notes = 'a lesson'"));
    end(&place);
}

static void changes_of_plans_and_terms_of_orders_stay(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    must_run(&place, A_PLAN);
    must_run(&place, "INSERT INTO trade_plan_changes VALUES ('local-workspace', 'p1', 1, 'create', "
                     "'local-user', 1, '', '{}')");
    assert_refused(&place, "UPDATE trade_plan_changes SET detail = '{\"a\":1}'", "changes_are_append_only");
    assert_refused(&place, "DELETE FROM trade_plan_changes", "changes_are_append_only");
    must_run(&place, "INSERT INTO paper_orders (workspace_id, id, account_id, symbol, side, type, quantity, "
                     "limit_price, time_in_force, status, created_by, created_at, updated_at) VALUES "
                     "('local-workspace', 'o1', 'paper-main', 'BTCUSDT', 'buy', 'limit', '1', '5', 'gtc', "
                     "'accepted', 'local-user', 1, 1)");
    assert_refused(&place, "UPDATE paper_orders SET quantity = '2', version = version + 1",
                   "an_order_keeps_its_terms");
    must_run(&place, "UPDATE paper_orders SET status = 'cancelled', version = version + 1");
    assert_refused(&place, "UPDATE paper_orders SET status = 'accepted', version = version + 1",
                   "no_such_move");
    assert_refused(&place, "DELETE FROM paper_orders", "orders_stay");
    end(&place);
}

static void a_fill_belongs_to_a_plan_of_its_account(void **state)
{
    (void)state;
    struct place place;
    begin(&place); // the plan is of the local workspace, the account of another
    must_run(&place, A_PLAN);
    struct fill fill = fill_of("BTCUSDT", FILL_BUY, "1", "1");
    fill.plan_id = STR("p1");
    fill.leg_id = STR("1");
    struct error error = {0};
    assert_int_equal(post(&place, &fill, NULL, &error), STATUS_CONFLICT);
    assert_string_equal(error.code, "constraint");
    end(&place);
}

static void workspaces_that_were_there_get_an_account(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct db_options options = fresh_options(fixture_engine);
    options.statements = SQL_STATEMENTS;
    options.statement_count = SQL_STATEMENT_COUNT;
    struct app app = {.db = open_database(&options), .people.auth_mode = STR("none")};
    uint32_t version;
    assert_ok(db_migrate(app.db, SQL_MIGRATIONS, 5, &version, &seen_error));
    assert_ok(fixture_script(&app,
                             "INSERT INTO users (id, email, email_key, display_name, created_at) VALUES "
                             "('u', 'u@example.org', 'u@example.org', 'U', 1);"
                             "INSERT INTO workspaces (id, name, default_quote_asset, created_by, created_at, "
                             "updated_at) VALUES ('w', 'W', 'EUR', 'u', 1, 1)",
                             &seen_error));
    assert_ok(db_migrate(app.db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, &version, &seen_error));
    struct paper_account account;
    assert_ok(paper_account_get(&app, STR("w"), PAPER_MAIN_ID, &arena, &account, &seen_error));
    assert_true(str_eq(account.currency, STR("EUR")));
    assert_decimal(account.cash, "100000");
    assert_int_equal(account.last_number, 1);
    assert_true(account.created_at_us > FIXTURE_NOW_US);
    db_close(app.db);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_workspace_begins_with_an_account),
        cmocka_unit_test(a_buy_and_a_sell_move_cash_position_and_fees),
        cmocka_unit_test(a_deposit_a_withdrawal_and_a_reset_are_told_apart),
        cmocka_unit_test(entries_stand_in_the_order_of_their_times_whatever_the_clock_does),
        cmocka_unit_test(what_does_not_fit_is_refused_and_leaves_nothing),
        cmocka_unit_test(what_is_stored_adds_up),
        cmocka_unit_test(the_journal_is_only_added_to),
        cmocka_unit_test(decimals_have_one_form),
        cmocka_unit_test(accounts_step_and_stay),
        cmocka_unit_test(plans_move_along_the_arrows),
        cmocka_unit_test(changes_of_plans_and_terms_of_orders_stay),
        cmocka_unit_test(a_fill_belongs_to_a_plan_of_its_account),
        cmocka_unit_test(workspaces_that_were_there_get_an_account),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
