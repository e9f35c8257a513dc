// The states of a job and what leads from one to another: one table.
#pragma once

#include "store/job_store.h"

#include <stdbool.h>

enum job_step {
    JOB_STEP_START,    // a worker claims it
    JOB_STEP_COMPLETE, // its effect is stored, in the same transaction
    JOB_STEP_FAIL,     // trying again is no use, or was tried often enough
    JOB_STEP_RETRY,    // the attempt failed, or its worker died
    JOB_STEP_RELEASE,  // its worker has to stop: as if the attempt had not been
    JOB_STEP_WAIT,     // another process has what it needs: as if the attempt had not been
    JOB_STEP_CANCEL,   // somebody asked for it
    JOB_STEP_COUNT,
};

// False when the step cannot be taken from there.
bool job_state_after(enum job_status from, enum job_step step, enum job_status *out_to);

// Whether nothing follows.
bool job_state_is_final(enum job_status status);
