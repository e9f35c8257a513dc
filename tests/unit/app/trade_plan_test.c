// Trade plans on both databases: what may become of one, and what each move leaves behind.
#include "unit/app/plan_fixture.h"

#include "app/trade_plan_risk.h"
#include "app/trade_plan_rule.h"
#include "base/buf.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>

#define PAIR_BODY                                                                                            \
    "{\"account_id\":\"paper-main\",\"trade_type\":\"pair\",\"legs\":["                                      \
    "{\"symbol\":\"ETHUSDT\",\"side\":\"long\",\"planned_quantity\":1,\"planned_entry_price\":2500},"        \
    "{\"symbol\":\"BTCUSDT\",\"side\":\"short\",\"planned_quantity\":\"0.03\",\"planned_entry_price\":60000}]}"

static struct journal_list fills_of(struct plan_place *place, struct str id)
{
    struct journal_list fills;
    assert_ok(trade_plan_list_fills(place->app, (struct trade_plan_place){place->workspace_id, id},
                                    (struct trade_plan_fills_page){0, 1000}, &place->arena, &fills,
                                    &seen_error));
    return fills;
}

static struct trade_plan_change_list changes_of(struct plan_place *place, struct str id)
{
    struct trade_plan_change_list changes;
    assert_ok(trade_plan_list_changes(place->app, (struct trade_plan_place){place->workspace_id, id},
                                      (struct trade_plan_change_page){INT64_MAX, 1000}, &place->arena,
                                      &changes, &seen_error));
    return changes;
}

static void a_plan_is_made_opened_and_closed(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    const struct trade_plan plan = plan_of_guide(&place);
    assert_int_equal(plan.status, PLAN_PLANNED);
    assert_int_equal(fills_of(&place, plan.id).count, 0);
    assert_ok(plan_open(&place, plan.id, "{\"BTCUSDT\":60000}", &outcome));
    assert_int_equal(outcome.plan.status, PLAN_OPEN);
    assert_int_equal(outcome.plan.version, 2);
    assert_int_equal(outcome.fills.count, 1);
    assert_decimal(outcome.fills.items[0].fee, "0.6");
    assert_decimal(plan_account(&place).cash, "99399.4");
    assert_ok(plan_close(&place, plan.id, "{\"BTCUSDT\":65000}", NULL, &outcome));
    const struct trade_plan closed = plan_read(&place, plan.id);
    assert_int_equal(closed.status, PLAN_CLOSED);
    assert_int_equal(closed.close_reason, CLOSE_MANUAL);
    assert_int_equal(closed.version, 3);
    assert_decimal(closed.legs[0].quantity_open, "0");
    assert_decimal(closed.legs[0].quantity_closed, "0.01");
    assert_decimal(closed.legs[0].entry_notional, "600");
    assert_decimal(closed.legs[0].exit_notional, "650");
    assert_decimal(closed.legs[0].fees, "1.25");
    assert_true(closed.created_at_us < closed.opened_at_us && closed.opened_at_us < closed.closed_at_us);
    assert_decimal(plan_account(&place).cash, "100048.75");
    const struct trade_plan_change_list changes = changes_of(&place, plan.id);
    assert_int_equal(changes.count, 3);
    assert_int_equal(changes.items[0].action, PLAN_DID_CLOSE);
    assert_true(str_contains(changes.items[0].detail_json,
                             STR("\"status\":{\"before\":\"open\",\"after\":\"closed\"}")));
    plan_place_end(&place);
}

