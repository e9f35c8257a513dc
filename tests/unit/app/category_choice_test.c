// Which set of categories is meant: the newest version, the one that was recorded, of whoever may read it.
#include "unit/app/app_fixture.h"

#include "app/category_cache.h"
#include "app/category_choice.h"
#include "app/category_document.h"
#include "app/category_set.h"
#include "base/limits.h"
#include "store/backtest_store.h"

// An app with two versions of a set: A of BTCUSDT, then A of ETHUSDT.
struct place {
    struct app *app;
    struct arena arena;
    struct str workspace_id;
    struct category_set_row row;
};

static const struct category_set *set_of(struct str text)
{
    const struct category_set *set = NULL;
    assert_ok(category_document_read_yaml(text, &set, &seen_error));
    return set;
}

static struct category_set_scope scope_of(const struct place *place)
{
    return (struct category_set_scope){.workspace_id = place->workspace_id, .actor = FIXTURE_ACTOR};
}

static void change(struct place *place, struct str text)
{
    CATEGORY_SET_SCOPE set = set_of(text);
    const struct category_set_scope scope = scope_of(place);
    const struct category_set_input input = {.categories = set};
    assert_ok(category_set_update(place->app, &scope, &input, &place->arena, &place->row, &seen_error));
}

static void begin(struct place *place)
{
    CATEGORY_SET_SCOPE set = set_of(STR("categories: {A: [BTCUSDT]}"));
    *place = (struct place){.app = fixture_app()};
    arena_init(&place->arena, 16 * MIB);
    assert_ok(category_cache_new(LIMIT_CATEGORY_CACHE_BYTES, &place->app->category_cache, &seen_error));
    place->workspace_id = fixture_workspace(place->app, &place->arena, "of sets");
    const struct category_set_scope scope = scope_of(place);
    const struct category_set_input input = {.name = STR("Mine"), .categories = set};
    assert_ok(category_set_create(place->app, &scope, &input, &place->arena, &place->row, &seen_error));
    change(place, STR("categories: {A: [ETHUSDT]}"));
    assert_int_equal(place->row.newest_version, 2);
}

static void end(struct place *place)
{
    category_cache_free(place->app->category_cache);
    fixture_app_free(place->app);
    arena_clear(&place->arena);
}

static const struct category_set *open_choice(const struct place *place, struct category_choice choice,
                                              int64_t expected_version)
{
    const struct category_set *set = NULL;
    assert_ok(category_choice_open(place->app, place->workspace_id, &choice, &set, &seen_error));
    assert_int_equal(choice.version, expected_version);
    return set;
}

