#include "unit/unit.h"

#include "market/watch.h"

#include <stdatomic.h>

enum { AN_HOUR_MS = 3600000 };

static void count(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

static void it_looks_when_it_is_asked_to(void **state)
{
    (void)state;
    atomic_int looks = 0;
    struct watch *watch;
    assert_ok(watch_start(AN_HOUR_MS, count, &looks, &watch, NULL));
    watch_look_now(watch);
    const int before = atomic_load(&looks);
    assert_true(before >= 1);
    watch_look_now(watch);
    assert_int_equal(atomic_load(&looks), before + 1);
    watch_stop(watch);
    assert_int_equal(atomic_load(&looks), before + 1);
}

static void it_looks_again_and_again(void **state)
{
    (void)state;
    atomic_int looks = 0;
    struct watch *watch;
    assert_ok(watch_start(1, count, &looks, &watch, NULL));
    while (atomic_load(&looks) < 5)
        ;
    watch_stop(watch);
    watch_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_when_it_is_asked_to),
        cmocka_unit_test(it_looks_again_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
