#include "api/trade_plan_reply.h"

#include "api/paper_reply.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/trade_plan_risk.h"
#include "base/limits.h"

// 0 stands for none where no price or amount may be 0.
static void put_amount(struct json_writer *w, const char *name, struct decimal amount)
{
    json_put_decimal_if(w, name, !decimal_is_zero(amount), amount);
}

// ---- a plan

static void put_leg(struct json_writer *w, const struct trade_plan_leg *leg)
{
    struct decimal entry = DECIMAL_ZERO, exit = DECIMAL_ZERO;
    json_begin_object(w);
    json_put_str(w, "id", leg->id);
    json_put_str(w, "symbol", leg->symbol);
    json_put_c(w, "side", leg_side_names[leg->side]);
    json_put_decimal(w, "planned_quantity", leg->planned_quantity);
    json_put_decimal(w, "planned_entry_price", leg->planned_entry_price);
    put_amount(w, "stop_price", leg->stop_price);
    put_amount(w, "target_price", leg->target_price);
    json_put_decimal(w, "quantity_open", leg->quantity_open);
    json_put_decimal(w, "quantity_closed", leg->quantity_closed);
    json_put_decimal_if(w, "average_entry_price", trade_plan_entry_price(leg, &entry), entry);
    json_put_decimal_if(w, "average_exit_price", trade_plan_exit_price(leg, &exit), exit);
    json_put_decimal(w, "fees", leg->fees);
    json_end_object(w);
}

static void put_texts(struct json_writer *w, const struct trade_plan *plan)
{
    json_put_str(w, "strategy_tag", plan->strategy_tag);
    json_put_str(w, "thesis", plan->thesis);
    json_put_str(w, "invalidation", plan->invalidation);
    json_put_raw(w, "invalidation_rule", plan->invalidation_rule.ptr ? plan->invalidation_rule : STR("null"));
    json_put_str(w, "notes", plan->notes);
    json_put_raw(w, "tags", plan->tags_json);
}

static void put_risk(struct json_writer *w, const struct trade_plan *plan)
{
    struct decimal risk = DECIMAL_ZERO;
    bool has_stop = false;
    const bool is_known = trade_plan_risk_count(plan, &has_stop, &risk, NULL) == STATUS_OK && has_stop;
    put_amount(w, "max_risk_amount", plan->max_risk_amount);
    json_put_decimal_if(w, "planned_risk", is_known, risk);
}

static void put_times(struct json_writer *w, const struct trade_plan *plan)
{
    json_put_time_us(w, "created_at", plan->created_at_us);
    json_put_time_us(w, "updated_at", plan->updated_at_us);
    json_put_time_us(w, "opened_at", plan->opened_at_us);
    json_put_time_us(w, "closed_at", plan->closed_at_us);
    json_put_time_us(w, "cancelled_at", plan->cancelled_at_us);
    json_put_time_us(w, "invalidated_at", plan->invalidated_at_us);
}

void trade_plan_put(struct json_writer *w, const struct trade_plan *plan)
{
    json_put_str(w, "id", plan->id);
    json_put_str(w, "workspace_id", plan->workspace_id);
    json_put_str(w, "account_id", plan->account_id);
    json_put_c(w, "trade_type", trade_type_names[plan->type]);
    json_put_c(w, "status", trade_plan_status_names[plan->status]);
    put_texts(w, plan);
    put_risk(w, plan);
    json_put_bool(w, "auto_close", plan->auto_close);
    json_key(w, "legs");
    json_begin_array(w);
    for (size_t i = 0; i < plan->leg_count; i++)
        put_leg(w, &plan->legs[i]);
    json_end_array(w);
    json_put_c(w, "close_reason",
               plan->status == PLAN_CLOSED ? trade_plan_reason_names[plan->close_reason] : NULL);
    json_put_int(w, "version", plan->version);
    json_put_str(w, "created_by", plan->created_by);
    put_times(w, plan);
}

// ---- what it has made

static void put_ratio(struct json_writer *w, const char *name, bool is_known, struct decimal part,
                      struct decimal whole)
{
    struct decimal ratio = DECIMAL_ZERO;
    const bool has_ratio = is_known && !decimal_is_zero(whole) && decimal_divide(part, whole, &ratio);
    json_put_decimal_if(w, name, has_ratio, ratio);
}

