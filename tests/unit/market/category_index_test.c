#include "market/category_index.h"

#include "unit/market/series_fixture.h"

#include <math.h>
#include <stdlib.h>

enum { DAY = 86400 };

static const struct series *index_of(const struct series *const *members, size_t count)
{
    const struct series description = {
        .interval = INTERVAL_1D, .data_version = 3, .categories_version = 5, .name = "CAT:X"};
    const struct series *index = NULL;
    assert_ok(category_index(members, count, &description, &index, NULL));
    return index;
}

static void assert_near(double actual, double expected)
{
    if (fabs(actual - expected) > 1e-9 * fabs(expected)) fail_msg("%.17g is not %.17g", actual, expected);
}

static void assert_bar(const struct series *index, size_t i, struct candle expected, uint32_t members)
{
    const struct candles *candles = &index->candles;
    assert_int_equal(candles->time[i], expected.time);
    assert_near(candles->open[i], expected.open);
    assert_near(candles->high[i], expected.high);
    assert_near(candles->low[i], expected.low);
    assert_near(candles->close[i], expected.close);
    assert_int_equal(index->member_counts[i], members);
}

static void members_weigh_the_same_whatever_their_price(void **state)
{
    (void)state;
    SERIES_SCOPE dear = SERIES_OF(INTERVAL_1D, {0, 1000, 1000, 1000, 1000, 1},
                                  {DAY, 1000, 1300, 900, 1200, 1}, {2 * DAY, 1200, 1200, 600, 600, 1});
    SERIES_SCOPE cheap = SERIES_OF(INTERVAL_1D, {0, 1, 1, 1, 2, 1}, {DAY, 2, 2.2, 1.6, 1.6, 1},
                                   {2 * DAY, 1.6, 2.4, 1.6, 2.4, 1});
    const struct series *const members[] = {dear, cheap};
    SERIES_SCOPE index = index_of(members, 2);
    assert_int_equal(index->candles.count, 3);
    assert_bar(index, 0, (struct candle){0, 100, 100, 100, 100, 0}, 0);
    assert_bar(index, 1, (struct candle){DAY, 100, 120, 85, 100, 0}, 2);
    assert_bar(index, 2, (struct candle){2 * DAY, 100, 125, 75, 100, 0}, 2);
    assert_true(index->candles.volume[1] == 0);
    assert_int_equal(index->data_version, 3);
    assert_int_equal(index->categories_version, 5);
}

static void members_come_and_go_with_their_data(void **state)
{
    (void)state;
    SERIES_SCOPE stays = SERIES_OF(INTERVAL_1D, {0, 10, 10, 10, 10, 1}, {DAY, 10, 11, 10, 11, 1},
                                   {2 * DAY, 11, 11, 11, 11, 1}, {4 * DAY, 22, 22, 22, 22, 1});
    SERIES_SCOPE ends = SERIES_OF(INTERVAL_1D, {0, 10, 10, 10, 10, 1}, {DAY, 10, 10, 5, 5, 1});
    SERIES_SCOPE begins = SERIES_OF(INTERVAL_1D, {DAY, 7, 7, 7, 7, 1}, {2 * DAY, 7, 14, 7, 14, 1},
                                    {3 * DAY, 14, 14, 14, 14, 1});
    const struct series *const members[] = {stays, ends, begins};
    SERIES_SCOPE index = index_of(members, 3);
    assert_int_equal(index->candles.count, 5);
    assert_near(index->candles.close[1], 100 * (1.1 + 0.5) / 2); // the newcomer has no candle before
    assert_int_equal(index->member_counts[1], 2);
    assert_near(index->candles.close[2], 80 * (1 + 2.0) / 2); // the one that ended lost what it lost
    assert_int_equal(index->member_counts[2], 2);
    assert_int_equal(index->member_counts[3], 1);
    assert_bar(index, 4, (struct candle){4 * DAY, 120, 120, 120, 120, 0},
               0); // nobody was there the bar before
}

static void breaks_of_a_coin_are_no_profit(void **state)
{
    (void)state;
    SERIES_SCOPE flat =
        SERIES_OF(INTERVAL_1D, {0, 1, 1, 1, 1, 1}, {DAY, 1, 1, 1, 1, 1}, {2 * DAY, 1, 1, 1, 1, 1});
    SERIES_SCOPE renamed = SERIES_OF(INTERVAL_1D, {0, 0.001, 0.001, 0.001, 0.001, 1}, {DAY, 1, 1, 1, 1, 1},
                                     {2 * DAY, 1, 1.5, 1, 1.5, 1});
    SERIES_SCOPE split =
        SERIES_OF(INTERVAL_1D, {0, 500, 500, 500, 500, 1}, {DAY, 5, 5, 5, 5, 1}, {2 * DAY, 5, 5, 5, 5, 1});
    const struct series *const members[] = {flat, renamed, split};
    SERIES_SCOPE index = index_of(members, 3);
    assert_bar(index, 1, (struct candle){DAY, 100, 100, 100, 100, 0}, 1);
    assert_bar(index, 2, (struct candle){2 * DAY, 100, 100 * 3.5 / 3, 100, 100 * 3.5 / 3, 0}, 3);
}

static void a_crash_within_a_bar_is_a_loss(void **state)
{
    (void)state;
    SERIES_SCOPE crashed = SERIES_OF(INTERVAL_1D, {0, 17, 17, 17, 17, 1}, {DAY, 17, 17, 0.9, 1, 1});
    const struct series *const members[] = {crashed};
    SERIES_SCOPE index = index_of(members, 1);
    assert_near(index->candles.close[1], 100 / 17.0);
}

