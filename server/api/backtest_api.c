#include "api/handlers.h"

#include "api/backtest_noun.h"
#include "app/momentum.h"

static const struct backtest_noun *const noun = &backtest_noun_backtests;

enum status backtests_create(struct api_call *call)
{
    struct backtest_request request;
    struct backtest_row row;
    TRY(backtest_request_decode(call->body, call->arena, &request, call->error));
    TRY(backtest_blame_symbol(call, backtest_create(call->api->app, backtest_scope_of(call), &request,
                                                    call->arena, &row, call->error)));
    backtest_reply_new(call, noun, &row);
    return STATUS_OK;
}

enum status backtests_create_category(struct api_call *call)
{
    struct momentum_request request;
    struct backtest_row row;
    TRY(momentum_request_decode(call->body, call->arena, &request, call->error));
    TRY(momentum_create(call->api->app, backtest_scope_of(call), &request, call->arena, &row, call->error));
    backtest_reply_new(call, noun, &row);
    return STATUS_OK;
}

enum status backtests_rerun(struct api_call *call)
{
    return backtest_noun_rerun(call, noun);
}

enum status backtests_list(struct api_call *call)
{
    return backtest_noun_list(call, noun);
}

enum status backtests_get(struct api_call *call)
{
    return backtest_noun_get(call, noun);
}

enum status backtests_update(struct api_call *call)
{
    return backtest_noun_update(call, noun);
}

enum status backtests_cancel(struct api_call *call)
{
    return backtest_noun_cancel(call, noun);
}

enum status backtests_delete(struct api_call *call)
{
    return backtest_noun_delete(call, noun);
}
