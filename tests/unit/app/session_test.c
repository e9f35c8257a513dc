// What time does to sessions, to the microsecond, on both databases.
#include "unit/app/app_fixture.h"

#include "app/account.h"
#include "app/audit.h"
#include "app/session.h"
#include "app/user.h"
#include "base/limits.h"

#define MINUTE ((int64_t)60 * 1000000)
#define HOUR (60 * MINUTE)
#define T0 FIXTURE_NOW_US
#define IDLE (12 * HOUR)
#define WHOLE (7 * 24 * HOUR)

static struct app *open_people(void)
{
    struct app *app = fixture_app();
    app->people.session_idle_us = IDLE;
    app->people.session_us = WHOLE;
    return app;
}

static struct secret sign_in_as(const struct app *app, struct str user_id, struct session_start start,
                                int64_t now_us)
{
    const struct actor actor = {
        .user_id = user_id, .now_us = now_us, .address = STR("192.0.2.1"), .via = STR("session")};
    struct session_begun begun;
    if (!start.old_token.ptr) start.old_token = STR("");
    start.method = STR("password");
    start.user_agent = STR("a browser");
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(session_begin(tx, app, &actor, &start, &begun, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return begun.token;
}

static struct secret sign_in(const struct app *app, struct session_start start, int64_t now_us)
{
    return sign_in_as(app, LOCAL_USER_ID, start, now_us);
}

// A request with the token. Where the browser gets a new one it is in *renewed.
struct request {
    const struct secret *token;
    int64_t now_us;
    bool is_background;
    struct secret *renewed;
};

static bool is_let_in(const struct app *app, struct request request)
{
    ARENA_SCOPE(arena, 64 * KIB);
    const struct actor actor = {.user_id = STR(""), .now_us = request.now_us, .via = STR("session")};
    const struct session_use use = {.token = secret_str(request.token),
                                    .is_background = request.is_background};
    struct session_found found = {0};
    struct error error = {0};
    const enum status status = session_authenticate(app, &actor, &use, &arena, &found, &error);
    if (status == STATUS_UNAUTHENTICATED) return false;
    assert_int_equal(status, STATUS_OK);
    assert_true(found.is_renewed == (request.renewed != NULL));
    if (request.renewed) *request.renewed = found.token;
    return true;
}

static struct session only_session(const struct app *app, int64_t now_us, struct arena *arena)
{
    struct session_list list;
    assert_ok(session_list(app, LOCAL_USER_ID, now_us, arena, &list, &seen_error));
    assert_int_equal(list.count, 1);
    return list.items[0];
}

static size_t count_noted(const struct app *app, const char *action)
{
    ARENA_SCOPE(arena, MIB);
    const struct audit_filter filter = {.log = STR(""),
                                        .before_number = INT64_MAX,
                                        .action = str_from_c(action),
                                        .actor_id = STR(""),
                                        .object_id = STR(""),
                                        .outcome = STR(""),
                                        .to_us = INT64_MAX,
                                        .limit = 100};
    struct audit_list list;
    assert_ok(audit_list(app, &filter, &arena, &list, &seen_error));
    return list.count;
}

static void unused_for_twelve_hours_it_ends(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret used = sign_in(app, (struct session_start){0}, T0);
    const struct secret unused = sign_in(app, (struct session_start){0}, T0);
    struct secret next;
    assert_true(is_let_in(app, (struct request){&used, T0 + IDLE - 1, false, &next}));
    assert_false(is_let_in(app, (struct request){&unused, T0 + IDLE, false, NULL}));
    assert_true(is_let_in(app, (struct request){&next, T0 + IDLE, false, NULL}));
    fixture_app_free(app);
}

static void after_seven_days_it_ends_however_used(void **state)
{
    (void)state;
    struct app *app = open_people();
    struct secret token = sign_in(app, (struct session_start){0}, T0), next;
    for (int64_t now_us = T0 + 10 * HOUR; now_us < T0 + WHOLE; now_us += 10 * HOUR) {
        assert_true(is_let_in(app, (struct request){&token, now_us, false, &next}));
        token = next; // it is renewed once it has been used
        assert_true(is_let_in(app, (struct request){&token, now_us, false, NULL}));
    }
    assert_true(is_let_in(app, (struct request){&token, T0 + WHOLE - 1, true, NULL}));
    assert_false(is_let_in(app, (struct request){&token, T0 + WHOLE, false, NULL}));
    fixture_app_free(app);
}

static void what_a_page_does_by_itself_keeps_nothing_alive(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct secret token = sign_in(app, (struct session_start){0}, T0);
    for (int64_t now_us = T0 + HOUR; now_us < T0 + IDLE; now_us += HOUR)
        assert_true(is_let_in(app, (struct request){&token, now_us, true, NULL}));
    assert_int_equal(only_session(app, T0 + IDLE - 1, &arena).seen_at_us, T0);
    assert_false(is_let_in(app, (struct request){&token, T0 + IDLE, true, NULL}));
    fixture_app_free(app);
}

static void a_trusted_browser_stays_thirty_days(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret token = sign_in(app, (struct session_start){.is_kept = true}, T0);
    struct secret next;
    assert_true(is_let_in(app, (struct request){&token, T0 + 30 * 24 * HOUR - 1, false, &next}));
    assert_false(is_let_in(app, (struct request){&next, T0 + 30 * 24 * HOUR, false, NULL}));
    fixture_app_free(app);
}

static void its_use_is_written_once_a_minute(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct secret token = sign_in(app, (struct session_start){0}, T0);
    assert_true(is_let_in(app, (struct request){&token, T0 + MINUTE - 1, false, NULL}));
    assert_int_equal(only_session(app, T0 + MINUTE, &arena).seen_at_us, T0);
    assert_true(is_let_in(app, (struct request){&token, T0 + MINUTE, false, NULL}));
    assert_int_equal(only_session(app, T0 + MINUTE, &arena).seen_at_us, T0 + MINUTE);
    fixture_app_free(app);
}

static void each_quarter_of_an_hour_it_has_a_new_token(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret first = sign_in(app, (struct session_start){0}, T0);
    struct secret second;
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE - 1, false, NULL}));
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE, false, &second}));
    assert_false(str_eq(secret_str(&first), secret_str(&second)));
    // others were on their way with the old one
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE, false, NULL}));
    assert_true(is_let_in(app, (struct request){&second, T0 + 15 * MINUTE, false, NULL}));
    assert_true(is_let_in(app, (struct request){&first, T0 + 16 * MINUTE, false, NULL}));
    assert_int_equal(count_noted(app, "session.reuse"), 0);
    fixture_app_free(app);
}

