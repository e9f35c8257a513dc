// Months that are not published, though days of theirs may be: found by asking for few files. For --freq
// auto.
//
// A month between two that are there has a hole in it: all its days are asked for. At either end, where the
// symbol was listed or taken off, only the day that lies next to what is there is asked for, as a probe;
// where it is there, so are its month's other days, and the next month is probed. Of a symbol without any
// month each one is probed.
#pragma once

#include "base/error.h"
#include "market/download/download_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct download_absent {
    const struct download_plan *plan;
    uint8_t *marks;              // heap, by item of the plan
    struct download_item *items; // heap: days that are to be asked for, in order of their finding
    size_t count, capacity;
};

// STATUS_NO_MEMORY.
enum status download_absent_init(struct download_absent *absent, const struct download_plan *plan,
                                 struct error *error);
void download_absent_done(struct download_absent *absent);

// The month, item `index` of the plan, is not published. Days of a recent one (download_plan_stand_in) are
// asked for at once. STATUS_NO_MEMORY.
enum status download_absent_note(struct download_absent *absent, size_t index, int64_t today,
                                 struct error *error);

// Once every item of the plan has its answer: what is to be asked for of the months noted. STATUS_NO_MEMORY.
enum status download_absent_ask(struct download_absent *absent, struct error *error);

// A probe is there. STATUS_NO_MEMORY.
enum status download_absent_follow(struct download_absent *absent, const struct download_item *probe,
                                   struct error *error);
