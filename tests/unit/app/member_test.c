// Who belongs to a workspace: the rules of adding, roles and the last owner, on both databases.
#include "unit/app/app_fixture.h"

#include "app/account.h"
#include "app/invitation.h"
#include "app/member.h"
#include "app/password.h"
#include "app/user.h"
#include "app/workspace.h"
#include "base/limits.h"
#include "store/credential_store.h"

#define T0 FIXTURE_NOW_US
#define AS(who, team)                                                                                        \
    (&(const struct actor){.user_id = (who), .now_us = FIXTURE_NOW_US, .workspace_id = (team)})

static struct str new_user(const struct app *app, const char *email, struct arena *arena)
{
    const struct user_input input = {.email = str_from_c(email), .hash = STR("a hash")};
    struct str id;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(user_create(tx, &input, T0, arena, &id, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return id;
}

static enum status add(const struct app *app, struct str workspace_id, const char *email, enum role role,
                       struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    const struct member_input input = {.email = str_from_c(email), .role = role};
    struct member_added added;
    *error = (struct error){0};
    return member_add(app, FIXTURE_ACTOR_IN(workspace_id), &input, &arena, &added, error);
}

static struct member get(const struct app *app, struct str workspace_id, struct str user_id,
                         struct arena *arena)
{
    struct member member;
    assert_ok(member_get(app, workspace_id, user_id, arena, &member, &seen_error));
    return member;
}

static enum status set_role(const struct app *app, struct str workspace_id, struct str user_id,
                            enum role role, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct member member = get(app, workspace_id, user_id, &arena);
    *error = (struct error){0};
    return member_set_role(app, FIXTURE_ACTOR_IN(workspace_id), role, &member, error);
}

static void set_active(const struct app *app, struct str user_id, bool is_active)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct account account;
    assert_ok(account_get(app, user_id, &arena, &account, &seen_error));
    const struct account_change change = {.is_active = is_active, .is_operator = account.is_operator};
    assert_ok(account_change(app, &FIXTURE_ACTOR, &change, &account, &seen_error));
}

static void assert_owner_needed(enum status status)
{
    assert_int_equal(status, STATUS_FORBIDDEN);
    assert_string_equal(seen_error.required_role, "owner");
    seen_error = (struct error){0};
}

static void the_last_owner_stays_by_any_way(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    (void)new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_EDITOR, &seen_error));
    assert_fails(set_role(app, team, LOCAL_USER_ID, ROLE_EDITOR, &seen_error), STATUS_CONFLICT, "last_owner");
    assert_fails(member_remove(app, FIXTURE_ACTOR_IN(team), LOCAL_USER_ID, &seen_error), STATUS_CONFLICT,
                 "last_owner");
    assert_fails(add(app, team, "Local@example.invalid", ROLE_VIEWER, &seen_error), STATUS_CONFLICT,
                 "last_owner");
    const struct member owner = get(app, team, LOCAL_USER_ID, &arena);
    assert_int_equal(owner.role, ROLE_OWNER);
    assert_int_equal(owner.version, 1); // nothing of it was kept
    fixture_app_free(app);
}

static void an_owner_goes_where_another_is(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_OWNER, &seen_error));
    assert_ok(member_remove(app, FIXTURE_ACTOR_IN(team), LOCAL_USER_ID, &seen_error));
    assert_fails(member_remove(app, AS(ann, team), ann, &seen_error), STATUS_CONFLICT, "last_owner");
    assert_fails(member_remove(app, AS(ann, team), LOCAL_USER_ID, &seen_error), STATUS_NOT_FOUND, "");
    fixture_app_free(app);
}

static void an_owner_who_is_disabled_is_none(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_OWNER, &seen_error));
    set_active(app, ann, false);
    assert_fails(member_remove(app, FIXTURE_ACTOR_IN(team), LOCAL_USER_ID, &seen_error), STATUS_CONFLICT,
                 "last_owner");
    struct member heir;
    assert_fails(member_transfer(app, FIXTURE_ACTOR_IN(team), ann, &arena, &heir, &seen_error),
                 STATUS_CONFLICT, "last_owner");
    set_active(app, ann, true);
    assert_ok(member_remove(app, FIXTURE_ACTOR_IN(team), LOCAL_USER_ID, &seen_error));
    fixture_app_free(app);
}

