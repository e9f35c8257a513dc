#include "engine/scorecard_assets.h"

#include "engine/ground.h"
#include "engine/vector.h"

struct findings {
    size_t breaks;
    size_t odd; // opens that nothing can be bought at
};

// Counts rather than branches, so that it vectorises.
VECTORISED static struct findings look_at(const double *restrict open, const double *restrict close,
                                          size_t count, double factor)
{
    struct findings found = {.odd = count > 0 && !(open[0] > 0)};
    for (size_t i = 1; i < count; i++) {
        found.breaks += ground_is_break(close[i - 1], open[i], factor);
        found.odd += !(open[i] > 0);
    }
    return found;
}

// Answers how many assets a series has.
static size_t cut(const struct candles *candles, size_t breaks, double factor, struct scorecard_asset *out)
{
    const uint32_t count = (uint32_t)candles->count;
    size_t assets = 0;
    uint32_t start = 0;
    if (count == 0) return 0;
    for (uint32_t i = 1; i < count && assets < breaks; i++) {
        if (!ground_is_break(candles->close[i - 1], candles->open[i], factor)) continue;
        out[assets++] = (struct scorecard_asset){.start = start, .end = i};
        start = i;
    }
    out[assets++] = (struct scorecard_asset){.start = start, .end = count};
    return assets;
}

enum status scorecard_assets_find(const struct candles *series, size_t series_count, double max_gap_factor,
                                  struct arena *arena, struct scorecard_assets *out_assets)
{
    struct findings *found = ARENA_ARRAY(arena, struct findings, series_count);
    struct scorecard_assets assets = {.firsts = ARENA_ARRAY(arena, size_t, series_count + 1),
                                      .are_plain = ARENA_ARRAY(arena, bool, series_count)};
    size_t most = series_count;
    if (!found || !assets.firsts || !assets.are_plain) return STATUS_NO_MEMORY;
    for (size_t s = 0; s < series_count; s++) {
        found[s] = look_at(series[s].open, series[s].close, series[s].count, max_gap_factor);
        assets.are_plain[s] = found[s].breaks == 0 && found[s].odd == 0;
        most += found[s].breaks;
    }
    assets.items = arena_alloc_raw(arena, most, sizeof *assets.items);
    if (!assets.items) return STATUS_NO_MEMORY;
    for (size_t s = 0; s < series_count; s++)
        assets.firsts[s + 1] = assets.firsts[s] + cut(&series[s], found[s].breaks, max_gap_factor,
                                                      assets.items + assets.firsts[s]);
    *out_assets = assets;
    return STATUS_OK;
}