static void moves_that_are_none_are_refused_with_the_state(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_outcome outcome;
    struct trade_plan after;
    plan_place_begin(&place);
    const struct trade_plan plan = plan_of_guide(&place);
    const struct trade_plan_target target = plan_target(&plan);
    const char *const marks = "{\"BTCUSDT\":60000}";
    assert_fails(plan_close(&place, plan.id, marks, NULL, &outcome), STATUS_CONFLICT, "plan_not_open");
    assert_ok(plan_open(&place, plan.id, marks, &outcome));
    assert_fails(plan_open(&place, plan.id, marks, &outcome), STATUS_CONFLICT, "plan_not_planned");
    assert_true(str_contains(str_from_c(seen_error.message), STR("the plan is open (version 2)")));
    assert_fails(trade_plan_cancel(place.app, &place.actor, &target, &place.arena, &after, &seen_error),
                 STATUS_CONFLICT, "plan_not_planned");
    assert_ok(plan_close(&place, plan.id, marks, NULL, &outcome));
    assert_fails(plan_close(&place, plan.id, marks, NULL, &outcome), STATUS_CONFLICT, "plan_not_open");
    assert_fails(plan_open(&place, plan.id, marks, &outcome), STATUS_CONFLICT, "plan_not_planned");
    assert_fails(plan_open(&place, STR("none"), marks, &outcome), STATUS_NOT_FOUND, "");
    plan_place_end(&place);
}

static void a_cancelled_plan_stays_cancelled(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_outcome outcome;
    struct trade_plan after;
    plan_place_begin(&place);
    const struct trade_plan plan = plan_of_guide(&place);
    const struct trade_plan_target target = plan_target(&plan);
    assert_ok(trade_plan_cancel(place.app, &place.actor, &target, &place.arena, &after, &seen_error));
    assert_int_equal(after.status, PLAN_CANCELLED);
    assert_true(after.cancelled_at_us > after.created_at_us);
    assert_fails(plan_open(&place, plan.id, "{\"BTCUSDT\":1}", &outcome), STATUS_CONFLICT,
                 "plan_not_planned");
    assert_fails(trade_plan_cancel(place.app, &place.actor, &target, &place.arena, &after, &seen_error),
                 STATUS_CONFLICT, "plan_not_planned");
    plan_place_end(&place);
}

static void a_pair_is_opened_and_closed_as_one(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan plan;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    assert_ok(plan_create(&place, PAIR_BODY, &plan));
    assert_fails(plan_open(&place, plan.id, "{\"ETHUSDT\":2500}", &outcome), STATUS_INVALID, "no_mark_price");
    assert_int_equal(fills_of(&place, plan.id).count, 0);
    assert_ok(plan_open(&place, plan.id, "{\"ETHUSDT\":2500,\"BTCUSDT\":60000}", &outcome));
    assert_int_equal(outcome.fills.count, 2);
    assert_int_equal(outcome.fills.items[1].side, FILL_SELL);
    assert_decimal(plan_account(&place).cash, "99295.7"); // −2500 + 1800 − 4.3
    assert_ok(plan_close(&place, plan.id, "{\"ETHUSDT\":2600,\"BTCUSDT\":59000}", NULL, &outcome));
    assert_decimal(plan_account(&place).realized_pnl, "130");
    plan_place_end(&place);
}

static void parts_are_rounded_and_the_last_closes_exactly(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan plan;
    struct trade_plan_outcome outcome;
    const char *const marks = "{\"ABCUSDT\":3}";
    plan_place_begin(&place);
    assert_ok(
        plan_create(&place,
                    "{\"account_id\":\"paper-main\",\"trade_type\":\"single\",\"legs\":[{\"symbol\":"
                    "\"abcusdt\",\"side\":\"short\",\"planned_quantity\":1,\"planned_entry_price\":3}]}",
                    &plan));
    assert_true(str_eq(plan.legs[0].symbol, STR("ABCUSDT")));
    assert_ok(plan_open(&place, plan.id, marks, &outcome));
    assert_ok(plan_close(&place, plan.id, marks, "0.333333333333333333", &outcome));
    assert_int_equal(outcome.plan.status, PLAN_OPEN);
    assert_decimal(outcome.plan.legs[0].quantity_open, "0.666666666666666667");
    assert_ok(
        plan_close(&place, plan.id, marks, "0.5", &outcome)); // 0.3333333333333333335: to the even digit
    assert_decimal(outcome.fills.items[0].quantity, "0.333333333333333334");
    assert_ok(plan_close(&place, plan.id, marks, "1", &outcome));
    assert_int_equal(outcome.plan.status, PLAN_CLOSED);
    assert_decimal(outcome.plan.legs[0].quantity_closed, "1");
    plan_place_end(&place);
}

