// What an account made today: by the candles of midnight and of now, whatever money came in or went out.
#include "unit/market/open_market.h"
#undef assert_ok // that of the databases says why
#include "unit/app/app_fixture.h"

#include "app/paper_account.h"
#include "app/paper_view.h"
#include "base/limits.h"

#include <stdio.h>

#define DAY ((int64_t)86400)
#define US ((int64_t)1000000)
#define NOW_S (5 * DAY + 9000) // half past two of the sixth day

// BTC: days at 50, and hours at 61 from the sixth day on. LATE: hours of the sixth day alone.
static struct app *app_with_market(void)
{
    static const char candles[] = CANDLES_TABLE BTC CANDLES("BTCUSDT", "1h", 432000, 3600, 5, 61)
        CANDLES("LATEUSDT", "1h", 432000, 3600, 5, 7);
    const char *path = harness_path("day.db");
    struct app *app = fixture_app();
    (void)remove(path);
    database_write(path, candles);
    app->market = market_on(path, AN_HOUR_MS);
    return app;
}

static void app_done(struct app *app)
{
    market_close(app->market);
    app->market = NULL;
    fixture_app_free(app);
}

// ---- an account of the first day, with entries that a test gives it

struct script {
    struct app *app;
    char sql[256 * 1024];
    int entries, reset_number;
    double cash, deposits; // whole numbers and halves, which a double holds
};

// One at a time.
static struct script *begin(void)
{
    static struct script script;
    script = (struct script){.app = app_with_market()};
    return &script;
}

static void add_sql(struct script *script, const char *sql)
{
    const size_t len = strlen(script->sql), room = sizeof script->sql - len;
    assert_true((size_t)snprintf(script->sql + len, room, "%s", sql) < room);
}

static void enter(struct script *script, const char *kind, int64_t time_s, double cash, const char *fill)
{
    char sql[1024];
    script->cash += cash;
    const int len = snprintf(
        sql, sizeof sql,
        "INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, cash, "
        "cash_after, action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, "
        "mark_source, mark_time, position_after, cost_after) VALUES ('local-workspace', 'old', %d, 'old-%d', '%s', "
        "%lld, 'local-user', '', '%g', '%g', %s);",
        script->entries + 1, script->entries + 1, kind, (long long)(time_s * US + script->entries), cash,
        script->cash, fill);
    assert_true((size_t)len < sizeof sql);
    add_sql(script, sql);
    script->entries++;
}

static void put_money(struct script *script, const char *kind, int64_t time_s, double cash)
{
    static const char none[] =
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        "NULL";
    enter(script, kind, time_s, cash, none);
    script->deposits += cash;
    if (strcmp(kind, "reset") != 0) return;
    script->deposits = script->cash;
    script->reset_number = script->entries;
}

// Without a fee; what is left afterwards costs as much as the price says.
static void put_fill(struct script *script, const char *symbol, int64_t time_s, int quantity, int price,
                     int left)
{
    char fill[256];
    const int size = quantity < 0 ? -quantity : quantity;
    (void)snprintf(fill, sizeof fill,
                   "'open', '%s', '%s', '%d', '%d', '%d', '0', '0', '0', '%d', 'request', 1, '%d', '%d'",
                   symbol, quantity < 0 ? "sell" : "buy", size, price, size * price, price, left,
                   left * price);
    enter(script, "fill", time_s, -(double)quantity * price, fill);
    char position[256];
    (void)snprintf(position, sizeof position,
                   "DELETE FROM positions WHERE account_id = 'old' AND symbol = '%s';"
                   "INSERT INTO positions (workspace_id, account_id, symbol, quantity, cost, updated_at) "
                   "VALUES ('local-workspace', 'old', '%s', '%d', '%d', 1);",
                   symbol, symbol, left, left * price);
    add_sql(script, position);
}

// The account as the entries leave it, made at `created_s`, and what it is shown with.
static struct paper_view view_of(struct script *script, int64_t created_s, struct arena *arena)
{
    char account[1024];
    struct paper_view view;
    (void)snprintf(
        account, sizeof account,
        "INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, cash, deposits, "
        "realized_pnl, fees_paid, last_number, reset_number, created_by, created_at, updated_at) VALUES "
        "('local-workspace', 'old', 'Old', 'USDT', '1000', '%g', '%g', '0', '0', %d, %d, 'local-user', "
        "%lld, %lld);",
        script->cash, script->deposits, script->entries, script->reset_number, (long long)(created_s * US),
        (long long)(NOW_S * US));
    assert_ok(fixture_script(script->app, account, &seen_error));
    assert_ok(fixture_script(script->app, script->sql, &seen_error));
    const struct paper_view_query query = {
        .workspace_id = LOCAL_WORKSPACE_ID, .now_us = NOW_S * US, .wants_today = true};
    assert_ok(paper_view_get(script->app, &query, STR("old"), arena, &view, &seen_error));
    return view;
}

