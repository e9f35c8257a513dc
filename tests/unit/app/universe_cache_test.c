// The cache of universes keeps what was put side by side, within its bounds, and never hands out another
// series' prices.
#include "unit/unit.h"

#include "app/universe_cache.h"
#include "base/limits.h"
#include "unit/market/series_fixture.h"

#include <math.h>
#include <pthread.h>

enum { HOUR = 3600, THREADS = 4 };

static const struct universe_range always = {INT64_MIN, INT64_MAX};

static const struct series *series_from(int64_t hour, double price)
{
    return SERIES_OF(INTERVAL_1H, {hour * HOUR, price, price, price, price + 1, 1},
                     {(hour + 1) * HOUR, price + 1, price + 1, price + 1, price + 2, 1});
}

// Two series, one of which begins an hour later.
struct pair {
    const struct series *items[2];
    struct series_list list;
};

static void make_pair(struct pair *pair, double price)
{
    pair->items[0] = series_from(0, price);
    pair->items[1] = series_from(1, 10 * price);
    pair->list = (struct series_list){.items = pair->items, .count = 2};
}

static void release_pair(struct pair *pair)
{
    series_release(&pair->items[0]);
    series_release(&pair->items[1]);
}

static struct universe_cache *cache_of(size_t max_bytes)
{
    struct universe_cache *cache = NULL;
    assert_ok(universe_cache_new(max_bytes, &cache, NULL));
    return cache;
}

static const struct shared_universe *get(struct universe_cache *cache, const struct pair *pair,
                                         struct universe_range range)
{
    const struct shared_universe *shared = NULL;
    assert_ok(universe_cache_get(cache, &pair->list, range, &shared, NULL));
    return shared;
}

// Asks for it and lets go of it: only the cache may own it afterwards.
static const void *touch(struct universe_cache *cache, const struct pair *pair, struct universe_range range)
{
    const struct shared_universe *shared = get(cache, pair, range);
    const void *place = shared;
    shared_universe_release(&shared);
    return place;
}

static void prices_stand_side_by_side_and_outlive_the_series(void **state)
{
    (void)state;
    struct pair pair;
    struct universe universe;
    make_pair(&pair, 5);
    const struct shared_universe *shared = get(NULL, &pair, always);
    assert_null(shared_universe_calendar(shared).open);
    assert_int_equal(shared_universe_calendar(shared).bar_count, 3);
    assert_ok(shared_universe_prices(shared, &pair.list, &universe, NULL));
    release_pair(&pair);
    const double open[] = {5, (double)NAN, 6, 50, (double)NAN, 51};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(universe.time[i / 2], (int64_t)(i / 2) * HOUR);
        assert_true(universe.open[i] == open[i] || (isnan(universe.open[i]) && isnan(open[i])));
    }
    shared_universe_release(&shared);
    shared_universe_release(&shared);
}

static void the_same_candles_are_the_same_universe(void **state)
{
    (void)state;
    struct universe_cache *cache = cache_of(MIB);
    struct pair pair;
    struct universe first, again;
    make_pair(&pair, 5);
    const struct shared_universe *one = get(cache, &pair, always), *other = get(cache, &pair, always);
    assert_ptr_equal(one, other);
    assert_ok(shared_universe_prices(one, &pair.list, &first, NULL));
    assert_ok(shared_universe_prices(other, &pair.list, &again, NULL));
    assert_ptr_equal(first.close, again.close);
    shared_universe_release(&one);
    universe_cache_free(cache);
    assert_true(again.close[0] == 6); // lives on
    shared_universe_release(&other);
    release_pair(&pair);
}