static void parts_by_leg_are_no_more_than_is_open(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan plan;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    assert_ok(plan_create(&place, PAIR_BODY, &plan));
    const struct trade_plan_target target = plan_target(&plan);
    assert_ok(plan_open(&place, plan.id, "{\"ETHUSDT\":2500,\"BTCUSDT\":60000}", &outcome));
    struct mark marks[] = {{.symbol = STR("ETHUSDT"), .is_known = true, .price = decimal_of_text("2600")}};
    struct trade_plan_part parts[] = {{STR("1"), decimal_of_text("1.000000000000000001")}};
    struct trade_plan_closing closing = {
        .target = target, .parts = parts, .part_count = 1, .terms = {.marks = {marks, 1}}};
    assert_fails(trade_plan_close(place.app, &place.actor, &closing, &place.arena, &outcome, &seen_error),
                 STATUS_INVALID, "invalid_input");
    assert_string_equal(seen_error.fields[0].pointer, "/legs/0/quantity");
    parts[0].leg_id = STR("7");
    assert_fails(trade_plan_close(place.app, &place.actor, &closing, &place.arena, &outcome, &seen_error),
                 STATUS_INVALID, "invalid_input");
    assert_string_equal(seen_error.fields[0].pointer, "/legs/0/leg_id");
    parts[0] = (struct trade_plan_part){STR("1"), decimal_of_text("1")};
    seen_error = (struct error){0};
    assert_ok(trade_plan_close(place.app, &place.actor, &closing, &place.arena, &outcome, &seen_error));
    assert_int_equal(outcome.plan.status, PLAN_OPEN); // the other leg is
    assert_int_equal(outcome.fills.count, 1);
    assert_fails(trade_plan_close(place.app, &place.actor, &closing, &place.arena, &outcome, &seen_error),
                 STATUS_INVALID, "invalid_input");
    assert_ok(plan_close(&place, plan.id, "{\"BTCUSDT\":60000}", NULL, &outcome)); // what is left of it
    assert_int_equal(outcome.plan.status, PLAN_CLOSED);
    plan_place_end(&place);
}

static void an_open_beyond_the_leverage_leaves_nothing(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan plan;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    assert_ok(
        plan_create(&place,
                    "{\"account_id\":\"paper-main\",\"trade_type\":\"single\",\"legs\":[{\"symbol\":"
                    "\"BTCUSDT\",\"side\":\"long\",\"planned_quantity\":1.7,\"planned_entry_price\":1}]}",
                    &plan));
    assert_fails(plan_open(&place, plan.id, "{\"BTCUSDT\":60000}", &outcome), STATUS_INVALID,
                 "insufficient_buying_power");
    assert_non_null(strstr(seen_error.message, "102000 USDT"));
    assert_int_equal(fills_of(&place, plan.id).count, 0);
    assert_int_equal(plan_read(&place, plan.id).version, 1);
    assert_decimal(plan_account(&place).cash, "100000");
    assert_int_equal(plan_account(&place).version, 1);
    plan_place_end(&place);
}

// The plan at a version, changed as a client says it.
static enum status edit(struct plan_place *place, struct str id, int64_t version, const char *members)
{
    struct trade_plan edited;
    const struct trade_plan_edition edition = {{{place->workspace_id, id}, version},
                                               json_of_text(place, members)};
    seen_error = (struct error){0};
    return trade_plan_edit(place->app, &place->actor, &edition, &place->arena, &edited, &seen_error);
}

