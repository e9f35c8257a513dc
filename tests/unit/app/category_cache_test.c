// The cache of versions keeps what was read, within its bounds, and hands out what others still own.
#include "unit/unit.h"

#include "app/category_cache.h"
#include "base/limits.h"
#include "market/category_file.h"

static const struct category_set *set_of(uint64_t version)
{
    const struct category_set *set = NULL;
    assert_int_equal(category_text_read(STR("categories: {A: [BTCUSDT]}"), version, &set, NULL), STATUS_OK);
    return set;
}

static struct category_cache *cache_of(size_t max_bytes)
{
    struct category_cache *cache = NULL;
    assert_int_equal(category_cache_new(max_bytes, &cache, NULL), STATUS_OK);
    return cache;
}

static void put(struct category_cache *cache, struct str set_id, int64_t version)
{
    CATEGORY_SET_SCOPE set = set_of((uint64_t)version);
    category_cache_put(cache, set_id, version, set);
}

static bool has(struct category_cache *cache, struct str set_id, int64_t version)
{
    CATEGORY_SET_SCOPE set = category_cache_get(cache, set_id, version);
    if (set) assert_int_equal(set->version, version);
    return set != NULL;
}

static void a_version_is_found_by_its_set_and_its_number(void **state)
{
    (void)state;
    struct category_cache *cache = cache_of(MIB);
    put(cache, STR("one"), 1);
    put(cache, STR("one"), 2);
    put(cache, STR("two"), 1);
    assert_true(has(cache, STR("one"), 1));
    assert_true(has(cache, STR("one"), 2));
    assert_true(has(cache, STR("two"), 1));
    assert_false(has(cache, STR("two"), 2));
    assert_false(has(cache, STR("on"), 1));
    category_cache_free(cache);
}

static void what_is_here_stays_the_object_it_is(void **state)
{
    (void)state;
    struct category_cache *cache = cache_of(MIB);
    CATEGORY_SET_SCOPE first = set_of(1);
    category_cache_put(cache, STR("one"), 1, first);
    put(cache, STR("one"), 1); // two threads read it at the same time
    CATEGORY_SET_SCOPE found = category_cache_get(cache, STR("one"), 1);
    assert_ptr_equal(found, first);
    category_cache_free(cache);
    assert_non_null(category_set_find(found, STR("a"))); // lives on
}

static void of_too_many_the_least_recently_used_goes(void **state)
{
    (void)state;
    struct category_cache *cache = cache_of(64 * MIB);
    for (int64_t i = 1; i <= LIMIT_CATEGORY_CACHE_SETS; i++)
        put(cache, STR("one"), i);
    assert_true(has(cache, STR("one"), 1));
    put(cache, STR("two"), 1);
    assert_true(has(cache, STR("one"), 1));
    assert_false(has(cache, STR("one"), 2));
    assert_true(has(cache, STR("one"), LIMIT_CATEGORY_CACHE_SETS));
    assert_true(has(cache, STR("two"), 1));
    category_cache_free(cache);
}

static void its_bytes_are_bounded(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = set_of(1);
    const size_t bytes = category_set_bytes(set);
    assert_true(bytes > 100);
    struct category_cache *cache = cache_of(2 * bytes);
    put(cache, STR("one"), 1);
    put(cache, STR("one"), 2);
    put(cache, STR("one"), 3);
    assert_false(has(cache, STR("one"), 1));
    assert_true(has(cache, STR("one"), 2));
    assert_true(has(cache, STR("one"), 3));
    put(cache, STR("one"), 3); // again: it takes no room
    assert_true(has(cache, STR("one"), 2));
    category_cache_free(cache);
    struct category_cache *small = cache_of(bytes - 1);
    put(small, STR("one"), 1);
    assert_false(has(small, STR("one"), 1));
    category_cache_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_found_by_its_set_and_its_number),
        cmocka_unit_test(what_is_here_stays_the_object_it_is),
        cmocka_unit_test(of_too_many_the_least_recently_used_goes),
        cmocka_unit_test(its_bytes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
