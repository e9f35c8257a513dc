// Long journals are read by one thread and checked by another, as if one did both.
#include "unit/app/app_fixture.h"

#include "app/ledger_ahead.h"
#include "app/ledger_check.h"
#include "app/paper_account.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

enum { ENTRIES = 2101 }; // more than are held at once, and no whole number of batches

// Deposits of 1 behind the first of 100000; the one of that number leaves 5 more than it should.
static struct app *app_with_journal(int wrong_number)
{
    struct app *app = fixture_app();
    char sql[2048];
    (void)snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE steps (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM steps WHERE n < %d) "
        "INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, "
        "cash, cash_after) SELECT 'local-workspace', 'paper-main', n, 'entry-' || n, 'deposit', %lld + n, "
        "'local-user', '', '1', CAST(99999 + n + CASE WHEN n = %d THEN 5 ELSE 0 END AS text) FROM steps;"
        "UPDATE paper_accounts SET version = version + 1, last_number = %d, cash = '%d', deposits = '%d', "
        "updated_at = %lld WHERE workspace_id = 'local-workspace'",
        ENTRIES, (long long)FIXTURE_NOW_US, wrong_number, ENTRIES, 99999 + ENTRIES, 99999 + ENTRIES,
        (long long)FIXTURE_NOW_US + ENTRIES);
    if (strlen(sql) + 1 == sizeof sql) fail_msg("the script is cut");
    assert_ok(fixture_script(app, sql, &seen_error));
    return app;
}

struct seen {
    int64_t count, stops_at;
    bool is_out_of_order, has_other_text;
};

static enum status see(void *context, const struct ledger_entry *row, struct error *error)
{
    struct seen *seen = context;
    seen->count++;
    seen->is_out_of_order |= row->entry.number != seen->count;
    seen->has_other_text |= row->entry.symbol.ptr != NULL || row->damage.column != NULL;
    if (seen->count != seen->stops_at) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "enough", "that is enough");
}

static enum status walk(struct app *app, struct str account_id, struct seen *seen, struct error *error)
{
    const struct ledger_visitor visitor = {.context = seen, .entry = see};
    const struct position_owner owner = {LOCAL_WORKSPACE_ID, account_id};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(ledger_ahead_walk(tx, owner, &visitor, error));
    return db_commit(&tx, error);
}

static void every_entry_comes_once_and_in_its_order(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct app *app = app_with_journal(0);
    assert_ok(walk(app, PAPER_MAIN_ID, &seen, &seen_error));
    assert_int_equal(seen.count, ENTRIES);
    assert_false(seen.is_out_of_order || seen.has_other_text);
    fixture_app_free(app);
}

static void whoever_has_enough_ends_the_walk(void **state)
{
    (void)state;
    static const int64_t stops[] = {1, 512, 513, 1500, ENTRIES};
    struct app *app = app_with_journal(0);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct seen seen = {.stops_at = stops[i]};
        assert_fails(walk(app, PAPER_MAIN_ID, &seen, &seen_error), STATUS_CONFLICT, "enough");
        assert_int_equal(seen.count, stops[i]);
    }
    fixture_app_free(app);
}

static void a_failure_to_read_is_handed_on(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct app *app = fixture_app();
    assert_fails(walk(app, STR("\xff"), &seen, &seen_error), STATUS_INVALID, ""); // no text of a database
    assert_int_equal(seen.count, 0);
    fixture_app_free(app);
}

static void note_fault(void *context, const struct ledger_fault *fault)
{
    char *text = context;
    const size_t len = strlen(text);
    (void)snprintf(text + len, 512 - len, "%s %.*s %s %.*s;", fault->table, STR_ARG(fault->key),
                   fault->column, STR_ARG(fault->found));
}

static void a_long_journal_is_checked_as_a_short_one_is(void **state)
{
    (void)state;
    static const char expected[] = "journal local-workspace/paper-main/1700 cash_after 101704;"
                                   "journal local-workspace/paper-main/1701 cash_after 101700;";
    for (int wrong_number = 0; wrong_number <= 1700; wrong_number += 1700) {
        struct app *app = app_with_journal(wrong_number);
        char faults[512] = "";
        struct ledger_counts counts;
        struct ledger_reporter reporter = {.report = note_fault, .context = faults};
        assert_ok(ledger_check(app, &reporter, &counts, &seen_error));
        assert_string_equal(faults, wrong_number ? expected : "");
        assert_int_equal(counts.entries, ENTRIES);
        fixture_app_free(app);
    }
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_comes_once_and_in_its_order),
        cmocka_unit_test(whoever_has_enough_ends_the_walk),
        cmocka_unit_test(a_failure_to_read_is_handed_on),
        cmocka_unit_test(a_long_journal_is_checked_as_a_short_one_is),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