// What the guard has read is as old as the request: each change asks once more.
static void whoever_is_no_owner_any_more_changes_nothing(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    const struct invitation_input invited = {.email = STR("zoe@example.org"), .role = ROLE_VIEWER};
    const struct member_input input = {.email = STR("Local@example.invalid"), .role = ROLE_VIEWER};
    struct invitation_link link;
    struct member_added added;
    struct workspace workspace;
    assert_ok(add(app, team, "ann@example.org", ROLE_EDITOR, &seen_error));
    assert_ok(invitation_create(app, FIXTURE_ACTOR_IN(team), &invited, &arena, &link, &seen_error));
    assert_ok(workspace_get(app, team, ann, &arena, &workspace, &seen_error));
    struct member local = get(app, team, LOCAL_USER_ID, &arena);
    const struct str id = link.invitation.id;
    const struct actor *editor = AS(ann, team);
    assert_owner_needed(member_set_role(app, editor, ROLE_EDITOR, &local, &seen_error));
    assert_owner_needed(member_remove(app, editor, LOCAL_USER_ID, &seen_error));
    assert_owner_needed(member_add(app, editor, &input, &arena, &added, &seen_error));
    assert_owner_needed(member_transfer(app, editor, LOCAL_USER_ID, &arena, &local, &seen_error));
    assert_owner_needed(invitation_create(app, editor, &invited, &arena, &link, &seen_error));
    assert_owner_needed(
        invitation_renew(app, editor, (struct invitation_renewal){.id = id}, &arena, &link, &seen_error));
    assert_owner_needed(invitation_revoke(app, editor, id, &seen_error));
    assert_owner_needed(
        workspace_update(app, editor, (struct workspace_input){.name = STR("x")}, &workspace, &seen_error));
    assert_owner_needed(workspace_delete(app, editor, &workspace, &seen_error));
    assert_ok(member_remove(app, editor, ann, &seen_error)); // one may always leave
    assert_fails(member_remove(app, editor, LOCAL_USER_ID, &seen_error), STATUS_NOT_FOUND, "");
    fixture_app_free(app);
}

static void whoever_owns_a_workspace_alone_is_not_disabled(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_OWNER, &seen_error));
    assert_ok(set_role(app, team, LOCAL_USER_ID, ROLE_EDITOR, &seen_error));
    struct account account;
    assert_ok(account_get(app, ann, &arena, &account, &seen_error));
    assert_fails(account_change(app, &FIXTURE_ACTOR, &(struct account_change){.is_active = false}, &account,
                                &seen_error),
                 STATUS_CONFLICT, "last_owner");
    struct member local = get(app, team, LOCAL_USER_ID, &arena);
    assert_ok(member_set_role(app, AS(ann, team), ROLE_OWNER, &local, &seen_error));
    set_active(app, ann, false);
    fixture_app_free(app);
}

static void an_account_that_exists_keeps_its_password_and_name(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    assert_ok(password_gate_new(1, &app->passwords, &seen_error));
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "Ann@example.org", &arena);
    const struct member_input input = {.email = STR("ANN@EXAMPLE.ORG"),
                                       .display_name = STR("Taken over"),
                                       .password = STR("chosen by a thief 1"),
                                       .role = ROLE_VIEWER};
    struct member_added added;
    assert_ok(member_add(app, FIXTURE_ACTOR_IN(team), &input, &arena, &added, &seen_error));
    assert_true(added.is_password_ignored && !added.is_new_user && added.is_new_member);
    assert_true(str_eq(added.member.user_id, ann));
    assert_true(str_eq(added.member.display_name, STR("Ann")));
    struct credential credential;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_READ, &tx, &seen_error));
    assert_ok(credential_store_get(tx, ann, &arena, &credential, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    assert_true(str_eq(credential.hash, STR("a hash")));
    assert_false(credential.must_change);
    password_gate_free(app->passwords);
    fixture_app_free(app);
}

static void a_new_account_has_a_password_for_seven_days(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    assert_ok(password_gate_new(1, &app->passwords, &seen_error));
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct member_input input = {
        .email = STR("Ann@example.org"), .password = STR("copper lantern 22"), .role = ROLE_TRADER};
    struct member_added added;
    assert_ok(member_add(app, FIXTURE_ACTOR_IN(team), &input, &arena, &added, &seen_error));
    assert_true(added.is_new_user && added.is_new_member && !added.is_password_ignored);
    struct credential credential;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_READ, &tx, &seen_error));
    assert_ok(credential_store_find(tx, STR("ann@example.org"), &arena, &credential, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    assert_true(credential.must_change);
    assert_int_equal(credential.expires_at_us, T0 + (int64_t)7 * 24 * 3600 * 1000000);
    assert_true(str_starts_with(credential.hash, STR("$argon2id$v=19$m=65536,t=2,")));
    password_gate_free(app->passwords);
    fixture_app_free(app);
}

static void a_new_e_mail_without_a_password_is_nobody(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    assert_fails(add(app, team, "ann@example.org", ROLE_VIEWER, &seen_error), STATUS_NOT_FOUND,
                 "no_such_user");
    fixture_app_free(app);
}

static void what_was_read_must_still_hold(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_VIEWER, &seen_error));
    struct member first = get(app, team, ann, &arena), second = first;
    assert_ok(member_set_role(app, FIXTURE_ACTOR_IN(team), ROLE_TRADER, &first, &seen_error));
    assert_int_equal(first.version, 2);
    assert_fails(member_set_role(app, FIXTURE_ACTOR_IN(team), ROLE_EDITOR, &second, &seen_error),
                 STATUS_STALE, "");
    assert_ok(member_set_role(app, FIXTURE_ACTOR_IN(team), ROLE_TRADER, &first, &seen_error));
    assert_int_equal(get(app, team, ann, &arena).version, 2); // nothing was to be done
    fixture_app_free(app);
}

