// The chain of the audit log: what was changed, left out or cut off is found, with its place.
#include "unit/app/app_fixture.h"

#include "app/audit.h"
#include "app/secret.h"
#include "base/limits.h"

#include <pthread.h>
#include <string.h>

static const struct actor actor = {.user_id = {.ptr = "local-user", .len = 10},
                                   .now_us = FIXTURE_NOW_US,
                                   .via = {.ptr = "session", .len = 7},
                                   .address = {.ptr = "192.0.2.1", .len = 9},
                                   .request_id = {.ptr = "request-1", .len = 9}};

static void record(const struct app *app, struct str log, const char *action)
{
    const struct audit_event event = {.log = log,
                                      .action = action,
                                      .object_type = "user",
                                      .object_id = STR("somebody"),
                                      .detail_json = STR("{\"email\":\"ann@example.org\"}")};
    assert_ok(audit_record(app, &actor, &event, &seen_error));
}

// The number of the entry at fault, with what and where; 0 for none.
static int64_t verify(const struct app *app, const char *log, const char *what, int64_t *out_checked)
{
    ARENA_SCOPE(arena, 64 * MIB); // it makes room for every log there may be
    struct audit_fault fault;
    assert_ok(audit_verify(app, &arena, &fault, out_checked, &seen_error));
    assert_true((fault.number == 0) == (fault.what.len == 0));
    if (fault.number == 0) return 0;
    assert_true(str_eq(fault.log, str_from_c(log)));
    if (what) assert_true(str_eq(fault.what, str_from_c(what)));
    return fault.number;
}

static struct audit_list entries_of(const struct app *app, struct str log, struct arena *arena)
{
    struct audit_list list;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_READ, &tx, &seen_error));
    assert_ok(audit_store_walk(tx, (struct audit_page){log, 0, 100}, arena, &list, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return list;
}

// Puts rows into the table as they are, as somebody who writes to the database would.
static void put_raw(const struct app *app, const struct audit_entry *entries, size_t count)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct audit_end end;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(audit_store_lock(tx, entries[0].log, STR(""), &arena, &end, &seen_error));
    for (size_t i = 0; i < count; i++)
        assert_ok(audit_store_append(tx, &entries[i], &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
}

static void entries_are_numbered_in_each_log_and_fit(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    int64_t checked;
    assert_int_equal(verify(app, "", NULL, &checked), 0);
    const int64_t before = checked;
    for (int i = 0; i < 3; i++) {
        record(app, STR(""), "session.login");
        record(app, STR("w1"), "member.add");
    }
    assert_int_equal(verify(app, "", NULL, &checked), 0);
    assert_int_equal(checked, before + 6);
    const struct audit_list list = entries_of(app, STR("w1"), &arena);
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].number, i + 1);
    assert_true(str_eq(list.items[0].actor_email, STR("local@example.invalid")));
    assert_true(str_eq(list.items[0].address, STR("192.0.2.1")));
    assert_true(str_eq(list.items[0].request_id, STR("request-1")));
    fixture_app_free(app);
}

enum { FIELDS = 10, ALL_FIELDS = FIELDS + 2 };

// The text with its first byte changed.
static struct str flipped(struct str text, struct arena *arena)
{
    char *copy = str_copy_c(arena, text);
    copy[0] ^= 1;
    return (struct str){.ptr = copy, .len = text.len};
}

static void change(struct audit_entry *entry, int field, struct arena *arena)
{
    struct str *const texts[FIELDS] = {
        &entry->actor_id,  &entry->actor_email, &entry->via,        &entry->action, &entry->object_type,
        &entry->object_id, &entry->address,     &entry->request_id, &entry->detail, &entry->hash};
    if (field < FIELDS)
        *texts[field] = flipped(*texts[field], arena);
    else if (field == FIELDS)
        entry->created_at_us ^= 1;
    else
        entry->outcome = STR("denied");
}

static void one_byte_of_any_member_gives_its_entry_away(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    for (int i = 0; i < 3; i++)
        record(app, STR("w1"), "member.add");
    const struct audit_list list = entries_of(app, STR("w1"), &arena);
    fixture_app_free(app);
    for (int field = -1; field < ALL_FIELDS; field++) {
        struct audit_entry copies[3];
        int64_t checked;
        memcpy(copies, list.items, sizeof copies);
        if (field >= 0) change(&copies[1], field, &arena);
        struct app *other = fixture_app();
        put_raw(other, copies, 3);
        assert_int_equal(verify(other, "w1", "the entry was changed", &checked), field < 0 ? 0 : 2);
        fixture_app_free(other);
    }
}

// What `count` of the three entries are in a log: the fault that is found in it.
static int64_t fault_of(const struct audit_entry *entries, size_t count)
{
    char log[8];
    struct app *app = fixture_app();
    int64_t checked;
    put_raw(app, entries, count);
    (void)str_to_c(entries[0].log, log, sizeof log);
    const int64_t number = verify(app, log, NULL, &checked);
    fixture_app_free(app);
    return number;
}

static void an_entry_that_is_missing_moved_or_another_logs_is_found(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    for (int i = 0; i < 3; i++)
        record(app, STR("w1"), i == 1 ? "member.role" : "member.add");
    const struct audit_list list = entries_of(app, STR("w1"), &arena);
    fixture_app_free(app);
    const struct audit_entry *e = list.items;
    assert_int_equal(fault_of((struct audit_entry[]){e[0], e[1], e[2]}, 3), 0);
    assert_int_equal(fault_of((struct audit_entry[]){e[0], e[2]}, 2), 2);
    assert_int_equal(fault_of((struct audit_entry[]){e[1], e[2]}, 2), 1);
    struct audit_entry swapped[] = {e[1], e[0], e[2]};
    swapped[0].number = 1;
    swapped[1].number = 2;
    assert_int_equal(fault_of(swapped, 3), 1);
    struct audit_entry elsewhere[] = {e[0], e[1]};
    elsewhere[0].log = elsewhere[1].log = STR("w2");
    assert_int_equal(fault_of(elsewhere, 2), 1);
}

