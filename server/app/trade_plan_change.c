#include "app/trade_plan_change.h"

#include "app/audit.h"
#include "app/event.h"
#include "base/limits.h"
#include "json/writer.h"

#define DETAIL_BYTES (256 * KIB) // twice the longest texts, escaped

// ---- what of a plan may change, member by member

static void put_amount(struct json_writer *w, struct decimal amount)
{
    if (decimal_is_zero(amount))
        json_null(w);
    else
        json_decimal(w, amount);
}

static void put_status(struct json_writer *w, const struct trade_plan *plan)
{
    json_c(w, trade_plan_status_names[plan->status]);
}

static void put_reason(struct json_writer *w, const struct trade_plan *plan)
{
    json_c(w, plan->status == PLAN_CLOSED ? trade_plan_reason_names[plan->close_reason] : NULL);
}

static void put_type(struct json_writer *w, const struct trade_plan *plan)
{
    json_c(w, trade_type_names[plan->type]);
}

static void put_strategy_tag(struct json_writer *w, const struct trade_plan *plan)
{
    json_value_of(w, plan->strategy_tag);
}

static void put_thesis(struct json_writer *w, const struct trade_plan *plan)
{
    json_value_of(w, plan->thesis);
}

static void put_invalidation(struct json_writer *w, const struct trade_plan *plan)
{
    json_value_of(w, plan->invalidation);
}

static void put_rule(struct json_writer *w, const struct trade_plan *plan)
{
    json_raw(w, plan->invalidation_rule.ptr ? plan->invalidation_rule : STR("null"));
}

static void put_max_risk(struct json_writer *w, const struct trade_plan *plan)
{
    put_amount(w, plan->max_risk_amount);
}

static void put_auto_close(struct json_writer *w, const struct trade_plan *plan)
{
    json_bool(w, plan->auto_close);
}

static void put_notes(struct json_writer *w, const struct trade_plan *plan)
{
    json_value_of(w, plan->notes);
}

static void put_tags(struct json_writer *w, const struct trade_plan *plan)
{
    json_raw(w, plan->tags_json);
}

static void put_leg(struct json_writer *w, const struct trade_plan_leg *leg)
{
    json_begin_object(w);
    json_put_str(w, "id", leg->id);
    json_put_str(w, "symbol", leg->symbol);
    json_put_c(w, "side", leg_side_names[leg->side]);
    json_put_decimal(w, "planned_quantity", leg->planned_quantity);
    json_put_decimal(w, "planned_entry_price", leg->planned_entry_price);
    json_key(w, "stop_price");
    put_amount(w, leg->stop_price);
    json_key(w, "target_price");
    put_amount(w, leg->target_price);
    json_end_object(w);
}

static void put_legs(struct json_writer *w, const struct trade_plan *plan)
{
    json_begin_array(w);
    for (size_t i = 0; i < plan->leg_count; i++)
        put_leg(w, &plan->legs[i]);
    json_end_array(w);
}

static const struct member {
    const char *name;
    void (*put)(struct json_writer *w, const struct trade_plan *plan);
} members[] = {
    {"status", put_status},
    {"close_reason", put_reason},
    {"trade_type", put_type},
    {"strategy_tag", put_strategy_tag},
    {"thesis", put_thesis},
    {"invalidation", put_invalidation},
    {"invalidation_rule", put_rule},
    {"max_risk_amount", put_max_risk},
    {"auto_close", put_auto_close},
    {"notes", put_notes},
    {"tags", put_tags},
    {"legs", put_legs},
};

enum { MEMBERS = sizeof members / sizeof *members };

static void write_member(const struct member *member, const struct trade_plan *plan, struct buf *buf)
{
    struct json_writer w = json_writer_on(buf);
    if (plan)
        member->put(&w, plan);
    else
        json_null(&w);
}

bool trade_plan_differs(const struct trade_plan *a, const struct trade_plan *b)
{
    bool differs = false;
    for (size_t i = 0; i < MEMBERS && !differs; i++) {
        BUF_SCOPE(first, DETAIL_BYTES);
        BUF_SCOPE(second, DETAIL_BYTES);
        write_member(&members[i], a, &first);
        write_member(&members[i], b, &second);
        differs = !str_eq(buf_str(&first), buf_str(&second));
    }
    return differs;
}