static void prices_that_are_no_numbers_leave_a_member_out(void **state)
{
    (void)state;
    SERIES_SCOPE sound = SERIES_OF(INTERVAL_1D, {0, 1, 1, 1, 1, 1}, {DAY, 1, 2, 1, 2, 1});
    SERIES_SCOPE zero = SERIES_OF(INTERVAL_1D, {0, 1, 1, 0, 0, 1}, {DAY, 1, 1, 1, 1, 1});
    SERIES_SCOPE odd = SERIES_OF(INTERVAL_1D, {0, 1, 1, 1, 1, 1}, {DAY, 1, (double)NAN, 1, 1, 1});
    const struct series *const members[] = {sound, zero, odd};
    SERIES_SCOPE index = index_of(members, 3);
    assert_bar(index, 1, (struct candle){DAY, 100, 200, 100, 200, 0}, 1);
}

static void nothing_makes_nothing(void **state)
{
    (void)state;
    SERIES_SCOPE empty = series_of(NULL, 0, INTERVAL_1D);
    const struct series *const members[] = {empty};
    SERIES_SCOPE none = index_of(NULL, 0);
    SERIES_SCOPE index = index_of(members, 1);
    assert_int_equal(none->candles.count, 0);
    assert_int_equal(index->candles.count, 0);
}

// ---- against the definition, taken literally

enum { MEMBERS = 9, BARS = 120 };

static const struct candle *candle_of(const struct series *series, int64_t time, struct candle *out)
{
    const struct candles *c = &series->candles;
    for (size_t i = 0; i < c->count; i++)
        if (c->time[i] == time) {
            *out = (struct candle){c->time[i], c->open[i], c->high[i], c->low[i], c->close[i], c->volume[i]};
            return out;
        }
    return NULL;
}

static bool anybody_has(const struct series *const *members, int64_t time)
{
    struct candle candle;
    for (size_t i = 0; i < MEMBERS; i++)
        if (candle_of(members[i], time, &candle)) return true;
    return false;
}

// Mean over members of what `pick` takes of the candle, divided by the close before; how many there were.
static size_t mean_of(const struct series *const *members, int64_t before, int64_t time, size_t pick,
                      double *out_mean)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        struct candle last, here;
        if (!candle_of(members[i], before, &last) || !candle_of(members[i], time, &here)) continue;
        if (here.open > 10 * last.close || here.open < last.close / 10) continue;
        const double values[] = {here.open, here.high, here.low, here.close};
        sum += values[pick] / last.close;
        count++;
    }
    *out_mean = sum / (double)count;
    return count;
}

// In [0, 1): a linear congruential generator, so that every run sees the same members.
static double uniform(uint64_t *random)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (double)(*random >> 11) / 9007199254740992.0;
}

static const struct series *random_member(uint64_t *random)
{
    struct candle candles[BARS];
    size_t count = 0;
    double price = exp(10 * uniform(random) - 5);
    for (int64_t day = 0; day < BARS; day++) {
        const double open = price * (uniform(random) < 0.02 ? 1000 : 0.98 + 0.04 * uniform(random));
        const double close = open * (0.9 + 0.2 * uniform(random));
        price = close;
        if (uniform(random) < 0.15) continue; // a gap
        candles[count++] =
            (struct candle){day * DAY, open, fmax(open, close) * 1.02, fmin(open, close) * 0.97, close, 1};
    }
    return series_of(candles, count, INTERVAL_1D);
}

static void assert_is_as_defined(const struct series *const *members, const struct series *index)
{
    double close = 100;
    int64_t before = -1;
    size_t bar = 0;
    for (int64_t time = 0; time < BARS * DAY; time += DAY) {
        if (!anybody_has(members, time)) continue;
        double mean[4];
        size_t count = 0;
        for (size_t k = 0; k < 4 && before >= 0; k++)
            count = mean_of(members, before, time, k, &mean[k]);
        for (size_t k = 0; k < 4 && count == 0; k++)
            mean[k] = 1;
        const double open = close * mean[0], high = close * mean[1], low = close * mean[2];
        close *= mean[3];
        assert_bar(index, bar++,
                   (struct candle){time, open, fmax(high, fmax(open, close)), fmin(low, fmin(open, close)),
                                   close, 0},
                   (uint32_t)count);
        before = time;
    }
    assert_int_equal(index->candles.count, bar);
}

static void an_index_is_what_its_definition_says(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t random = seed;
        const struct series *members[MEMBERS];
        for (size_t i = 0; i < MEMBERS; i++)
            members[i] = random_member(&random);
        SERIES_SCOPE index = index_of(members, MEMBERS);
        assert_is_as_defined(members, index);
        for (size_t i = 0; i < index->candles.count; i++) {
            assert_true(index->candles.high[i] >= fmax(index->candles.open[i], index->candles.close[i]));
            assert_true(index->candles.low[i] <= fmin(index->candles.open[i], index->candles.close[i]));
        }
        for (size_t i = 0; i < MEMBERS; i++)
            series_release(&members[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_weigh_the_same_whatever_their_price),
        cmocka_unit_test(members_come_and_go_with_their_data),
        cmocka_unit_test(breaks_of_a_coin_are_no_profit),
        cmocka_unit_test(a_crash_within_a_bar_is_a_loss),
        cmocka_unit_test(prices_that_are_no_numbers_leave_a_member_out),
        cmocka_unit_test(nothing_makes_nothing),
        cmocka_unit_test(an_index_is_what_its_definition_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
