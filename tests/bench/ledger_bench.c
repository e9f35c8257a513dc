// What the ledger costs: fills posted by the product's own functions, on a state database that is made for
// this, and the check of all of them.
//     ledger-bench FILE | postgresql://… [FILLS]
// Prints a line a measurement: name, figure, unit, and what of, separated by tabs.
#include "app/bootstrap.h"
#include "app/journal.h"
#include "app/ledger_check.h"
#include "app/paper_account.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "db/db_engine.h"
#include "sql_statements.h"
#include "store/paper_account_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FILLS = 1000000, FILLS_OF_PLAN = 10, PLANS_AT_ONCE = 500, SYMBOLS = 50, CHECKS = 3 };

static struct app app;

static void stop(const struct error *error)
{
    fprintf(stderr, "ledger-bench: %s\n", error->message);
    exit(1);
}

#define MUST(expression)                                                                                     \
    do {                                                                                                     \
        struct error error = {0};                                                                            \
        if ((expression) != STATUS_OK) stop(&error);                                                         \
    } while (0)

static void open_app(const char *state)
{
    const bool is_url = str_starts_with(str_from_c(state), STR("postgresql:"));
    const struct db_options options = {
        .sqlite_path = is_url ? STR("") : str_from_c(state),
        .postgresql_url = is_url ? str_from_c(state) : STR(""),
        .statements = SQL_STATEMENTS,
        .statement_count = SQL_STATEMENT_COUNT,
    };
    app.people.auth_mode = STR("none");
    app.paper.starting_balance = decimal_of_int(100000000);
    MUST(db_open(&options, &app.db, &error));
    MUST(app_bootstrap(&app, clock_wall_us(), &error));
}

static void run_script(struct db_tx *tx, const struct buf *script)
{
    MUST(tx->db->ops->script(tx, script->data, &error));
}

static void put_decimal(struct buf *buf, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    buf_append_format(buf, "'%s'", text);
}

// A plan before its first fill, and after its last: closed, with what its leg repeats of the fills.
static void put_plan(struct buf *before, struct buf *after, int64_t plan)
{
    buf_append_format(
        before,
        "INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, status, created_by, created_at, "
        "updated_at) VALUES ('local-workspace', 'plan-%010lld', 'paper-main', 'single', 'planned', "
        "'local-user', 1, 1);"
        "INSERT INTO trade_plan_legs (workspace_id, plan_id, id, symbol, side, planned_quantity, "
        "planned_entry_price) VALUES ('local-workspace', 'plan-%010lld', '1', 'S%lldUSDT', 'long', '0.06172835', "
        "'1');"
        "INSERT INTO trade_plan_changes (workspace_id, plan_id, version, action, actor_id, created_at, "
        "request_id, detail) SELECT workspace_id, id, n, action, 'local-user', 1, '', '{}' FROM trade_plans, "
        "(SELECT 1 AS n, 'create' AS action UNION ALL SELECT 2, 'open' UNION ALL SELECT 3, 'close') AS steps "
        "WHERE workspace_id = 'local-workspace' AND id = 'plan-%010lld';"
        "UPDATE trade_plans SET status = 'open', opened_at = 1, version = 2 WHERE workspace_id = "
        "'local-workspace' AND id = 'plan-%010lld';",
        (long long)plan, (long long)plan, (long long)(plan % SYMBOLS), (long long)plan, (long long)plan);
    buf_append_format(after,
                      "UPDATE trade_plans SET status = 'closed', closed_at = 1, close_reason = 'manual', "
                      "version = 3 WHERE workspace_id = 'local-workspace' AND id = 'plan-%010lld';",
                      (long long)plan);
}

struct leg {
    struct decimal closed, entry, exit, fees;
};

static void put_leg(struct buf *after, int64_t plan, const struct leg *leg)
{
    buf_append_str(after, STR("UPDATE trade_plan_legs SET quantity_closed = "));
    put_decimal(after, leg->closed);
    buf_append_str(after, STR(", entry_notional = "));
    put_decimal(after, leg->entry);
    buf_append_str(after, STR(", exit_notional = "));
    put_decimal(after, leg->exit);
    buf_append_str(after, STR(", fees = "));
    put_decimal(after, leg->fees);
    buf_append_format(after, " WHERE workspace_id = 'local-workspace' AND plan_id = 'plan-%010lld';",
                      (long long)plan);
}

static void sum(struct decimal *total, struct decimal amount)
{
    if (!decimal_add(*total, amount, total)) abort();
}