static void assert_unknown(const struct app *app, struct str workspace_id, struct category_choice choice)
{
    const struct category_set *set = NULL;
    struct error error = {0};
    assert_int_equal(category_choice_open(app, workspace_id, &choice, &set, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_category_set");
    assert_null(set);
}

static bool has(const struct category_set *set, struct str symbol)
{
    return category_has(category_set_find(set, STR("A")), symbol);
}

static void a_choice_without_a_version_is_the_newest(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    CATEGORY_SET_SCOPE newest = open_choice(&place, (struct category_choice){.set_id = place.row.id}, 2);
    assert_true(has(newest, STR("ETHUSDT")));
    CATEGORY_SET_SCOPE first =
        open_choice(&place, (struct category_choice){.set_id = place.row.id, .version = 1}, 1);
    assert_true(has(first, STR("BTCUSDT")));
    assert_true(newest->version != first->version);
    assert_unknown(place.app, place.workspace_id,
                   (struct category_choice){.set_id = place.row.id, .version = 3});
    assert_unknown(place.app, LOCAL_WORKSPACE_ID, (struct category_choice){.set_id = place.row.id});
    assert_unknown(place.app, LOCAL_WORKSPACE_ID,
                   (struct category_choice){.set_id = place.row.id, .version = 1});
    end(&place);
}

static void a_version_is_read_once_and_has_the_same_number_in_every_process(void **state)
{
    (void)state;
    struct place place;
    begin(&place);
    const struct category_choice choice = {.set_id = place.row.id};
    CATEGORY_SET_SCOPE first = open_choice(&place, choice, 2);
    CATEGORY_SET_SCOPE second = open_choice(&place, choice, 2);
    assert_ptr_equal(first, second);
    struct category_cache *cache = place.app->category_cache;
    place.app->category_cache = NULL;
    CATEGORY_SET_SCOPE elsewhere = open_choice(&place, choice, 2);
    place.app->category_cache = cache;
    assert_ptr_not_equal(elsewhere, first);
    assert_true(elsewhere->version == first->version);
    assert_true(first->version >> 63 == 1); // unlike any of the file
    end(&place);
}

static void members_find_a_set_in_any_of_their_workspaces(void **state)
{
    (void)state;
    struct place place;
    struct error error = {0};
    begin(&place);
    CATEGORY_SET_SCOPE own = NULL;
    assert_ok(category_choice_open_for(place.app, LOCAL_USER_ID, place.row.id, &own, &seen_error));
    assert_true(has(own, STR("ETHUSDT")));
    CATEGORY_SET_SCOPE of_others = NULL;
    assert_int_equal(category_choice_open_for(place.app, STR("somebody"), place.row.id, &of_others, &error),
                     STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_category_set");
    end(&place);
}

static void a_deleted_set_is_there_for_what_recorded_it_only(void **state)
{
    (void)state;
    struct place place;
    struct arena *arena = &place.arena;
    begin(&place);
    const struct job job = fixture_enqueue(place.app, place.workspace_id, arena);
    const struct category_place used = {
        .workspace_id = place.workspace_id, .set_id = place.row.id, .version = 1};
    const struct backtest_row backtest = {.workspace_id = place.workspace_id,
                                          .id = job.id,
                                          .kind = STR("single"),
                                          .strategy_id = STR("ma_cross"),
                                          .symbol = STR("CAT:A"),
                                          .interval = STR("1d"),
                                          .tags_json = STR("[]"),
                                          .created_by = LOCAL_USER_ID,
                                          .created_at_us = FIXTURE_NOW_US};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(place.app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(backtest_store_insert(tx, &backtest, &seen_error));
    assert_ok(category_set_store_refer(tx, job.id, used, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    assert_ok(category_set_delete(place.app, &FIXTURE_ACTOR, &place.row, &seen_error));
    const struct category_choice asked = {.set_id = place.row.id, .version = 1};
    const struct category_choice recorded = {.set_id = place.row.id, .version = 1, .is_recorded = true};
    const struct category_choice forgotten = {.set_id = place.row.id, .version = 2, .is_recorded = true};
    assert_unknown(place.app, place.workspace_id, asked);
    assert_unknown(place.app, place.workspace_id, forgotten);
    CATEGORY_SET_SCOPE set = open_choice(&place, recorded, 1);
    assert_true(has(set, STR("BTCUSDT")));
    end(&place);
}

static void a_change_that_was_read_before_another_is_stale(void **state)
{
    (void)state;
    struct place place;
    struct error error = {0};
    begin(&place);
    struct category_set_row old = place.row;
    change(&place, STR("categories: {A: [SOLUSDT]}"));
    const struct category_set_scope scope = scope_of(&place);
    const struct category_set_input input = {.name = STR("Late")};
    assert_int_equal(category_set_update(place.app, &scope, &input, &place.arena, &old, &error),
                     STATUS_STALE);
    assert_int_equal(category_set_delete(place.app, &FIXTURE_ACTOR, &old, &error), STATUS_STALE);
    assert_true(str_eq(old.name, STR("Mine")));
    end(&place);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_without_a_version_is_the_newest),
        cmocka_unit_test(a_version_is_read_once_and_has_the_same_number_in_every_process),
        cmocka_unit_test(members_find_a_set_in_any_of_their_workspaces),
        cmocka_unit_test(a_deleted_set_is_there_for_what_recorded_it_only),
        cmocka_unit_test(a_change_that_was_read_before_another_is_stale),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
