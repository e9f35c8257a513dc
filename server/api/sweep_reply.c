#include "api/sweep_reply.h"

#include "api/backtest_reply.h"

// The members of the stored summary; what the best combination came to are the figures of the outcome.
static void put_summary(struct json_writer *w, struct str stored)
{
    static const char *const members[] = {"combinations", "valid_combinations", "best", "deflated_sharpe"};
    if (stored.len > 2) {
        json_raw(w, str_slice(stored, 1, stored.len - 2));
        return;
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_null(w, members[i]);
}

void sweep_put(struct json_writer *w, const struct backtest_row *row, bool is_whole)
{
    json_begin_object(w);
    backtest_put_head(w, row);
    put_summary(w, row->outcome.sweep_json);
    backtest_put_outcome(w, row, is_whole);
    backtest_put_tail(w, row);
    json_end_object(w);
}
