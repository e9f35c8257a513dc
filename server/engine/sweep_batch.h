// The runs of a sweep. What they have in common is made once, and what is cheaper for many at once batch by
// batch; then any thread may run any combination of the batch.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/ground.h"
#include "engine/side_words.h"
#include "engine/sweep.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Owned by the arena that it was made in. It is only read while parts or combinations are run.
struct sweep_batch {
    const struct sweep_input *input;
    struct ground ground;
    size_t most;             // combinations in a batch
    size_t first, count;     // those of this batch
    struct side_range range; // bars whose sides are found
    size_t part_bars;        // of one part
    double (*values)[STRATEGY_PARAMS_MAX];
    const double **sided; // values of those that have sides
    uint64_t **words;     // theirs
    size_t sided_count;
    size_t *places; // of each combination among the sided; SIZE_MAX for none
    uint64_t *store;
};

// What all batches have in common, and room for one. STATUS_NO_MEMORY only.
enum status sweep_batch_make(const struct sweep_input *input, struct arena *arena,
                             struct sweep_batch *out_batch, struct error *error);

// Turns to the combinations from `first` on, up to batch->most of them: batch->count. Answers how many parts
// are to be run before any of them.
size_t sweep_batch_begin(struct sweep_batch *batch, size_t first);

// In any order, by any threads. STATUS_NO_MEMORY only, as below. The arena is reset at the end.
enum status sweep_batch_prepare(const struct sweep_batch *batch, size_t part, struct arena *arena,
                                struct error *error);

// Runs one combination of the batch. The arena is used up to the size of one run and reset.
enum status sweep_batch_run(const struct sweep_batch *batch, size_t combination, struct arena *arena,
                            struct sweep_row *out_row, struct error *error);