static void joining_never_lowers_a_role(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    static const enum role steps[][2] = {
        {ROLE_TRADER, ROLE_TRADER}, {ROLE_VIEWER, ROLE_TRADER}, {ROLE_EDITOR, ROLE_EDITOR}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
        assert_ok(member_join(tx, team, ann, steps[i][0], T0, &seen_error));
        assert_ok(db_commit(&tx, &seen_error));
        assert_int_equal(get(app, team, ann, &arena).role, steps[i][1]);
    }
    fixture_app_free(app);
}

static void of_another_workspace_nobody_is_touched(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team"),
                     other = fixture_workspace(app, &arena, "other");
    const struct str ann = new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_OWNER, &seen_error));
    struct member member = get(app, team, ann, &arena);
    assert_fails(member_get(app, other, ann, &arena, &member, &seen_error), STATUS_NOT_FOUND, "");
    assert_fails(member_remove(app, FIXTURE_ACTOR_IN(other), ann, &seen_error), STATUS_NOT_FOUND, "");
    assert_fails(member_set_role(app, FIXTURE_ACTOR_IN(other), ROLE_VIEWER, &member, &seen_error),
                 STATUS_NOT_FOUND, "");
    assert_fails(member_transfer(app, FIXTURE_ACTOR_IN(other), ann, &arena, &member, &seen_error),
                 STATUS_NOT_FOUND, "");
    assert_int_equal(get(app, other, LOCAL_USER_ID, &arena).role, ROLE_OWNER);
    assert_int_equal(get(app, team, ann, &arena).role, ROLE_OWNER);
    fixture_app_free(app);
}

static void the_schema_keeps_the_last_owner_too(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "UPDATE members SET role = 'viewer'",
        "UPDATE members SET role = 'editor' WHERE user_id = 'local-user'",
        "DELETE FROM members",
        "DELETE FROM members WHERE role = 'owner'",
        "UPDATE members SET workspace_id = 'local-workspace' WHERE workspace_id <> 'local-workspace'",
    };
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str team = fixture_workspace(app, &arena, "team");
    (void)new_user(app, "ann@example.org", &arena);
    assert_ok(add(app, team, "ann@example.org", ROLE_OWNER, &seen_error));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct error error = {0};
        if (fixture_script(app, refused[i], &error) == STATUS_OK) fail_msg("accepted: %s", refused[i]);
    }
    if (fixture_engine == DB_POSTGRESQL)
        assert_int_not_equal(fixture_script(app, "TRUNCATE members CASCADE", NULL), STATUS_OK);
    assert_ok(fixture_script(app, "UPDATE members SET role = 'editor' WHERE user_id <> 'local-user'", NULL));
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_owner_stays_by_any_way),
        cmocka_unit_test(an_owner_goes_where_another_is),
        cmocka_unit_test(an_owner_who_is_disabled_is_none),
        cmocka_unit_test(whoever_is_no_owner_any_more_changes_nothing),
        cmocka_unit_test(whoever_owns_a_workspace_alone_is_not_disabled),
        cmocka_unit_test(an_account_that_exists_keeps_its_password_and_name),
        cmocka_unit_test(a_new_account_has_a_password_for_seven_days),
        cmocka_unit_test(a_new_e_mail_without_a_password_is_nobody),
        cmocka_unit_test(what_was_read_must_still_hold),
        cmocka_unit_test(joining_never_lowers_a_role),
        cmocka_unit_test(of_another_workspace_nobody_is_touched),
        cmocka_unit_test(the_schema_keeps_the_last_owner_too),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
