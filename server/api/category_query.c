#include "api/category_query.h"

#include "api/query.h"
#include "app/category_choice.h"
#include "base/limits.h"

enum status category_query_open(struct api_call *call, const struct category_set **out_set)
{
    struct str set_id = STR("");
    (void)query_text(call, "category_set_id", LIMIT_ID_BYTES, &set_id);
    TRY(query_finish(call));
    return category_choice_open_for(call->api->app, call->user_id, set_id, out_set, call->error);
}

struct market_view category_query_view(const struct api_call *call, const struct category_set *set)
{
    return (struct market_view){.market = call->api->app->market, .categories = set};
}
