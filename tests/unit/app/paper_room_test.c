// How much an account holds at most, on both databases: one more is refused, what is full is read and reset.
#include "unit/app/plan_fixture.h"

#include "app/paper_reset.h"
#include "app/paper_view.h"
#include "base/buf.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) static void run_script(struct plan_place *place, const char *format,
                                                             ...)
{
    char sql[4096];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    assert_ok(fixture_script(place->app, sql, &seen_error));
}

// The account holds a little of that many symbols.
static void fill_positions(struct plan_place *place, int count)
{
    run_script(place,
               "INSERT INTO positions (workspace_id, account_id, symbol, quantity, cost, updated_at) "
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
               "SELECT '%.*s', 'paper-main', 'S' || i, '0.0001', '0.0001', 1 FROM n",
               count, STR_ARG(place->workspace_id));
}

// Copies of its one plan, which is open.
static void fill_plans(struct plan_place *place, int count)
{
    run_script(
        place,
        "INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, status, created_by, created_at, "
        "updated_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "SELECT workspace_id, 'copy-' || i, account_id, trade_type, 'planned', created_by, created_at, updated_at "
        "FROM trade_plans, n WHERE workspace_id = '%.*s';"
        "INSERT INTO trade_plan_legs SELECT c.workspace_id, c.id, l.id, symbol, side, planned_quantity, "
        "planned_entry_price, stop_price, target_price, quantity_open, quantity_closed, entry_notional, "
        "exit_notional, fees FROM trade_plan_legs l JOIN trade_plans c ON c.workspace_id = l.workspace_id "
        "AND c.id LIKE 'copy-%%';"
        "UPDATE trade_plans SET status = 'open', version = 2, opened_at = updated_at WHERE id LIKE 'copy-%%'",
        count, STR_ARG(place->workspace_id));
}

static struct str plan_of(struct plan_place *place, const char *symbol)
{
    struct trade_plan plan;
    const struct str body =
        str_format(&place->arena,
                   "{\"account_id\":\"paper-main\",\"trade_type\":\"single\",\"legs\":[{\"symbol\":\"%s\","
                   "\"side\":\"long\",\"planned_quantity\":0.01,\"planned_entry_price\":100}]}",
                   symbol);
    assert_ok(plan_create(place, body.ptr, &plan));
    return plan.id;
}

static enum status open_plan(struct plan_place *place, const char *symbol)
{
    struct trade_plan_outcome outcome;
    const struct str marks = str_format(&place->arena, "{\"%s\":100}", symbol);
    return plan_open(place, plan_of(place, symbol), marks.ptr, &outcome);
}

// Prices of all symbols there are, which are more than a request may give.
static struct mark_list all_marks(struct plan_place *place)
{
    struct mark_list list = {.items = ARENA_ARRAY(&place->arena, struct mark, LIMIT_POSITIONS + 2)};
    assert_non_null(list.items);
    list.items[list.count++] =
        (struct mark){.symbol = STR("BTCUSDT"), .is_known = true, .price = decimal_of_int(100)};
    while (list.count < LIMIT_POSITIONS + 2) {
        const struct str symbol = str_format(&place->arena, "S%zu", list.count);
        list.items[list.count++] =
            (struct mark){.symbol = symbol, .is_known = true, .price = decimal_of_int(1)};
    }
    return list;
}

static size_t count_positions(struct plan_place *place)
{
    struct paper_view view;
    const struct mark_list none = {0};
    const struct paper_view_query query = {place->workspace_id, &none, FIXTURE_NOW_US, false};
    assert_ok(paper_view_get(place->app, &query, PAPER_MAIN_ID, &place->arena, &view, &seen_error));
    return view.positions.count;
}

static size_t count_shares(struct plan_place *place)
{
    const struct paper_account account = plan_account(place);
    struct position_share_list shares;
    assert_ok(paper_view_shares(place->app, &account, &place->arena, &shares, &seen_error));
    return shares.count;
}

// As a request does it, in the memory that one has. On SQLite alone: PostgreSQL knows nothing yet of tables
// that were just filled, and takes half a minute for as many entries.
static void assert_is_reset(struct plan_place *place)
{
    if (fixture_engine == DB_POSTGRESQL) return;
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    const struct mark_list marks = all_marks(place);
    const struct paper_reset reset = {.id = PAPER_MAIN_ID, .given = &marks};
    struct paper_account account;
    assert_ok(paper_account_reset(place->app, &place->actor, &reset, &arena, &account, &seen_error));
    assert_decimal(account.cash, "100000");
    assert_int_equal(count_positions(place), 0);
    assert_int_equal(count_shares(place), 0);
}

static void a_position_too_many_is_refused_and_a_full_account_is_read_and_reset(void **state)
{
    (void)state;
    struct plan_place place;
    plan_place_begin(&place);
    fill_positions(&place, LIMIT_POSITIONS - 1);
    assert_ok(open_plan(&place, "BTCUSDT"));
    assert_fails(open_plan(&place, "ETHUSDT"), STATUS_CONFLICT, "too_many_positions");
    assert_true(str_contains(str_from_c(seen_error.message), STR("10000 symbols")));
    assert_ok(open_plan(&place, "BTCUSDT")); // of a symbol that it holds
    assert_int_equal(count_positions(&place), LIMIT_POSITIONS);
    assert_int_equal(count_shares(&place), 2);
    assert_is_reset(&place);
    plan_place_end(&place);
}

