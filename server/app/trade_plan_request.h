// What a user gives for a trade plan, whole or in part.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/trade_plan_store.h"
#include "json/json.h"

// A new plan: what the body says of it, checked but for the account. Members in docs/api/openapi.yaml; texts
// are borrowed from the body or live in the arena. STATUS_INVALID with every fault's pointer.
enum status trade_plan_request_read(const struct app *app, const struct json_value *body, struct arena *arena,
                                    struct trade_plan *out_plan, struct error *error);

// The members of a change, applied to the plan: what is absent stays, null takes away. Of a planned plan
// everything but the account, with `legs` all legs anew. Of an open one thesis, invalidation,
// invalidation_rule, notes, tags, auto_close, and with `legs` [{leg_id, stop_price, target_price}]. Of a
// closed or cancelled one thesis, invalidation, notes, tags. STATUS_CONFLICT "plan_not_planned" or
// "plan_not_open" for other members.
enum status trade_plan_request_change(const struct app *app, const struct json_value *members,
                                      struct arena *arena, struct trade_plan *plan, struct error *error);

// The leg of this id; NULL: there is none.
struct trade_plan_leg *trade_plan_leg_find(const struct trade_plan *plan, struct str id);
