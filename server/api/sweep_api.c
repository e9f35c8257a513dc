#include "api/handlers.h"

#include "api/backtest_noun.h"
#include "app/sweep.h"

static const struct backtest_noun *const noun = &backtest_noun_sweeps;

enum status sweeps_create(struct api_call *call)
{
    struct sweep_request request;
    struct backtest_row row;
    TRY(sweep_request_decode(call->body, call->arena, &request, call->error));
    TRY(backtest_blame_symbol(call, sweep_create(call->api->app, backtest_scope_of(call), &request,
                                                 call->arena, &row, call->error)));
    backtest_reply_new(call, noun, &row);
    return STATUS_OK;
}

enum status sweeps_rerun(struct api_call *call)
{
    return backtest_noun_rerun(call, noun);
}

enum status sweeps_list(struct api_call *call)
{
    return backtest_noun_list(call, noun);
}

enum status sweeps_get(struct api_call *call)
{
    return backtest_noun_get(call, noun);
}

enum status sweeps_update(struct api_call *call)
{
    return backtest_noun_update(call, noun);
}

enum status sweeps_cancel(struct api_call *call)
{
    return backtest_noun_cancel(call, noun);
}

enum status sweeps_delete(struct api_call *call)
{
    return backtest_noun_delete(call, noun);
}