static void whoever_comes_with_an_old_token_ends_it_for_all(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret first = sign_in(app, (struct session_start){0}, T0);
    const struct secret other = sign_in(app, (struct session_start){0}, T0);
    struct secret second;
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE, false, &second}));
    assert_true(is_let_in(app, (struct request){&second, T0 + 15 * MINUTE, false, NULL}));
    assert_false(is_let_in(app, (struct request){&first, T0 + 16 * MINUTE + 1, false, NULL}));
    assert_false(is_let_in(app, (struct request){&second, T0 + 16 * MINUTE + 1, false, NULL}));
    assert_int_equal(count_noted(app, "session.reuse"), 1);
    struct secret next;
    assert_true(is_let_in(app, (struct request){&other, T0 + 17 * MINUTE, false, &next}));
    fixture_app_free(app);
}

static void a_new_token_that_was_lost_on_its_way_costs_nobody_the_session(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret first = sign_in(app, (struct session_start){0}, T0);
    struct secret lost, second;
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE, false, &lost}));
    assert_true(is_let_in(app, (struct request){&first, T0 + 17 * MINUTE, false, &second}));
    assert_false(is_let_in(app, (struct request){&lost, T0 + 17 * MINUTE, false, NULL}));
    assert_true(is_let_in(app, (struct request){&second, T0 + 17 * MINUTE, false, NULL}));
    assert_int_equal(count_noted(app, "session.reuse"), 0);
    fixture_app_free(app);
}

static void a_login_ends_the_session_that_came_with_it(void **state)
{
    (void)state;
    struct app *app = open_people();
    const struct secret first = sign_in(app, (struct session_start){0}, T0);
    const struct secret second =
        sign_in(app, (struct session_start){.old_token = secret_str(&first)}, T0 + 1);
    assert_false(is_let_in(app, (struct request){&first, T0 + 2, false, NULL}));
    assert_true(is_let_in(app, (struct request){&second, T0 + 2, false, NULL}));
    fixture_app_free(app);
}

static void a_proof_is_good_for_a_quarter_of_an_hour(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct secret token = sign_in(app, (struct session_start){0}, T0);
    const struct session session = only_session(app, T0, &arena);
    assert_true(session_is_proved(&session, T0 + 15 * MINUTE - 1));
    assert_false(session_is_proved(&session, T0 + 15 * MINUTE));
    struct secret next;
    assert_true(is_let_in(app, (struct request){&token, T0 + 20 * MINUTE, false, &next}));
    const struct session used = only_session(app, T0 + 20 * MINUTE, &arena);
    assert_false(session_is_proved(&used, T0 + 20 * MINUTE)); // being used is no proof
    fixture_app_free(app);
}

