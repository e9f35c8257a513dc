// Which categories a request over market data means.
#pragma once

#include "api/call.h"
#include "market/category_set.h"

// Those of the query parameter category_set_id, in a workspace that the caller is a member of, or those of
// the file without it; with one owner more. After the other parameters: their faults are told first.
// STATUS_INVALID, STATUS_NOT_FOUND "unknown_category_set".
enum status category_query_open(struct api_call *call, const struct category_set **out_set);

// The market with these categories.
struct market_view category_query_view(const struct api_call *call, const struct category_set *set);
