// The body of POST …/backtests into a request of app/: all faults at once, each with its pointer.
#pragma once

#include "api/call.h"
#include "app/backtest.h"

// STATUS_NOT_FOUND "unknown_strategy" with the strategies there are; STATUS_INVALID with the members at
// fault.
enum status backtest_decode(struct api_call *call, struct backtest_request *out_request);