static void edits_step_the_version_and_are_told_member_by_member(void **state)
{
    (void)state;
    struct plan_place place;
    plan_place_begin(&place);
    const struct str id = plan_of_guide(&place).id;
    assert_ok(edit(&place, id, 1,
                   "{\"thesis\":null,\"tags\":[\"a\"],\"legs\":[{\"symbol\":\"BTCUSDT\",\"side\":\"short\","
                   "\"planned_quantity\":1,\"planned_entry_price\":100,\"stop_price\":150}]}"));
    const struct trade_plan edited = plan_read(&place, id);
    assert_int_equal(edited.version, 2);
    assert_int_equal(edited.legs[0].side, LEG_SHORT);
    assert_null(edited.thesis.ptr);
    assert_true(str_contains(changes_of(&place, id).items[0].detail_json,
                             STR("\"thesis\":{\"before\":\"Trend\",\"after\":null}")));
    assert_fails(edit(&place, id, 1, "{\"thesis\":\"x\"}"), STATUS_STALE, "");
    assert_ok(edit(&place, id, 2, "{\"tags\":[\"a\"]}")); // as it is
    assert_int_equal(plan_read(&place, id).version, 2);
    assert_fails(edit(&place, id, 2, "{\"max_risk_amount\":49.99}"), STATUS_INVALID, "risk_too_large");
    plan_place_end(&place);
}

static void what_changes_depends_on_the_state(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    const struct str id = plan_of_guide(&place).id;
    assert_ok(plan_open(&place, id, "{\"BTCUSDT\":60000}", &outcome));
    assert_fails(edit(&place, id, 2, "{\"trade_type\":\"pair\"}"), STATUS_CONFLICT, "plan_not_planned");
    assert_ok(edit(&place, id, 2,
                   "{\"legs\":[{\"leg_id\":\"1\",\"stop_price\":61000,\"target_price\":70000}],"
                   "\"auto_close\":true}"));
    const struct trade_plan edited = plan_read(&place, id);
    assert_decimal(edited.legs[0].stop_price, "61000"); // beyond the entry: a profit is kept
    assert_decimal(edited.legs[0].quantity_open, "0.01");
    assert_int_equal(edited.watched_from_us, edited.updated_at_us);
    assert_fails(edit(&place, id, 3, "{\"legs\":[{\"leg_id\":\"1\",\"stop_price\":71000}]}"), STATUS_INVALID,
                 "invalid_input");
    assert_ok(plan_close(&place, id, "{\"BTCUSDT\":60000}", NULL, &outcome));
    assert_fails(edit(&place, id, 4, "{\"auto_close\":false}"), STATUS_CONFLICT, "plan_not_open");
    assert_ok(edit(&place, id, 4, "{\"notes\":\"what was learned\"}"));
    assert_int_equal(plan_read(&place, id).version, 5);
    plan_place_end(&place);
}