static void an_entry_that_fits_another_beginning_is_found(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    static const char *const beginnings[] = {"member.add", "member.remove"};
    struct audit_list lists[2];
    for (size_t i = 0; i < 2; i++) {
        struct app *app = fixture_app();
        record(app, STR("w1"), beginnings[i]);
        record(app, STR("w1"), "member.role");
        lists[i] = entries_of(app, STR("w1"), &arena);
        fixture_app_free(app);
    }
    assert_int_equal(fault_of((struct audit_entry[]){lists[1].items[0], lists[1].items[1]}, 2), 0);
    assert_int_equal(fault_of((struct audit_entry[]){lists[0].items[0], lists[1].items[1]}, 2), 2);
}

static void a_log_whose_last_entries_are_gone_is_found(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    for (int i = 0; i < 2; i++)
        record(app, STR("w1"), "member.add");
    // the end is written ahead of the entries: as if the last had been taken away
    const struct audit_list list = entries_of(app, STR("w1"), &arena);
    struct app *other = fixture_app();
    struct audit_entry first = list.items[0];
    int64_t checked;
    put_raw(other, &first, 1);
    assert_int_equal(verify(other, "w1", NULL, &checked), 0);
    first.number = 3;
    put_raw(other, &first, 1);
    assert_int_equal(verify(other, "w1", "the entry is missing", &checked), 2);
    fixture_app_free(other);
    fixture_app_free(app);
}

static void texts_that_run_together_are_told_apart(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    record(app, STR("w1"), "member.add");
    const struct audit_list list = entries_of(app, STR("w1"), &arena);
    fixture_app_free(app);
    struct audit_entry moved = list.items[0]; // one letter from the end of one to the beginning of the next
    moved.object_type = STR("use");
    moved.object_id = STR("rsomebody");
    assert_int_equal(fault_of(&moved, 1), 1);
}

// ---- refusals

static enum status refuse(const struct app *app, struct str log, const char *user_id, const char *route,
                          int64_t after_s)
{
    struct error error = {0};
    struct actor refused = actor;
    refused.user_id = str_from_c(user_id);
    refused.now_us += after_s * 1000000;
    const struct audit_event event = {.log = log,
                                      .action = "request.denied",
                                      .outcome = AUDIT_DENIED,
                                      .object_type = "route",
                                      .object_id = str_from_c(route)};
    return audit_record_refusal(app, &refused, &event, &error);
}

static size_t count_of(const struct app *app, struct str log)
{
    ARENA_SCOPE(arena, MIB);
    return entries_of(app, log, &arena).count;
}

static void the_same_refusal_is_told_once_a_minute(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    const struct str log = STR("w1");
    int64_t checked;
    for (int i = 0; i < 30; i++)
        assert_ok(refuse(app, log, "ann", "GET /a 403", i));
    assert_int_equal(count_of(app, log), 1);
    assert_ok(refuse(app, log, "ann", "GET /b 403", 0));
    assert_ok(refuse(app, log, "ben", "GET /a 403", 0));
    assert_int_equal(count_of(app, log), 3);
    assert_ok(refuse(app, STR("w2"), "ann", "GET /a 403", 0));
    assert_int_equal(count_of(app, STR("w2")), 1);
    assert_ok(refuse(app, log, "ann", "GET /a 403", 60));
    assert_int_equal(count_of(app, log), 4);
    assert_ok(refuse(app, log, "ann", "GET /a 403", 119));
    assert_int_equal(count_of(app, log), 4);
    assert_ok(refuse(app, log, "ann", "GET /a 403", -3600)); // the clock was wrong before
    assert_int_equal(count_of(app, log), 5);
    assert_int_equal(verify(app, "", NULL, &checked), 0);
    fixture_app_free(app);
}

enum { REFUSED = 8 };

static void *run_refused(void *argument)
{
    for (int i = 0; i < 5; i++)
        if (refuse(argument, STR("w1"), "ann", "GET /a 403", 0) != STATUS_OK) return argument;
    return NULL;
}

static void refused_by_two_processes_at_once_it_is_told_once(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct app *beside = fixture_engine == DB_POSTGRESQL ? fixture_app_beside(app) : NULL;
    pthread_t threads[REFUSED];
    for (size_t i = 0; i < REFUSED; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_refused, beside && i % 2 ? beside : app), 0);
    for (size_t i = 0; i < REFUSED; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(count_of(app, STR("w1")), 1);
    if (beside) fixture_app_free(beside);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_numbered_in_each_log_and_fit),
        cmocka_unit_test(one_byte_of_any_member_gives_its_entry_away),
        cmocka_unit_test(an_entry_that_is_missing_moved_or_another_logs_is_found),
        cmocka_unit_test(an_entry_that_fits_another_beginning_is_found),
        cmocka_unit_test(a_log_whose_last_entries_are_gone_is_found),
        cmocka_unit_test(texts_that_run_together_are_told_apart),
        cmocka_unit_test(the_same_refusal_is_told_once_a_minute),
        cmocka_unit_test(refused_by_two_processes_at_once_it_is_told_once),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
