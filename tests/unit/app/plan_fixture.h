// A workspace whose plans are made, opened and closed by texts as a client sends them.
#pragma once

#include "unit/app/app_fixture.h"

#include "app/trade_plan.h"
#include "app/trade_plan_move.h"

struct plan_place {
    struct app *app;
    struct arena arena;
    struct str workspace_id;
    struct actor actor;
};

void plan_place_begin(struct plan_place *place);
void plan_place_end(struct plan_place *place);

struct decimal decimal_of_text(const char *text);
void assert_decimal(struct decimal value, const char *expected);

const struct json_value *json_of_text(struct plan_place *place, const char *text);

enum status plan_create(struct plan_place *place, const char *body, struct trade_plan *out_plan);

// "BTCUSDT" at 60000: 0.01 long, max_risk_amount 100; ends the test when that fails.
struct trade_plan plan_of_guide(struct plan_place *place);

struct trade_plan plan_read(struct plan_place *place, struct str id);
struct trade_plan_target plan_target(const struct trade_plan *plan); // at any version

// `marks`: a JSON object, given with the request. The account's terms.
enum status plan_open(struct plan_place *place, struct str id, const char *marks,
                      struct trade_plan_outcome *out_outcome);

// `fraction` NULL: everything.
enum status plan_close(struct plan_place *place, struct str id, const char *marks, const char *fraction,
                       struct trade_plan_outcome *out_outcome);

struct paper_account plan_account(struct plan_place *place);
