#include "cli/progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <unistd.h>

enum { BAR_CELLS = 24, LINE_EVERY_US = 5000000, US_PER_S = 1000000 };

void progress_start(struct progress *progress, FILE *out, bool is_quiet)
{
    const int64_t now_us = clock_monotonic_us();
    *progress = (struct progress){.out = out,
                                  .is_terminal = isatty(fileno(out)) == 1,
                                  .is_quiet = is_quiet,
                                  .started_us = now_us,
                                  .shown_us = now_us};
}

double progress_elapsed_s(const struct progress *progress)
{
    return (double)(clock_monotonic_us() - progress->started_us) / US_PER_S;
}

static double fraction_of(const struct progress_state *state)
{
    if (state->effort_total <= 0) return 1;
    const double fraction = (double)state->effort_done / (double)state->effort_total;
    return fraction > 1 ? 1 : fraction;
}

static void print_bar(FILE *out, double fraction)
{
    char cells[BAR_CELLS + 1];
    for (int i = 0; i < BAR_CELLS; i++)
        cells[i] = i < (int)(fraction * BAR_CELLS) ? '#' : '-';
    cells[BAR_CELLS] = '\0';
    fprintf(out, "\r\x1b[K[%s] ", cells);
}

static void print_rate(FILE *out, const struct progress_state *state, double elapsed_s)
{
    const double rate = elapsed_s > 0 ? (double)state->units_done / elapsed_s : 0;
    if (rate >= 1e6)
        fprintf(out, ", %.2f M %s/s", rate / 1e6, state->units_name);
    else
        fprintf(out, ", %.0f %s/s", rate, state->units_name);
}

static void print_left(FILE *out, double fraction, double elapsed_s)
{
    if (fraction <= 0 || fraction >= 1) return;
    const int64_t left_s = (int64_t)(elapsed_s * (1 - fraction) / fraction + 0.5);
    fprintf(out, ", %" PRId64 ":%02" PRId64 " left", left_s / 60, left_s % 60);
}

void progress_show(struct progress *progress, const struct progress_state *state)
{
    const int64_t now_us = clock_monotonic_us();
    const bool is_due = progress->is_terminal || now_us - progress->shown_us >= LINE_EVERY_US;
    if (progress->is_quiet || !is_due) return;
    progress->shown_us = now_us;
    const double fraction = fraction_of(state);
    if (progress->is_terminal) print_bar(progress->out, fraction);
    fprintf(progress->out, "%3.0f %%, %zu of %zu %s", fraction * 100, state->items_done, state->items_total,
            state->items_name);
    print_rate(progress->out, state, progress_elapsed_s(progress));
    print_left(progress->out, fraction, progress_elapsed_s(progress));
    if (!progress->is_terminal) fputc('\n', progress->out);
    progress->is_drawn = progress->is_terminal;
    fflush(progress->out);
}

void progress_clear(struct progress *progress)
{
    if (!progress->is_drawn) return;
    fputs("\r\x1b[K", progress->out);
    progress->is_drawn = false;
}
