#include "app/job_kind.h"

#include "app/backtest_job.h"
#include "app/download_job.h"
#include "app/import_job.h"
#include "app/momentum_job.h"
#include "app/paper_watch_job.h"
#include "app/sweep_job.h"
#include "app/verify_job.h"

static const struct job_kind kinds[] = {
    {
        .name = "backtest",
        .run = backtest_job_run,
        .check = backtest_job_check,
        .tell = backtest_job_tell,
        .max_attempts = 5,
        .priority = 10, // somebody looks at it
    },
    {
        .name = "sweep",
        .run = sweep_job_run,
        .check = sweep_job_check,
        .tell = backtest_job_tell,
        .max_attempts = 5,
        .priority = 5, // behind a single test
    },
    {
        .name = "category_backtest",
        .run = momentum_job_run,
        .check = momentum_job_check,
        .tell = backtest_job_tell,
        .max_attempts = 5,
        .priority = 10,
    },
    {
        .name = "backtest_verify",
        .run = verify_job_run,
        .check = verify_job_check,
        .tell = verify_job_tell,
        .max_attempts = 5,
        .priority = 10, // somebody looks at it
    },
    {
        .name = "market_import",
        .run = import_job_run,
        .check = import_job_check,
        .tell = import_job_tell,
        .lane = "market", // one at a time: the market database has one writer
        .lane_width = 1,
        .queued_max = 100,
        .max_attempts = 5,
    },
    {
        .name = "market_download",
        .run = download_job_run,
        .check = download_job_check,
        .tell = download_job_tell,
        .lane = "market", // with the imports: whoever came first is first
        .lane_width = 1,
        .queued_max = 100,
        .max_attempts = 5,
    },
    {
        .name = "paper_watch",
        .run = paper_watch_job_run,
        .check = paper_watch_job_check,
        .tell = paper_watch_job_tell,
        .lane = "paper",
        .lane_width = 1,
        .queued_max = 1, // one that waits looks at all that is there by then
        .max_attempts = 5,
        .priority = 20, // short, and a stop is late already
    },
};

size_t job_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const struct job_kind *job_kind_at(size_t index)
{
    return &kinds[index];
}

const struct job_kind *job_kind_find(struct str name)
{
    for (size_t i = 0; i < job_kind_count(); i++)
        if (str_eq(name, str_from_c(kinds[i].name))) return &kinds[i];
    return NULL;
}