static void other_series_and_other_ranges_are_other_universes(void **state)
{
    (void)state;
    struct universe_cache *cache = cache_of(MIB);
    struct pair pair, anew;
    make_pair(&pair, 5);
    make_pair(&anew, 5); // the same candles, read once more
    const struct shared_universe *all = get(cache, &pair, always);
    const struct shared_universe *late = get(cache, &pair, (struct universe_range){HOUR, INT64_MAX});
    const struct shared_universe *early = get(cache, &pair, (struct universe_range){INT64_MIN, HOUR});
    const struct shared_universe *other = get(cache, &anew, always);
    const struct pair swapped = {.items = {pair.items[1], pair.items[0]}};
    const struct series_list turned = {.items = (const struct series **)(uintptr_t)swapped.items, .count = 2};
    const struct series_list first = {.items = pair.items, .count = 1};
    const struct shared_universe *another = NULL, *alone = NULL;
    assert_ok(universe_cache_get(cache, &turned, always, &another, NULL));
    assert_ok(universe_cache_get(cache, &first, always, &alone, NULL));
    const struct shared_universe *found[] = {all, late, early, other, another, alone};
    const size_t bars[] = {3, 2, 1, 3, 3, 2};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(shared_universe_calendar(found[i]).bar_count, bars[i]);
        for (size_t k = 0; k < i; k++)
            assert_ptr_not_equal(found[i], found[k]);
    }
    for (size_t i = 0; i < 6; i++)
        shared_universe_release(&found[i]);
    universe_cache_free(cache);
    release_pair(&pair);
    release_pair(&anew);
}

static void the_least_recently_used_goes_first(void **state)
{
    (void)state;
    struct universe_cache *cache = cache_of(MIB);
    struct pair pair;
    make_pair(&pair, 5);
    const struct shared_universe *first = get(cache, &pair, (struct universe_range){0, INT64_MAX});
    const struct shared_universe *second = get(cache, &pair, (struct universe_range){1, INT64_MAX});
    for (int64_t i = 2; i <= LIMIT_UNIVERSE_CACHE; i++) {
        assert_ptr_equal(touch(cache, &pair, (struct universe_range){0, INT64_MAX}), first);
        (void)touch(cache, &pair, (struct universe_range){i, INT64_MAX});
    }
    assert_ptr_equal(touch(cache, &pair, (struct universe_range){0, INT64_MAX}), first);
    assert_ptr_not_equal(touch(cache, &pair, (struct universe_range){1, INT64_MAX}), second);
    shared_universe_release(&first);
    shared_universe_release(&second);
    universe_cache_free(cache);
    release_pair(&pair);
}

// A universe of two symbols and three bars takes more than their six opens and closes.
static void what_is_larger_than_the_cache_is_not_kept(void **state)
{
    (void)state;
    struct universe_cache *cache = cache_of(2 * 6 * sizeof(double));
    struct pair pair;
    make_pair(&pair, 5);
    const struct shared_universe *first = get(cache, &pair, always), *again = get(cache, &pair, always);
    assert_ptr_not_equal(first, again);
    shared_universe_release(&first);
    shared_universe_release(&again);
    universe_cache_free(cache);
    release_pair(&pair);
}

static void older_ones_make_room(void **state)
{
    (void)state;
    struct universe_cache *cache = cache_of(500); // for one of them, not for two
    struct pair pair;
    make_pair(&pair, 5);
    const struct shared_universe *first = get(cache, &pair, always);
    assert_ptr_equal(touch(cache, &pair, always), first);
    (void)touch(cache, &pair, (struct universe_range){0, INT64_MAX});
    assert_ptr_not_equal(touch(cache, &pair, always), first);
    shared_universe_release(&first);
    universe_cache_free(cache);
    release_pair(&pair);
}

struct race {
    struct universe_cache *cache;
    struct pair pair;
};

static void *take_part(void *context)
{
    struct race *race = context;
    for (int64_t i = 0; i < 200; i++) {
        struct universe universe;
        const struct universe_range range = {-(i % 20), INT64_MAX};
        const struct shared_universe *shared = NULL;
        if (universe_cache_get(race->cache, &race->pair.list, range, &shared, NULL) != STATUS_OK ||
            shared_universe_prices(shared, &race->pair.list, &universe, NULL) != STATUS_OK ||
            universe.close[3] != 51)
            return race;
        shared_universe_release(&shared);
    }
    return NULL;
}

static void threads_share_it(void **state)
{
    (void)state;
    struct race race = {.cache = cache_of(MIB)};
    pthread_t threads[THREADS];
    make_pair(&race.pair, 5);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_part, &race), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = &race;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    universe_cache_free(race.cache);
    release_pair(&race.pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_stand_side_by_side_and_outlive_the_series),
        cmocka_unit_test(the_same_candles_are_the_same_universe),
        cmocka_unit_test(other_series_and_other_ranges_are_other_universes),
        cmocka_unit_test(the_least_recently_used_goes_first),
        cmocka_unit_test(what_is_larger_than_the_cache_is_not_kept),
        cmocka_unit_test(older_ones_make_room),
        cmocka_unit_test(threads_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