static void what_is_no_plan_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *members, *pointer;
    } cases[] = {
        {"\"trade_type\":\"pair\",\"legs\":[L]", "/legs"},
        {"\"trade_type\":\"single\",\"legs\":[L,S]", "/legs"},
        {"\"trade_type\":\"pair\",\"legs\":[L,L]", "/legs/1/side"},
        {"\"trade_type\":\"basket\",\"legs\":[L]", "/legs"},
        {"\"trade_type\":\"single\",\"legs\":[]", "/legs"},
        {"\"trade_type\":\"triple\",\"legs\":[L]", "/trade_type"},
        {"\"trade_type\":\"single\",\"legs\":[L],\"max_risk_amount\":0", "/max_risk_amount"},
        {"\"trade_type\":\"single\",\"legs\":[{\"side\":\"long\",\"planned_quantity\":1,"
         "\"planned_entry_price\":1,\"symbol\":\"A/B\"}]",
         "/legs/0/symbol"},
        {"\"trade_type\":\"single\",\"legs\":[{\"side\":\"long\",\"planned_quantity\":1,"
         "\"planned_entry_price\":10,\"symbol\":\"AUSDT\",\"stop_price\":10}]",
         "/legs/0/stop_price"},
        {"\"trade_type\":\"single\",\"legs\":[{\"side\":\"short\",\"planned_quantity\":1,"
         "\"planned_entry_price\":10,\"symbol\":\"AUSDT\",\"target_price\":11}]",
         "/legs/0/target_price"},
        {"\"trade_type\":\"single\",\"legs\":[L],\"invalidation_rule\":{\"series\":\"A\",\"interval\":\"1d\","
         "\"operator\":\"below\"}",
         "/invalidation_rule"},
        {"\"trade_type\":\"single\",\"legs\":[L],\"account\":1", "/account"},
    };
    struct plan_place place;
    struct trade_plan plan;
    plan_place_begin(&place);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        BUF_SCOPE(buf, 4 * KIB);
        buf_append_format(&buf, "{\"account_id\":\"paper-main\",");
        for (const char *c = cases[i].members; *c; c++)
            if ((*c == 'L' || *c == 'S') && (c[-1] == '[' || c[-1] == ','))
                buf_append_format(&buf,
                                  "{\"side\":\"%s\",\"planned_quantity\":1,\"planned_entry_price\":1,"
                                  "\"symbol\":\"AUSDT\"}",
                                  *c == 'L' ? "long" : "short");
            else
                buf_append_char(&buf, *c);
        buf_append_format(&buf, "}");
        buf_append_char(&buf, '\0');
        assert_fails(plan_create(&place, buf.data, &plan), STATUS_INVALID, "invalid_input");
        assert_string_equal(seen_error.fields[0].pointer, cases[i].pointer);
    }
    assert_fails(
        plan_create(&place,
                    "{\"account_id\":\"other\",\"trade_type\":\"single\",\"legs\":[{\"side\":\"long\","
                    "\"planned_quantity\":1,\"planned_entry_price\":1,\"symbol\":\"AUSDT\"}]}",
                    &plan),
        STATUS_INVALID, "invalid_input");
    assert_string_equal(seen_error.fields[0].pointer, "/account_id");
    plan_place_end(&place);
}

static void a_rule_is_stored_in_one_form(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan_rule rule, again;
    plan_place_begin(&place);
    const struct json_value *body = json_of_text(
        &place, "{\"average\":{\"length\":50,\"kind\":\"ema\"},\"operator\":\"above\",\"interval\":\"4h\","
                "\"series\":\"ETHUSDT/BTCUSDT\"}");
    assert_ok(trade_plan_rule_read(place.app, body, "/rule", &place.arena, &rule, &seen_error));
    const struct str text = trade_plan_rule_write(&rule, &place.arena);
    assert_true(str_eq(text, STR("{\"series\":\"ETHUSDT/BTCUSDT\",\"interval\":\"4h\",\"operator\":\"above\","
                                 "\"average\":{\"kind\":\"ema\",\"length\":50}}")));
    assert_ok(trade_plan_rule_parse(text, &place.arena, &again, &seen_error));
    assert_true(again.is_above && again.average == AVERAGE_EMA && again.length == 50);
    assert_fails(trade_plan_rule_parse(STR("{}"), &place.arena, &again, &seen_error), STATUS_INTERNAL, "");
    plan_place_end(&place);
}

static void plans_are_listed_newest_first_by_what_is_asked(void **state)
{
    (void)state;
    struct plan_place place;
    struct trade_plan pair;
    struct trade_plan_list list;
    struct trade_plan_outcome outcome;
    plan_place_begin(&place);
    const struct trade_plan first = plan_of_guide(&place);
    place.actor.now_us++;
    assert_ok(plan_create(&place, PAIR_BODY, &pair));
    assert_ok(plan_open(&place, first.id, "{\"BTCUSDT\":60000}", &outcome));
    struct trade_plan_filter filter = {
        .workspace_id = place.workspace_id, .before_us = INT64_MAX, .limit = 10};
    assert_ok(trade_plan_list(place.app, &filter, &place.arena, &list, &seen_error));
    assert_int_equal(list.count, 2);
    assert_true(str_eq(list.items[0].id, pair.id));
    assert_int_equal(list.items[0].leg_count, 2);
    assert_true(str_eq(list.items[1].thesis, STR("Trend")));
    filter.status = STR("open");
    assert_ok(trade_plan_list(place.app, &filter, &place.arena, &list, &seen_error));
    assert_int_equal(list.count, 1);
    filter = (struct trade_plan_filter){.workspace_id = place.workspace_id,
                                        .before_us = pair.created_at_us,
                                        .before_id = pair.id,
                                        .symbol = STR("BTCUSDT"),
                                        .like = STR("%tren%"),
                                        .limit = 10};
    assert_ok(trade_plan_list(place.app, &filter, &place.arena, &list, &seen_error));
    assert_int_equal(list.count, 1);
    plan_place_end(&place);
}

