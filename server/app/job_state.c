#include "app/job_state.h"

struct transition {
    enum job_status from;
    enum job_step step;
    enum job_status to;
};

static const struct transition transitions[] = {
    {JOB_QUEUED, JOB_STEP_START, JOB_RUNNING},       {JOB_QUEUED, JOB_STEP_CANCEL, JOB_CANCELLED},
    {JOB_RUNNING, JOB_STEP_COMPLETE, JOB_COMPLETED}, {JOB_RUNNING, JOB_STEP_FAIL, JOB_FAILED},
    {JOB_RUNNING, JOB_STEP_RETRY, JOB_QUEUED},       {JOB_RUNNING, JOB_STEP_RELEASE, JOB_QUEUED},
    {JOB_RUNNING, JOB_STEP_WAIT, JOB_QUEUED},        {JOB_RUNNING, JOB_STEP_CANCEL, JOB_CANCELLED},
};

bool job_state_after(enum job_status from, enum job_step step, enum job_status *out_to)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++) {
        if (transitions[i].from != from || transitions[i].step != step) continue;
        *out_to = transitions[i].to;
        return true;
    }
    return false;
}

bool job_state_is_final(enum job_status status)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (transitions[i].from == status) return false;
    return true;
}
