// One line that tells how far a long work is: redrawn in place on a terminal, a plain line now and then
// elsewhere.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out;
    bool is_terminal;
    bool is_quiet;
    bool is_drawn; // a line stands on the terminal
    int64_t started_us;
    int64_t shown_us;
};

// Where the work stands. Effort (bytes, steps) decides the percentage and the time left; units are what is
// counted.
struct progress_state {
    int64_t effort_done, effort_total;
    size_t items_done, items_total;
    const char *items_name; // "files"
    int64_t units_done;
    const char *units_name; // "rows"
};

void progress_start(struct progress *progress, FILE *out, bool is_quiet);
void progress_show(struct progress *progress, const struct progress_state *state);

// Takes the line off the terminal, before something else is printed and at the end.
void progress_clear(struct progress *progress);

double progress_elapsed_s(const struct progress *progress);
