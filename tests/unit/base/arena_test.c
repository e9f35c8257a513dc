#include "check.h"

#include "base/arena.h"

enum { BOUND = 1 << 20 };

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, BOUND);
    for (size_t size = 0; size < 6000; size += 37) {
        const unsigned char *bytes = arena_alloc(&arena, size, 1);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % (size >= 4096 ? 64 : 16), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        if (size) memset((void *)(uintptr_t)bytes, 0xAA, size);
    }
}

static void allocations_do_not_overlap(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, BOUND);
    unsigned char *parts[100];
    for (size_t i = 0; i < 100; i++) {
        parts[i] = arena_alloc(&arena, 1000, 1);
        assert_non_null(parts[i]);
        memset(parts[i], (int)i, 1000);
    }
    for (size_t i = 0; i < 100; i++)
        for (size_t at = 0; at < 1000; at++)
            assert_int_equal(parts[i][at], i);
}

static void products_that_overflow_are_refused(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, SIZE_MAX);
    assert_null(arena_alloc(&arena, SIZE_MAX, 2));
    assert_null(arena_alloc(&arena, SIZE_MAX / 2 + 1, 2));
    assert_null(arena_alloc(&arena, SIZE_MAX, 1));
    assert_non_null(arena_alloc(&arena, 1, 1));
}

static void the_bound_holds_over_all_blocks(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, BOUND);
    size_t given = 0;
    while (arena_alloc(&arena, 1000, 1))
        given += 1000;
    assert_in_range(given, BOUND * 9 / 10, BOUND);
    assert_in_range(arena.used_bytes, given, BOUND);
    assert_null(arena_alloc(&arena, BOUND, 1));
}

static void the_whole_bound_can_be_had_at_once(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 256);
    assert_non_null(arena_alloc(&arena, 256, 1));
    assert_null(arena_alloc(&arena, 1, 1));
}

static void an_empty_allocation_is_a_valid_pointer(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, BOUND);
    assert_non_null(arena_alloc(&arena, 0, 8));
    assert_non_null(arena_alloc_raw(&arena, 8, 0));
}

static void clearing_gives_everything_back(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, BOUND);
    assert_non_null(arena_alloc(&arena, BOUND - 64, 1));
    arena_clear(&arena);
    assert_int_equal(arena.used_bytes, 0);
    assert_non_null(arena_alloc(&arena, BOUND - 64, 1));
    arena_clear(&arena);
    arena_clear(&arena);
}

static void a_reset_keeps_a_small_block_and_frees_a_large_one(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16 * BOUND);
    arena_reset(&arena);
    void *first = arena_alloc(&arena, 100, 1);
    arena_reset(&arena);
    assert_true(arena.used_bytes > 0);
    assert_ptr_equal(arena_alloc(&arena, 100, 1), first);
    assert_non_null(arena_alloc(&arena, 4 * BOUND, 1));
    arena_reset(&arena);
    assert_int_equal(arena.used_bytes, 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(allocations_do_not_overlap),
        cmocka_unit_test(products_that_overflow_are_refused),
        cmocka_unit_test(the_bound_holds_over_all_blocks),
        cmocka_unit_test(the_whole_bound_can_be_had_at_once),
        cmocka_unit_test(an_empty_allocation_is_a_valid_pointer),
        cmocka_unit_test(clearing_gives_everything_back),
        cmocka_unit_test(a_reset_keeps_a_small_block_and_frees_a_large_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