// Of nothing that was filled yet it is 0.
static void put_return(struct json_writer *w, const struct trade_plan_figures *figures)
{
    struct decimal percent = DECIMAL_ZERO;
    const bool is_empty = decimal_is_zero(figures->entry_notional);
    const bool has_percent =
        is_empty || (figures->is_marked && decimal_share(decimal_of_int(100), figures->total_pnl,
                                                         figures->entry_notional, &percent));
    json_put_decimal_if(w, "return_pct", has_percent, percent);
}

static void put_figures(struct json_writer *w, const struct trade_plan_figures *figures)
{
    json_put_decimal(w, "entry_notional", figures->entry_notional);
    json_put_decimal(w, "exit_notional", figures->exit_notional);
    json_put_decimal(w, "realized_pnl", figures->realized_pnl);
    json_put_decimal_if(w, "unrealized_pnl", figures->is_marked, figures->unrealized_pnl);
    json_put_decimal(w, "fees", figures->fees);
    json_put_decimal_if(w, "total_pnl", figures->is_marked, figures->total_pnl);
    put_return(w, figures);
    json_put_decimal(w, "slippage", figures->slippage);
}

static void put_mark(struct json_writer *w, const struct mark *mark)
{
    json_put_decimal_if(w, "mark_price", mark != NULL, mark ? mark->price : DECIMAL_ZERO);
    json_put_c(w, "mark_source", mark ? mark_source_names[mark->source] : NULL);
    json_put_time_us(w, "mark_time", mark ? mark->time_us : 0);
}

static void put_leg_pnl(struct json_writer *w, const struct trade_plan_leg *leg,
                        const struct trade_plan_figures *figures)
{
    struct decimal entry = DECIMAL_ZERO, exit = DECIMAL_ZERO;
    json_begin_object(w);
    json_put_str(w, "leg_id", leg->id);
    json_put_str(w, "symbol", leg->symbol);
    json_put_c(w, "side", leg_side_names[leg->side]);
    json_put_decimal_if(w, "entry_price", trade_plan_entry_price(leg, &entry), entry);
    json_put_decimal_if(w, "exit_price", trade_plan_exit_price(leg, &exit), exit);
    json_put_decimal(w, "quantity_open", leg->quantity_open);
    json_put_decimal(w, "quantity_closed", leg->quantity_closed);
    put_mark(w, figures->mark);
    put_figures(w, figures);
    json_end_object(w);
}

void trade_plan_put_pnl(struct json_writer *w, const struct trade_plan *plan,
                        const struct trade_plan_pnl *pnl)
{
    json_begin_object(w);
    json_put_str(w, "trade_plan_id", plan->id);
    json_put_c(w, "status", trade_plan_status_names[plan->status]);
    put_figures(w, &pnl->total);
    put_ratio(w, "r_multiple", pnl->total.is_marked, pnl->total.total_pnl, plan->max_risk_amount);
    json_put_decimal_if(w, "planned_risk", pnl->has_stop, pnl->planned_risk);
    json_key(w, "legs");
    json_begin_array(w);
    for (size_t i = 0; i < plan->leg_count; i++)
        put_leg_pnl(w, &plan->legs[i], &pnl->legs[i]);
    json_end_array(w);
    json_end_object(w);
}

// ---- replay

static void put_replay_figures(struct json_writer *w, const struct trade_plan_replay_figures *figures)
{
    json_put_decimal_if(w, "actual_pnl", figures->is_marked, figures->actual_pnl);
    json_put_decimal_if(w, "replay_pnl", figures->is_marked, figures->replay_pnl);
    json_put_decimal(w, "difference", figures->difference);
    json_put_decimal(w, "timing", figures->timing);
    json_put_decimal(w, "slippage", figures->slippage);
    json_put_decimal(w, "fees", figures->fees);
    json_put_decimal(w, "replay_fees", figures->replay_fees);
}

static void put_replay_fill(struct json_writer *w, const struct trade_plan_replay_fill *fill)
{
    const struct journal_entry *actual = &fill->actual;
    json_begin_object(w);
    json_put_str(w, "fill_id", actual->id);
    json_put_str(w, "leg_id", actual->leg_id);
    json_put_c(w, "action", fill_action_names[actual->action]);
    json_put_c(w, "side", fill_side_names[actual->side]);
    json_put_decimal(w, "quantity", actual->quantity);
    json_put_time_us(w, "filled_at", actual->created_at_us);
    json_put_decimal(w, "price", actual->price);
    json_put_decimal(w, "fee", actual->fee);
    json_put_int(w, "bar_time", fill->bar_time);
    json_put_c(w, "bar_price", fill->is_last_close ? "last_close" : "open");
    json_put_decimal(w, "replay_mark_price", fill->mark_price);
    json_put_decimal(w, "replay_price", fill->price);
    json_put_decimal(w, "replay_fee", fill->fee);
    json_end_object(w);
}