static void fill_plan(const struct journal_move *move, int64_t plan, struct leg *leg)
{
    char id[32], symbol[16];
    (void)snprintf(id, sizeof id, "plan-%010lld", (long long)plan);
    (void)snprintf(symbol, sizeof symbol, "S%lldUSDT", (long long)(plan % SYMBOLS));
    for (int i = 0; i < FILLS_OF_PLAN; i++) {
        const bool is_opening = i < FILLS_OF_PLAN / 2;
        struct journal_entry entry;
        struct fill fill = {.plan_id = str_from_c(id),
                            .leg_id = STR("1"),
                            .action = is_opening ? FILL_OPEN : FILL_CLOSE,
                            .side = is_opening ? FILL_BUY : FILL_SELL,
                            .symbol = str_from_c(symbol),
                            .quantity = {(decimal_units)1234567 * 10000000000},  // 0.01234567
                            .fee_bps = {(decimal_units)75 * 100000000000000000}, // 7.5
                            .slippage_bps = decimal_of_int(2)};
        fill.mark = (struct mark){
            .symbol = fill.symbol,
            .is_known = true,
            .price = {(decimal_units)(6000000 + (plan * 7919 + i * 104729) % 500000) * 10000000000000000},
            .source = MARK_REQUEST,
            .time_us = move->actor->now_us};
        MUST(fill_price(fill.mark.price, fill.side, fill.slippage_bps, &fill.price, &error));
        MUST(journal_post_fill(move, &fill, &entry, &error));
        sum(is_opening ? &leg->entry : &leg->exit, entry.notional);
        if (!is_opening) sum(&leg->closed, entry.quantity);
        sum(&leg->fees, entry.fee);
    }
}

static void make_plans(int64_t first, int64_t count)
{
    ARENA_SCOPE(arena, 16 * MIB);
    BUF_SCOPE(before, 16 * MIB);
    BUF_SCOPE(after, 16 * MIB);
    struct paper_account account;
    const struct actor actor = {.user_id = LOCAL_USER_ID, .now_us = clock_wall_us()};
    DB_TX_SCOPE tx = NULL;
    MUST(db_begin(app.db, DB_WRITE, &tx, &error));
    for (int64_t plan = first; plan < first + count; plan++)
        put_plan(&before, &after, plan);
    buf_append_char(&before, '\0');
    run_script(tx, &before);
    MUST(paper_account_store_lock(tx, LOCAL_WORKSPACE_ID, PAPER_MAIN_ID, &arena, &account, &error));
    const struct journal_move move = {tx, &app, &actor, &account, &arena};
    for (int64_t plan = first; plan < first + count; plan++) {
        struct leg leg = {0};
        fill_plan(&move, plan, &leg);
        put_leg(&after, plan, &leg);
    }
    MUST(paper_account_store_save(tx, &account, &error));
    buf_append_char(&after, '\0');
    run_script(tx, &after);
    MUST(db_commit(&tx, &error));
}

static void print_fault(void *context, const struct ledger_fault *fault)
{
    (void)context;
    fprintf(stderr, "%s %.*s %s: is %.*s, must be %.*s\n", fault->table, STR_ARG(fault->key), fault->column,
            STR_ARG(fault->found), STR_ARG(fault->expected));
}

static int64_t processor_us(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

struct took {
    int64_t wall_us, processor_us;
};

static struct took check_once(struct ledger_counts *out_counts)
{
    struct ledger_reporter reporter = {.report = print_fault};
    const struct took began = {clock_monotonic_us(), processor_us()};
    MUST(ledger_check(&app, &reporter, out_counts, &error));
    if (reporter.fault_count > 0) exit(1);
    return (struct took){clock_monotonic_us() - began.wall_us, processor_us() - began.processor_us};
}

int main(int argc, char **argv)
{
    struct ledger_counts counts = {0};
    if (argc < 2 || argc > 3) {
        fputs("usage: ledger-bench FILE | postgresql://... [FILLS]\n", stderr);
        return 2;
    }
    open_app(argv[1]);
    const int64_t fills = argc > 2 ? strtoll(argv[2], NULL, 10) : FILLS;
    const int64_t began_us = clock_monotonic_us();
    for (int64_t plan = 0; plan < fills / FILLS_OF_PLAN; plan += PLANS_AT_ONCE)
        make_plans(plan, PLANS_AT_ONCE);
    const double made_s = (double)(clock_monotonic_us() - began_us) / 1e6;
    struct took best = {INT64_MAX, INT64_MAX};
    for (int i = 0; i < CHECKS; i++) {
        const struct took took = check_once(&counts);
        if (took.wall_us < best.wall_us) best.wall_us = took.wall_us;
        if (took.processor_us < best.processor_us) best.processor_us = took.processor_us;
    }
    printf("fills posted\t%.0f\tper s\tplans of %d, %d in a transaction\n", (double)counts.fills / made_s,
           FILLS_OF_PLAN, PLANS_AT_ONCE * FILLS_OF_PLAN);
    printf("tlab check\t%.2f\ts\t%lld fills, best of %d; %.2f s of processor\n", (double)best.wall_us / 1e6,
           (long long)counts.fills, CHECKS, (double)best.processor_us / 1e6);
    db_close(app.db);
    return 0;
}