static void assert_today(const struct paper_view *view, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    assert_true(view->is_pnl_today_known);
    (void)decimal_format(view->pnl_today, text);
    assert_string_equal(text, expected);
}

// ---- the rules

static void a_position_of_yesterday_counts_from_the_close_of_midnight(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", DAY, 1000);
    put_fill(script, "BTCUSDT", 2 * DAY, 3, 40, 3); // of the 21 that it is up 10 each are of days before
    const struct paper_view view = view_of(script, DAY, &arena);
    assert_today(&view, "33");
    app_done(script->app);
}

static void money_that_comes_or_goes_is_no_profit(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", DAY, 1000);
    put_fill(script, "BTCUSDT", 2 * DAY, 2, 50, 2);
    put_money(script, "deposit", 5 * DAY, 500); // the first moment of today
    put_fill(script, "BTCUSDT", 5 * DAY + 60, -1, 70, 1);
    put_money(script, "withdrawal", 5 * DAY + 120, -200.5);
    const struct paper_view view = view_of(script, DAY, &arena);
    assert_today(&view, "31"); // 20 of what was sold, 11 of what is left
    app_done(script->app);
}

static void what_was_bought_and_sold_today_counts_at_its_prices(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", DAY, 1000);
    put_fill(script, "LATEUSDT", 5 * DAY + 1, -3, 9, -3); // no candle of it had ended at midnight
    put_fill(script, "BTCUSDT", 5 * DAY + 2, 1, 60, 1);
    put_fill(script, "BTCUSDT", 5 * DAY + 3, -1, 64, 0);
    const struct paper_view view = view_of(script, DAY, &arena);
    assert_today(&view, "10");
    app_done(script->app);
}

static void a_position_without_a_price_at_midnight_leaves_it_unknown(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", DAY, 1000);
    put_fill(script, "LATEUSDT", 2 * DAY, 1, 9, 1);
    put_fill(script, "LATEUSDT", 5 * DAY + 1, -1, 12, 0); // gone by now
    const struct paper_view view = view_of(script, DAY, &arena);
    assert_true(view.worth.is_known);
    assert_false(view.is_pnl_today_known);
    app_done(script->app);
}

static void a_reset_of_today_begins_anew(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", DAY, 1000);
    put_fill(script, "BTCUSDT", 2 * DAY, 2, 50, 2);
    put_fill(script, "BTCUSDT", 5 * DAY + 1, -2, 10, 0); // 80 are lost
    put_money(script, "reset", 5 * DAY + 2, 80);
    put_fill(script, "BTCUSDT", 5 * DAY + 3, 1, 60, 1);
    const struct paper_view view = view_of(script, DAY, &arena);
    assert_today(&view, "1");
    app_done(script->app);
}

static void an_account_of_today_made_all_of_it_today(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct script *script = begin();
    put_money(script, "deposit", 5 * DAY, 1000);
    put_fill(script, "BTCUSDT", 5 * DAY + 3, 2, 60, 2);
    const struct paper_view view = view_of(script, 5 * DAY, &arena);
    assert_today(&view, "2");
    app_done(script->app);
}

// More than are read at once, on both sides of midnight.
static void however_many_entries_the_day_has(void **state)
{
    (void)state;
    for (int is_before = 0; is_before <= 1; is_before++) {
        ARENA_SCOPE(arena, MIB);
        struct script *script = begin();
        put_money(script, "deposit", DAY, 1000);
        put_fill(script, "BTCUSDT", 2 * DAY, 2, 50, 2);
        for (int i = 0; i < 300; i++)
            put_money(script, "deposit", is_before ? 3 * DAY : 5 * DAY, 1);
        const struct paper_view view = view_of(script, DAY, &arena);
        assert_today(&view, "22");
        app_done(script->app);
    }
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_of_yesterday_counts_from_the_close_of_midnight),
        cmocka_unit_test(money_that_comes_or_goes_is_no_profit),
        cmocka_unit_test(what_was_bought_and_sold_today_counts_at_its_prices),
        cmocka_unit_test(a_position_without_a_price_at_midnight_leaves_it_unknown),
        cmocka_unit_test(a_reset_of_today_begins_anew),
        cmocka_unit_test(an_account_of_today_made_all_of_it_today),
        cmocka_unit_test(however_many_entries_the_day_has),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    return harness_run_on_both(run, &fixture_engine);
}
