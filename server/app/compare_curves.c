#include "app/compare_curves.h"

#include "app/backtest_rows.h"
#include "engine/interval.h"

#include <math.h>

enum { ROWS_AT_ONCE = 65536 }; // as they are stored

// The equity of one of them, point by point.
struct curve {
    const struct backtest_row *row;
    enum interval interval;
    struct arena arena;
    struct record_list piece;
    size_t at; // in the piece
    bool is_over;
};

// A bar that all have.
struct common_bar {
    size_t number; // from 0
    int64_t time;  // when that of the first one opens
    double equity[LIMIT_COMPARED_BACKTESTS];
};

typedef void visit_bar(void *context, const struct common_bar *bar);

struct walk {
    struct db_tx *tx;
    struct curve curves[LIMIT_COMPARED_BACKTESTS];
    size_t count;
};

static const struct stored_point *point_of(const struct curve *curve)
{
    return (const struct stored_point *)curve->piece.records + curve->at;
}

static int64_t close_of(const struct curve *curve)
{
    return interval_next(curve->interval, point_of(curve)->time);
}

static enum status read_on(struct db_tx *tx, struct curve *curve, struct error *error)
{
    const size_t first = curve->piece.first + curve->piece.count;
    curve->piece = (struct record_list){
        .part = BACKTEST_EQUITY, .record_bytes = sizeof(struct stored_point), .first = first};
    curve->at = 0;
    arena_reset(&curve->arena);
    TRY(backtest_store_read_rows(tx, curve->row, ROWS_AT_ONCE, &curve->arena, &curve->piece, error));
    curve->is_over = curve->piece.count == 0;
    return STATUS_OK;
}

static enum status step(struct db_tx *tx, struct curve *curve, struct error *error)
{
    curve->at++;
    return curve->at < curve->piece.count ? STATUS_OK : read_on(tx, curve, error);
}

// Whether none is over: all of them then stand on bars that close at the same moment.
static enum status align(struct walk *walk, bool *out_found, struct error *error)
{
    int64_t latest = INT64_MIN;
    size_t agreeing = 0;
    *out_found = false;
    for (size_t i = 0; agreeing < walk->count; i = (i + 1) % walk->count) {
        struct curve *curve = &walk->curves[i];
        while (!curve->is_over && close_of(curve) < latest)
            TRY(step(walk->tx, curve, error));
        if (curve->is_over) return STATUS_OK;
        agreeing = close_of(curve) == latest ? agreeing + 1 : 1;
        latest = close_of(curve);
    }
    *out_found = true;
    return STATUS_OK;
}

static void read_bar(const struct walk *walk, size_t number, struct common_bar *bar)
{
    bar->number = number;
    bar->time = point_of(&walk->curves[0])->time;
    for (size_t k = 0; k < walk->count; k++)
        bar->equity[k] = point_of(&walk->curves[k])->equity;
}

static enum status go(struct walk *walk, visit_bar *visit, void *context, struct error *error)
{
    struct common_bar bar = {0};
    bool is_found;
    for (size_t k = 0; k < walk->count; k++)
        TRY(read_on(walk->tx, &walk->curves[k], error));
    TRY(align(walk, &is_found, error));
    for (size_t number = 0; is_found; number++) {
        read_bar(walk, number, &bar);
        visit(context, &bar);
        for (size_t k = 0; k < walk->count; k++)
            TRY(step(walk->tx, &walk->curves[k], error));
        TRY(align(walk, &is_found, error));
    }
    return STATUS_OK;
}

// From the beginning to the end, once.
static enum status walk_all(struct db_tx *tx, const struct comparison *comparison, visit_bar *visit,
                            void *context, struct error *error)
{
    struct walk walk = {.tx = tx, .count = comparison->count};
    for (size_t k = 0; k < walk.count; k++) {
        struct curve *curve = &walk.curves[k];
        curve->row = &comparison->rows[k];
        curve->interval = INTERVAL_1D;
        (void)interval_parse(comparison->rows[k].interval, &curve->interval);
        arena_init(&curve->arena, SIZE_MAX);
        curve->arena.kept_bytes = ROWS_AT_ONCE * sizeof(struct stored_point) * 2;
    }
    const enum status status = go(&walk, visit, context, error);
    for (size_t k = 0; k < walk.count; k++)
        arena_clear(&walk.curves[k].arena);
    return status;
}