// One of fifty legs, opened.
static void open_basket(struct plan_place *place)
{
    BUF_SCOPE(body, 16 * KIB);
    BUF_SCOPE(marks, 4 * KIB);
    struct trade_plan plan;
    struct trade_plan_outcome outcome;
    buf_append_str(&body, STR("{\"account_id\":\"paper-main\",\"trade_type\":\"basket\",\"legs\":["));
    for (int i = 1; i <= LIMIT_PLAN_LEGS; i++) {
        buf_append_format(&body,
                          "%s{\"symbol\":\"S%d\",\"side\":\"long\",\"planned_quantity\":0.01,"
                          "\"planned_entry_price\":1}",
                          i == 1 ? "" : ",", i);
        buf_append_format(&marks, "%s\"S%d\":1", i == 1 ? "{" : ",", i);
    }
    buf_append_str(&body, STR("]}"));
    buf_append_str(&marks, STR("}"));
    assert_ok(plan_create(place, str_copy(&place->arena, buf_str(&body)).ptr, &plan));
    assert_ok(plan_open(place, plan.id, str_copy(&place->arena, buf_str(&marks)).ptr, &outcome));
}

static void a_leg_too_many_is_refused_and_a_full_account_is_read_and_reset(void **state)
{
    (void)state;
    struct plan_place place;
    plan_place_begin(&place);
    open_basket(&place);
    fill_plans(&place, LIMIT_POSITIONS / LIMIT_PLAN_LEGS - 1);
    assert_int_equal(count_shares(&place), LIMIT_POSITIONS);
    assert_fails(open_plan(&place, "S1"), STATUS_CONFLICT, "too_many_positions");
    assert_true(str_contains(str_from_c(seen_error.message), STR("10000 open legs")));
    assert_int_equal(count_shares(&place), LIMIT_POSITIONS);
    assert_is_reset(&place);
    plan_place_end(&place);
}

// What a plan bought and an order sold again comes back when the plan is closed.
static void a_symbol_of_an_open_leg_keeps_its_place(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    const struct str plan_id = plan_of(&place, "BTCUSDT");
    assert_ok(plan_open(&place, plan_id, "{\"BTCUSDT\":100}", &outcome));
    run_script(&place, "UPDATE positions SET quantity = '0', cost = '0' WHERE workspace_id = '%.*s'",
               STR_ARG(place.workspace_id));
    fill_positions(&place, LIMIT_POSITIONS - 1);
    assert_fails(open_plan(&place, "ETHUSDT"), STATUS_CONFLICT, "too_many_positions");
    assert_ok(plan_close(&place, plan_id, "{\"BTCUSDT\":100}", NULL, &outcome));
    assert_int_equal(count_positions(&place), LIMIT_POSITIONS);
    assert_is_reset(&place);
    plan_place_end(&place);
}

// ---- at the same moment

enum { RACERS = 4 };

struct racer {
    const struct app *app;
    struct plan_place *place;
    struct str plan_id;
    const char *symbol;
    enum status status;
};

static void *run_racer(void *argument)
{
    struct racer *racer = argument;
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct error error = {0};
    struct trade_plan_outcome outcome;
    struct mark mark = {.symbol = str_from_c(racer->symbol), .is_known = true, .price = decimal_of_int(100)};
    const struct trade_plan_opening opening = {{{racer->place->workspace_id, racer->plan_id}, 0},
                                               {.marks = {&mark, 1}}};
    racer->status = trade_plan_open(racer->app, &racer->place->actor, &opening, &arena, &outcome, &error);
    return NULL;
}

static void of_many_at_once_the_last_place_takes_one(void **state)
{
    (void)state;
    static const char *const symbols[RACERS] = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"};
    struct plan_place place;
    struct racer racers[RACERS];
    pthread_t threads[RACERS];
    int winners = 0;
    plan_place_begin(&place);
    fill_positions(&place, LIMIT_POSITIONS - 1);
    struct app *beside = fixture_engine == DB_POSTGRESQL ? fixture_app_beside(place.app) : NULL;
    for (size_t i = 0; i < RACERS; i++)
        racers[i] = (struct racer){.app = beside && i % 2 ? beside : place.app,
                                   .place = &place,
                                   .plan_id = plan_of(&place, symbols[i]),
                                   .symbol = symbols[i]};
    for (size_t i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_racer, &racers[i]), 0);
    for (size_t i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        winners += racers[i].status == STATUS_OK;
        if (racers[i].status != STATUS_OK) assert_int_equal(racers[i].status, STATUS_CONFLICT);
    }
    assert_int_equal(winners, 1);
    assert_int_equal(count_positions(&place), LIMIT_POSITIONS);
    if (beside) fixture_app_free(beside);
    plan_place_end(&place);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_too_many_is_refused_and_a_full_account_is_read_and_reset),
        cmocka_unit_test(a_leg_too_many_is_refused_and_a_full_account_is_read_and_reset),
        cmocka_unit_test(a_symbol_of_an_open_leg_keeps_its_place),
        cmocka_unit_test(of_many_at_once_the_last_place_takes_one),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
