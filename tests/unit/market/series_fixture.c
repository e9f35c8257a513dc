#include "unit/market/series_fixture.h"

const struct series *series_of(const struct candle *candles, size_t count, enum interval interval)
{
    SERIES_BUILDER_SCOPE builder = {0};
    const struct series *series;
    for (size_t i = 0; i < count; i++)
        assert_ok(series_builder_append(&builder, candles[i], NULL));
    assert_false(builder.is_unordered);
    assert_ok(series_builder_finish(&builder, &(struct series){.interval = interval, .data_version = 1},
                                    &series, NULL));
    return series;
}

void assert_candle(const struct series *series, size_t i, struct candle expected)
{
    const struct candles *candles = &series->candles;
    assert_true(i < candles->count);
    assert_int_equal(candles->time[i], expected.time);
    assert_true(candles->open[i] == expected.open);
    assert_true(candles->high[i] == expected.high);
    assert_true(candles->low[i] == expected.low);
    assert_true(candles->close[i] == expected.close);
    assert_true(candles->volume[i] == expected.volume);
}