// Means and products of deviations, in one pass (Welford 1962, for several columns).
struct moments {
    size_t columns;
    size_t bar_count;
    struct common_bar last;
    double mean[LIMIT_COMPARED_BACKTESTS];
    double product[LIMIT_COMPARED_BACKTESTS][LIMIT_COMPARED_BACKTESTS];
};

static void add_returns(struct moments *moments, const double *returns, double count)
{
    double before[LIMIT_COMPARED_BACKTESTS];
    for (size_t i = 0; i < moments->columns; i++) {
        before[i] = returns[i] - moments->mean[i];
        moments->mean[i] += before[i] / count;
    }
    for (size_t i = 0; i < moments->columns; i++)
        for (size_t j = 0; j < moments->columns; j++)
            moments->product[i][j] += before[i] * (returns[j] - moments->mean[j]);
}

static void count_bar(void *context, const struct common_bar *bar)
{
    struct moments *moments = context;
    double returns[LIMIT_COMPARED_BACKTESTS] = {0};
    for (size_t k = 0; bar->number > 0 && k < moments->columns; k++) {
        const double last = moments->last.equity[k];
        returns[k] = last > 0 ? bar->equity[k] / last - 1 : 0;
    }
    if (bar->number > 0) add_returns(moments, returns, (double)bar->number);
    moments->last = *bar;
    moments->bar_count++;
}

static void correlate(const struct moments *moments, struct compare_curves *curves)
{
    for (size_t i = 0; i < moments->columns; i++)
        for (size_t j = 0; j < moments->columns; j++) {
            const double scale = sqrt(moments->product[i][i]) * sqrt(moments->product[j][j]);
            const bool is_defined = moments->bar_count > 2 && scale > 0;
            const double value = i == j ? 1 : (moments->product[i][j] + moments->product[j][i]) / 2 / scale;
            curves->correlation[i][j] = is_defined ? fmax(-1, fmin(1, value)) : (double)NAN;
        }
}

// The points that are shown, and what each column begins with.
struct picking {
    struct compare_curves *curves;
    size_t columns;
    size_t next; // point
    double begin[LIMIT_COMPARED_BACKTESTS];
};

// Number of the bar behind a point: the first is the first bar, the last the last.
static size_t bar_of(const struct compare_curves *curves, size_t point)
{
    return curves->point_count > 1 ? point * (curves->common_count - 1) / (curves->point_count - 1) : 0;
}

static void pick_bar(void *context, const struct common_bar *bar)
{
    struct picking *picking = context;
    struct compare_curves *curves = picking->curves;
    for (size_t k = 0; bar->number == 0 && k < picking->columns; k++)
        picking->begin[k] = bar->equity[k];
    if (picking->next == curves->point_count || bar_of(curves, picking->next) != bar->number) return;
    curves->times[picking->next] = bar->time;
    for (size_t k = 0; k < picking->columns; k++)
        curves->equity[k][picking->next] =
            picking->begin[k] > 0 ? bar->equity[k] / picking->begin[k] : (double)NAN;
    picking->next++;
}

enum status compare_curves(struct db_tx *tx, struct comparison *comparison, size_t points,
                           struct arena *arena, struct error *error)
{
    struct compare_curves *curves = &comparison->curves;
    struct moments moments = {.columns = comparison->count};
    struct picking picking = {.curves = curves, .columns = comparison->count};
    TRY(walk_all(tx, comparison, count_bar, &moments, error));
    correlate(&moments, curves);
    curves->common_count = moments.bar_count;
    curves->point_count = moments.bar_count < points ? moments.bar_count : points;
    curves->times = ARENA_ARRAY(arena, int64_t, curves->point_count);
    if (!curves->times) return error_no_memory(error);
    for (size_t k = 0; k < comparison->count; k++) {
        curves->equity[k] = ARENA_ARRAY(arena, double, curves->point_count);
        if (!curves->equity[k]) return error_no_memory(error);
    }
    return walk_all(tx, comparison, pick_bar, &picking, error);
}
