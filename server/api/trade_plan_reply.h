// How trade plans and their figures are answered.
#pragma once

#include "api/call.h"
#include "app/trade_plan_move.h"
#include "app/trade_plan_pnl.h"
#include "app/trade_plan_replay.h"
#include "json/writer.h"

// The members of a plan, inside an object that the caller begins and ends.
void trade_plan_put(struct json_writer *w, const struct trade_plan *plan);

// The object of figures.
void trade_plan_put_pnl(struct json_writer *w, const struct trade_plan *plan,
                        const struct trade_plan_pnl *pnl);

void trade_plan_put_replay(struct json_writer *w, const struct trade_plan_replay *replay);

// The plan as the answer, with its ETag; `fills` (NULL: none) as a member beside.
enum status trade_plan_reply(struct api_call *call, const struct trade_plan *plan,
                             const struct journal_list *fills);

// "<id>-<version>", in the arena.
struct str trade_plan_tag(const struct api_call *call, const struct trade_plan *plan);

// The plan of the path. STATUS_NOT_FOUND.
enum status trade_plan_load(struct api_call *call, struct trade_plan *out_plan);

// The plan of the path for whoever changes it: at the version that If-Match names (any when it is not sent
// and not needed). STATUS_UNCONDITIONAL, STATUS_STALE.
enum status trade_plan_aim(struct api_call *call, bool needs_precondition,
                           struct trade_plan_target *out_target);

// Puts the plan as it is now into the answer to a stale change; answers `status`.
enum status trade_plan_explain_stale(struct api_call *call, enum status status);