static void put_replay_legs(struct json_writer *w, const struct trade_plan_replay *replay)
{
    json_key(w, "legs");
    json_begin_array(w);
    for (size_t i = 0; i < replay->plan.leg_count; i++) {
        const struct trade_plan_leg *leg = &replay->plan.legs[i];
        json_begin_object(w);
        json_put_str(w, "leg_id", leg->id);
        json_put_str(w, "symbol", leg->symbol);
        json_put_c(w, "side", leg_side_names[leg->side]);
        json_put_c(w, "interval", interval_name(replay->legs[i].interval));
        put_replay_figures(w, &replay->legs[i].figures);
        json_end_object(w);
    }
    json_end_array(w);
}

void trade_plan_put_replay(struct json_writer *w, const struct trade_plan_replay *replay)
{
    json_begin_object(w);
    json_put_str(w, "trade_plan_id", replay->plan.id);
    json_put_c(w, "status", trade_plan_status_names[replay->plan.status]);
    json_put_decimal(w, "fee_bps", replay->fee_bps);
    json_put_decimal(w, "slippage_bps", replay->slippage_bps);
    put_replay_figures(w, &replay->total);
    put_replay_legs(w, replay);
    json_key(w, "fills");
    json_begin_array(w);
    for (size_t i = 0; i < replay->fill_count; i++)
        put_replay_fill(w, &replay->fills[i]);
    json_end_array(w);
    json_end_object(w);
}

// ---- answers

struct str trade_plan_tag(const struct api_call *call, const struct trade_plan *plan)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(plan->id), (long long)plan->version);
}

static void put_fills(struct json_writer *w, const struct journal_list *fills)
{
    json_key(w, "fills");
    json_begin_array(w);
    for (size_t i = 0; i < fills->count; i++)
        paper_reply_put_fill(w, &fills->items[i]);
    json_end_array(w);
}

enum status trade_plan_reply(struct api_call *call, const struct trade_plan *plan,
                             const struct journal_list *fills)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, trade_plan_tag(call, plan));
    json_begin_object(&w);
    trade_plan_put(&w, plan);
    if (fills) put_fills(&w, fills);
    json_end_object(&w);
    return STATUS_OK;
}

static struct trade_plan_place place_of(const struct api_call *call)
{
    return (struct trade_plan_place){call->workspace_id, route_object_id(call)};
}

enum status trade_plan_load(struct api_call *call, struct trade_plan *out_plan)
{
    return trade_plan_get(call->api->app, place_of(call), call->arena, out_plan, call->error);
}

enum status trade_plan_aim(struct api_call *call, bool needs_precondition,
                           struct trade_plan_target *out_target)
{
    struct trade_plan plan;
    struct trade_plan_target target = {.place = place_of(call)};
    if (precondition_is_given(call)) {
        TRY(trade_plan_load(call, &plan));
        target.version = plan.version;
        if (!precondition_holds(call, trade_plan_tag(call, &plan)))
            return error_set(
                call->error, STATUS_STALE, NULL,
                "the plan has changed since it was read: it is %s, at version %lld; read it again "
                "and repeat the change",
                trade_plan_status_names[plan.status], (long long)plan.version);
    } else if (needs_precondition) {
        return error_set(call->error, STATUS_UNCONDITIONAL, NULL,
                         "send the ETag of the plan as you read it in the header If-Match");
    }
    *out_target = target;
    return STATUS_OK;
}

enum status trade_plan_explain_stale(struct api_call *call, enum status status)
{
    struct trade_plan current;
    struct error stale = *call->error;
    if (status != STATUS_STALE) return status;
    const bool is_told = trade_plan_load(call, &current) == STATUS_OK;
    *call->error = stale;
    if (!is_told) return status;
    BUF_SCOPE(buf, MIB);
    struct json_writer w = reply_json_on(call, &buf);
    json_begin_object(&w);
    trade_plan_put(&w, &current);
    json_end_object(&w);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    reply_etag(call, trade_plan_tag(call, &current));
    return status;
}