static void proved_anew_it_has_one_token_alone(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct secret first = sign_in(app, (struct session_start){0}, T0);
    struct secret second, third;
    assert_true(is_let_in(app, (struct request){&first, T0 + 15 * MINUTE, false, &second}));
    const struct session session = only_session(app, T0 + 15 * MINUTE, &arena);
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(session_replace(tx, &session, T0 + 16 * MINUTE, &third, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    assert_false(is_let_in(app, (struct request){&first, T0 + 16 * MINUTE, false, NULL}));
    assert_false(is_let_in(app, (struct request){&second, T0 + 16 * MINUTE, false, NULL}));
    assert_true(is_let_in(app, (struct request){&third, T0 + 16 * MINUTE, false, NULL}));
    const struct session proved = only_session(app, T0 + 16 * MINUTE, &arena);
    assert_int_equal(proved.proved_at_us, T0 + 16 * MINUTE);
    fixture_app_free(app);
}

static void the_oldest_of_more_than_twenty_ends(void **state)
{
    (void)state;
    struct app *app = open_people();
    struct secret tokens[LIMIT_SESSIONS_PER_USER + 1];
    for (int i = 0; i <= LIMIT_SESSIONS_PER_USER; i++)
        tokens[i] = sign_in(app, (struct session_start){0}, T0 + i);
    assert_false(is_let_in(app, (struct request){&tokens[0], T0 + MINUTE / 2, false, NULL}));
    for (int i = 1; i <= LIMIT_SESSIONS_PER_USER; i++)
        assert_true(is_let_in(app, (struct request){&tokens[i], T0 + MINUTE / 2, false, NULL}));
    fixture_app_free(app);
}

static struct str new_user(const struct app *app, const char *email, struct arena *arena)
{
    const struct user_input input = {.email = str_from_c(email)};
    struct str id;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(user_create(tx, &input, T0, arena, &id, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return id;
}

static void of_a_disabled_user_it_ends(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct str id = new_user(app, "ann@example.org", &arena);
    const struct secret token = sign_in_as(app, id, (struct session_start){0}, T0);
    const struct secret others = sign_in(app, (struct session_start){0}, T0);
    struct account account;
    assert_true(is_let_in(app, (struct request){&token, T0, false, NULL}));
    assert_ok(account_get(app, id, &arena, &account, &seen_error));
    assert_ok(account_change(app, &FIXTURE_ACTOR, &(struct account_change){.is_active = false}, &account,
                             &seen_error));
    assert_false(is_let_in(app, (struct request){&token, T0, false, NULL}));
    assert_ok(account_change(app, &FIXTURE_ACTOR, &(struct account_change){.is_active = true}, &account,
                             &seen_error));
    assert_false(is_let_in(app, (struct request){&token, T0, false, NULL})); // and stays so
    assert_true(is_let_in(app, (struct request){&others, T0, false, NULL}));
    fixture_app_free(app);
}

static void somebody_elses_is_not_ended(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = open_people();
    const struct actor ann = {.user_id = new_user(app, "ann@example.org", &arena), .now_us = T0};
    const struct secret token = sign_in(app, (struct session_start){0}, T0);
    const struct session session = only_session(app, T0, &arena);
    assert_fails(session_end_one(app, &ann, session.id, &seen_error), STATUS_NOT_FOUND, "");
    assert_ok(session_end_others(app, &ann, STR(""), &seen_error));
    assert_true(is_let_in(app, (struct request){&token, T0, false, NULL}));
    assert_ok(session_end_one(app, &FIXTURE_ACTOR, session.id, &seen_error));
    assert_false(is_let_in(app, (struct request){&token, T0, false, NULL}));
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unused_for_twelve_hours_it_ends),
        cmocka_unit_test(after_seven_days_it_ends_however_used),
        cmocka_unit_test(what_a_page_does_by_itself_keeps_nothing_alive),
        cmocka_unit_test(a_trusted_browser_stays_thirty_days),
        cmocka_unit_test(its_use_is_written_once_a_minute),
        cmocka_unit_test(each_quarter_of_an_hour_it_has_a_new_token),
        cmocka_unit_test(whoever_comes_with_an_old_token_ends_it_for_all),
        cmocka_unit_test(a_new_token_that_was_lost_on_its_way_costs_nobody_the_session),
        cmocka_unit_test(a_login_ends_the_session_that_came_with_it),
        cmocka_unit_test(a_proof_is_good_for_a_quarter_of_an_hour),
        cmocka_unit_test(proved_anew_it_has_one_token_alone),
        cmocka_unit_test(the_oldest_of_more_than_twenty_ends),
        cmocka_unit_test(of_a_disabled_user_it_ends),
        cmocka_unit_test(somebody_elses_is_not_ended),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
