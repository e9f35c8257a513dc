// A verification as JSON: the schema Verification of the API, in answers and as the result of a job.
#pragma once

#include "app/verify.h"
#include "base/arena.h"

// ptr NULL on lack of memory. Owned by the arena.
struct str verify_json(const struct verification *verification, struct arena *arena);