// ---- the history

static void put_change(struct json_writer *w, const struct member *member,
                       const struct trade_plan_record *record)
{
    BUF_SCOPE(before, DETAIL_BYTES);
    BUF_SCOPE(after, DETAIL_BYTES);
    write_member(member, record->before, &before);
    write_member(member, record->after, &after);
    if (str_eq(buf_str(&before), buf_str(&after))) return;
    json_key(w, member->name);
    json_begin_object(w);
    json_put_raw(w, "before", buf_str(&before));
    json_put_raw(w, "after", buf_str(&after));
    json_end_object(w);
}

static void put_fills(struct json_writer *w, const struct journal_list *fills)
{
    json_key(w, "fills");
    json_begin_array(w);
    for (size_t i = 0; i < fills->count; i++) {
        const struct journal_entry *fill = &fills->items[i];
        json_begin_object(w);
        json_put_str(w, "id", fill->id);
        json_put_str(w, "leg_id", fill->leg_id);
        json_put_c(w, "side", fill_side_names[fill->side]);
        json_put_decimal(w, "quantity", fill->quantity);
        json_put_decimal(w, "price", fill->price);
        json_put_decimal(w, "fee", fill->fee);
        json_end_object(w);
    }
    json_end_array(w);
}

static enum status append_change(struct db_tx *tx, const struct actor *actor,
                                 const struct trade_plan_record *record, struct error *error)
{
    const struct trade_plan *plan = record->after;
    BUF_SCOPE(buf, 2 * DETAIL_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    for (size_t i = 0; i < MEMBERS; i++)
        put_change(&w, &members[i], record);
    if (record->fills) put_fills(&w, record->fills);
    json_end_object(&w);
    if (buf.failed) return error_no_memory(error);
    const struct trade_plan_change change = {
        .version = plan->version,
        .action = record->action,
        .actor_id = actor->user_id,
        .created_at_us = plan->updated_at_us,
        .request_id = actor->request_id.ptr ? actor->request_id : STR(""),
        .detail_json = buf_str(&buf),
    };
    return trade_plan_store_append_change(tx, (struct trade_plan_place){plan->workspace_id, plan->id},
                                          &change, error);
}

// ---- the audit log, and those who watch

static void put_summary(struct json_writer *w, const struct trade_plan *plan)
{
    json_put_str(w, "account_id", plan->account_id);
    json_put_c(w, "status", trade_plan_status_names[plan->status]);
    json_put_int(w, "version", plan->version);
}

static enum status append_audit(struct db_tx *tx, const struct actor *actor,
                                const struct trade_plan_record *record, struct error *error)
{
    static const char *const actions[] = {
        [PLAN_DID_CREATE] = "trade_plan.create", [PLAN_DID_EDIT] = "trade_plan.update",
        [PLAN_DID_OPEN] = "trade_plan.open",     [PLAN_DID_CLOSE] = "trade_plan.close",
        [PLAN_DID_CANCEL] = "trade_plan.cancel", [PLAN_DID_INVALIDATE] = "trade_plan.invalidate",
    };
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    put_summary(&w, record->after);
    json_end_object(&w);
    const struct audit_event event = {.log = record->after->workspace_id,
                                      .action = actions[record->action],
                                      .object_type = "trade_plan",
                                      .object_id = record->after->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(tx, actor, &event, error);
}

static enum status append_event(struct db_tx *tx, const struct trade_plan *plan, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", plan->id);
    put_summary(&w, plan);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, plan->workspace_id, "trade_plan", buf_str(&buf), plan->updated_at_us,
                                     error);
}

enum status trade_plan_record(struct db_tx *tx, const struct actor *actor,
                              const struct trade_plan_record *record, struct error *error)
{
    TRY(append_change(tx, actor, record, error));
    TRY(append_audit(tx, actor, record, error));
    return append_event(tx, record->after, error);
}
