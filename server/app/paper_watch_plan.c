#include "app/paper_watch.h"

#include "app/event.h"
#include "app/paper_bars.h"
#include "app/paper_rule.h"
#include "app/trade_plan.h"
#include "app/trade_plan_change.h"
#include "app/trade_plan_move.h"
#include "base/limits.h"
#include "store/paper_watch_store.h"

enum { TRIES = 4 };

// ---- what the candles say

// Of a leg: the first candle that reached its stop or target.
struct leg_finding {
    struct touch touch;
    int64_t at_us; // its end
    int64_t seen_to_us;
};

struct finding {
    bool is_reached;
    enum trade_plan_reason reason;
    int64_t at_us;
    int64_t seen_to_us;       // everything that the plan waits for was looked at up to then
    struct leg_finding *legs; // as those of the plan
};

static bool has_levels(const struct trade_plan_leg *leg)
{
    const bool is_any = !decimal_is_zero(leg->stop_price) || !decimal_is_zero(leg->target_price);
    return is_any && !decimal_is_zero(leg->quantity_open);
}

static void look_at_leg(const struct app *app, const struct trade_plan_leg *leg, struct paper_span span,
                        struct leg_finding *finding)
{
    const bool is_long = leg->side == LEG_LONG;
    const struct paper_reach reach = paper_reach_of(is_long ? leg->stop_price : leg->target_price,
                                                    is_long ? leg->target_price : leg->stop_price);
    PAPER_BARS_SCOPE bars = paper_bars_of_symbol(app, leg->symbol, span.from_us, span.now_us);
    finding->seen_to_us = paper_bars_last_end_us(&bars);
    for (size_t i = bars.begin; (i = paper_bars_next(&bars, i, reach)) < bars.end; i++) {
        struct touch_bar bar;
        if (!paper_bars_read(&bars, i, &bar)) continue;
        finding->touch = touch_leg(leg, &bar);
        if (finding->touch.kind == TOUCH_NONE) continue;
        finding->at_us = paper_bars_end_us(&bars, i);
        return;
    }
}

// The earliest counts; of several at the same time a stop before a target.
static void take_touch(const struct leg_finding *leg, struct finding *finding)
{
    const enum trade_plan_reason reason = leg->touch.kind == TOUCH_STOP ? CLOSE_STOP : CLOSE_TARGET;
    if (finding->is_reached &&
        (leg->at_us > finding->at_us || (leg->at_us == finding->at_us && finding->reason == CLOSE_STOP)))
        return;
    finding->is_reached = true;
    finding->reason = reason;
    finding->at_us = leg->at_us;
}

static void see_to(struct finding *finding, int64_t seen_to_us)
{
    if (seen_to_us < finding->seen_to_us) finding->seen_to_us = seen_to_us;
}

static void look_at_legs(const struct app *app, const struct trade_plan *plan, struct paper_span span,
                         struct finding *finding)
{
    for (size_t i = 0; i < plan->leg_count; i++) {
        if (!has_levels(&plan->legs[i])) continue;
        look_at_leg(app, &plan->legs[i], span, &finding->legs[i]);
        see_to(finding, finding->legs[i].seen_to_us);
        if (finding->legs[i].touch.kind != TOUCH_NONE) take_touch(&finding->legs[i], finding);
    }
}

static enum status look_at_rule(const struct app *app, const struct trade_plan *plan, struct paper_span span,
                                struct finding *finding, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct trade_plan_rule rule;
    struct paper_rule_finding broken;
    if (!plan->invalidation_rule.ptr) return STATUS_OK;
    TRY(trade_plan_rule_parse(plan->invalidation_rule, &arena, &rule, error));
    TRY(paper_rule_find(app, &rule, span, &broken, error));
    see_to(finding, broken.seen_to_us);
    if (!broken.is_broken || (finding->is_reached && finding->at_us <= broken.at_us)) return STATUS_OK;
    finding->is_reached = true;
    finding->reason = CLOSE_INVALIDATION;
    finding->at_us = broken.at_us;
    return STATUS_OK;
}

static enum status look(const struct app *app, const struct trade_plan *plan, int64_t now_us,
                        struct arena *arena, struct finding *out_finding, struct error *error)
{
    const struct paper_span span = {plan->watched_from_us, now_us};
    struct finding finding = {.seen_to_us = INT64_MAX,
                              .legs = ARENA_ARRAY(arena, struct leg_finding, plan->leg_count)};
    if (!finding.legs) return error_no_memory(error);
    if (plan->auto_close) look_at_legs(app, plan, span, &finding);
    TRY(look_at_rule(app, plan, span, &finding, error));
    *out_finding = finding;
    return STATUS_OK;
}

// ---- at which prices it is closed

static bool is_touched(const struct finding *finding, size_t leg)
{
    return finding->reason != CLOSE_INVALIDATION && finding->legs[leg].touch.kind != TOUCH_NONE &&
           finding->legs[leg].at_us == finding->at_us;
}