// ---- races

enum { RACERS = 32 };

struct race {
    struct plan_place *place;
    struct app *apps[2];
    struct str plan_id;
    bool closes;
    atomic_int winners, refused;
};

struct racer {
    struct race *race;
    size_t number;
};

static void *run_racer(void *argument)
{
    const struct racer *racer = argument;
    struct race *race = racer->race;
    const struct app *app = race->apps[racer->number % 2];
    ARENA_SCOPE(arena, 4 * MIB);
    struct error error = {0};
    struct trade_plan_outcome outcome;
    struct mark marks[] = {{.symbol = STR("BTCUSDT"), .is_known = true, .price = decimal_of_int(60000)}};
    const struct trade_plan_target target = {{race->place->workspace_id, race->plan_id}, 0};
    const struct trade_plan_closing closing = {.target = target, .terms = {.marks = {marks, 1}}};
    const struct trade_plan_opening opening = {target, closing.terms};
    const enum status status =
        race->closes ? trade_plan_close(app, &race->place->actor, &closing, &arena, &outcome, &error)
                     : trade_plan_open(app, &race->place->actor, &opening, &arena, &outcome, &error);
    if (status == STATUS_OK) atomic_fetch_add(&race->winners, 1);
    if (status == STATUS_CONFLICT) atomic_fetch_add(&race->refused, 1);
    return NULL;
}

static void run_race(struct race *race)
{
    pthread_t threads[RACERS];
    struct racer racers[RACERS];
    atomic_store(&race->winners, 0);
    atomic_store(&race->refused, 0);
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){race, i};
        assert_int_equal(pthread_create(&threads[i], NULL, run_racer, &racers[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(race->winners, 1);
    assert_int_equal(race->refused, RACERS - 1);
}

static void of_many_moves_at_once_one_wins(void **state)
{
    (void)state;
    struct plan_place place;
    plan_place_begin(&place);
    struct race race = {.place = &place, .apps = {place.app, place.app}};
    if (fixture_engine == DB_POSTGRESQL) race.apps[1] = fixture_app_beside(place.app);
    for (int round = 0; round < 3; round++) {
        race.plan_id = plan_of_guide(&place).id;
        race.closes = false;
        run_race(&race);
        assert_int_equal(fills_of(&place, race.plan_id).count, 1);
        race.closes = true;
        run_race(&race);
        assert_int_equal(fills_of(&place, race.plan_id).count, 2);
    }
    assert_decimal(plan_account(&place).cash, "99996.4");
    if (race.apps[1] != place.app) fixture_app_free(race.apps[1]);
    plan_place_end(&place);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_made_opened_and_closed),
        cmocka_unit_test(moves_that_are_none_are_refused_with_the_state),
        cmocka_unit_test(a_pair_is_opened_and_closed_as_one),
        cmocka_unit_test(parts_are_rounded_and_the_last_closes_exactly),
        cmocka_unit_test(parts_by_leg_are_no_more_than_is_open),
        cmocka_unit_test(an_open_beyond_the_leverage_leaves_nothing),
        cmocka_unit_test(edits_step_the_version_and_are_told_member_by_member),
        cmocka_unit_test(what_changes_depends_on_the_state),
        cmocka_unit_test(a_cancelled_plan_stays_cancelled),
        cmocka_unit_test(what_is_no_plan_is_refused_with_its_place),
        cmocka_unit_test(a_rule_is_stored_in_one_form),
        cmocka_unit_test(plans_are_listed_newest_first_by_what_is_asked),
        cmocka_unit_test(of_many_moves_at_once_one_wins),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