static struct mark mark_of_touch(const struct trade_plan_leg *leg, const struct leg_finding *finding)
{
    return (struct mark){
        .symbol = leg->symbol,
        .is_known = true,
        .price = finding->touch.price,
        .source = finding->touch.kind == TOUCH_STOP ? MARK_STOP : MARK_TARGET,
        .time_us = finding->at_us,
    };
}

// What was touched goes first: of a symbol that stands in two legs the first mark counts.
static enum status find_marks(const struct app *app, const struct trade_plan *plan,
                              const struct finding *finding, struct arena *arena, struct mark_list *out_marks,
                              struct error *error)
{
    struct mark_list marks = {.items = ARENA_ARRAY(arena, struct mark, plan->leg_count)};
    if (!marks.items) return error_no_memory(error);
    for (size_t i = 0; i < plan->leg_count; i++)
        if (is_touched(finding, i))
            marks.items[marks.count++] = mark_of_touch(&plan->legs[i], &finding->legs[i]);
    for (size_t i = 0; i < plan->leg_count; i++)
        if (!is_touched(finding, i) && !decimal_is_zero(plan->legs[i].quantity_open))
            marks.items[marks.count++] = paper_bars_close(app, plan->legs[i].symbol, finding->at_us);
    *out_marks = marks;
    return mark_require(&marks, error);
}

// ---- what is done

// Whose closing it is: the one who made the plan.
static struct actor actor_of(const struct trade_plan *plan, int64_t now_us)
{
    return (struct actor){.user_id = plan->created_by,
                          .workspace_id = plan->workspace_id,
                          .now_us = trade_plan_next_time(plan, now_us),
                          .via = STR("host"),
                          .address = STR(""),
                          .request_id = STR("")};
}

static struct trade_plan_target target_of(const struct trade_plan *plan)
{
    return (struct trade_plan_target){{plan->workspace_id, plan->id}, plan->version};
}

static enum status close_plan(const struct app *app, const struct trade_plan *plan,
                              const struct finding *finding, int64_t now_us, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct trade_plan_closing closing = {.reason = finding->reason, .terms = {.has_slippage_bps = true}};
    struct paper_account account;
    struct trade_plan now;
    struct journal_list fills;
    const struct trade_plan_target target = target_of(plan);
    const struct actor actor = actor_of(plan, now_us);
    TRY(find_marks(app, plan, finding, &arena, &closing.terms.marks, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(trade_plan_hold(tx, &target, &arena, &account, &now, error));
    const struct journal_move move = {tx, app, &actor, &account, &arena};
    if (finding->reason == CLOSE_INVALIDATION) now.invalidated_at_us = actor.now_us;
    TRY(trade_plan_close_in(&move, &closing, &now, &fills, error));
    TRY(paper_account_store_save(tx, &account, error));
    TRY(event_append_paper_account(tx, &account, actor.now_us, error));
    return event_commit(app, &tx, plan->workspace_id, error);
}

static enum status note_invalidation(const struct app *app, const struct trade_plan *plan, int64_t now_us,
                                     struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct paper_account account;
    struct trade_plan before, after;
    const struct trade_plan_target target = target_of(plan);
    const struct actor actor = actor_of(plan, now_us);
    const struct trade_plan_record record = {
        .action = PLAN_DID_INVALIDATE, .before = &before, .after = &after};
    if (plan->invalidated_at_us) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(trade_plan_hold(tx, &target, &arena, &account, &before, error));
    TRY(trade_plan_check_room(&before, error));
    after = before;
    after.updated_at_us = after.invalidated_at_us = actor.now_us;
    TRY(trade_plan_store_save(tx, &after, before.status, error));
    TRY(trade_plan_record(tx, &actor, &record, error));
    return event_commit(app, &tx, plan->workspace_id, error);
}

static enum status watch_on(const struct app *app, const struct trade_plan *plan,
                            const struct finding *finding, struct error *error)
{
    const int64_t seen_to_us = finding->seen_to_us;
    if (seen_to_us == INT64_MAX || seen_to_us <= plan->watched_from_us) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_watch_store_plan_on(tx, plan, seen_to_us, error));
    return db_commit(&tx, error);
}

static enum status watch_once(const struct app *app, struct trade_plan_place place, int64_t now_us,
                              struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct trade_plan plan;
    struct finding finding = {0};
    TRY(trade_plan_get(app, place, &arena, &plan, error));
    if (plan.status != PLAN_OPEN) return STATUS_OK;
    TRY(look(app, &plan, now_us, &arena, &finding, error));
    if (!finding.is_reached) return watch_on(app, &plan, &finding, error);
    return plan.auto_close ? close_plan(app, &plan, &finding, now_us, error)
                           : note_invalidation(app, &plan, now_us, error);
}

// A plan that was changed while it was looked at is looked at again as it is now.
enum status paper_watch_plan(const struct app *app, struct trade_plan_place place, int64_t now_us,
                             struct error *error)
{
    enum status status = STATUS_STALE;
    for (int i = 0; i < TRIES && status == STATUS_STALE; i++) {
        *error = (struct error){0};
        status = watch_once(app, place, now_us, error);
    }
    return status;
}
