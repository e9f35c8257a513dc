// Sides bit by bit against the lines themselves.
#include "engine/side_words.h"

#include "engine/strategy.h"

#include "unit/engine/series.h"
#include "unit/unit.h"

#include <math.h>

enum { BARS = 4 * SIDE_BARS, SETS = 200 };

static bool bit_of(const uint64_t *words, size_t bar)
{
    return words[bar / SIDE_WORD_BARS] >> bar % SIDE_WORD_BARS & 1;
}

// Two lines that often meet, and differ at times by less than a float can tell.
static void make_lines(uint64_t *random, double *above, double *below)
{
    for (size_t i = 0; i < BARS; i++) {
        below[i] = 100 + (double)(series_random(random) % 4);
        above[i] = 100 + (double)(series_random(random) % 4);
        if (series_random(random) % 8 == 0) above[i] += 1e-12;
    }
    if (series_random(random) % 2) below[series_random(random) % BARS] = 1e300;
    if (series_random(random) % 2) above[series_random(random) % BARS] = (double)NAN;
}

static void the_bit_of_a_bar_says_which_line_is_above(void **state)
{
    (void)state;
    static double above[BARS], below[BARS];
    uint64_t random = 1, words[BARS / SIDE_WORD_BARS];
    for (size_t set = 0; set < SETS; set++) {
        make_lines(&random, above, below);
        side_words_compare(above, below, BARS, words);
        for (size_t i = 0; i < BARS; i++)
            assert_int_equal(bit_of(words, i), above[i] > below[i]);
    }
}

// A group is refused exactly where two of its values are the same float.
static void rounded_values_say_the_same_or_that_they_cannot_tell(void **state)
{
    (void)state;
    static double above[SIDE_BARS], below[SIDE_BARS];
    static float rounded_above[SIDE_BARS], rounded_below[SIDE_BARS];
    uint64_t random = 2, words[SIDE_WORDS];
    size_t refused = 0;
    for (size_t set = 0; set < SETS; set++) {
        bool is_equal = false;
        for (size_t i = 0; i < SIDE_BARS; i++) {
            const double apart = ((double)(series_random(&random) % 4096) - 2047.5) * 1e-7;
            below[i] = 7 * (double)(1 + series_random(&random) % 100);
            above[i] = below[i] * (1 + apart) / 2;
            is_equal |= (float)(above[i] * 2) == (float)below[i];
        }
        side_words_round(above, 2, rounded_above);
        side_words_round(below, 1, rounded_below);
        assert_int_equal(side_words_compare_rounded(rounded_above, rounded_below, words), !is_equal);
        refused += is_equal;
        for (size_t i = 0; i < SIDE_BARS && !is_equal; i++)
            assert_int_equal(bit_of(words, i), above[i] * 2 > below[i]);
    }
    assert_in_range(refused, 1, SETS - 1);
}

static void expect_turns(const uint64_t *words, struct side_range range, size_t from, size_t first,
                         const double *open)
{
    static struct side_turn room[BARS + SIDE_TURNS_SPARE];
    struct side_turns turns = {.turns = room};
    size_t at = 0;
    side_words_turns((struct side_words){.words = words, .from = from}, range, first, open, &turns);
    for (size_t bar = range.from; bar < range.to; bar++) {
        const bool is_above = bit_of(words, bar - from);
        if (is_above == (bar > from && bit_of(words, bar - from - 1))) continue;
        assert_true(at < turns.count);
        assert_int_equal(room[at].bar, bar - first);
        assert_int_equal(room[at].signal, is_above ? SIGNAL_LONG : SIGNAL_SHORT);
        at++;
    }
    assert_int_equal(turns.count, at);
}

static void turns_are_the_bars_of_a_range_on_another_side_than_the_bar_before(void **state)
{
    (void)state;
    static double open[SIDE_BARS + BARS + SIDE_BARS];
    uint64_t random = 3, words[BARS / SIDE_WORD_BARS];
    for (size_t set = 0; set < SETS; set++) {
        for (size_t i = 0; i < BARS / SIDE_WORD_BARS; i++) // few turns in a word, or many
            words[i] = set % 2 ? series_random(&random) : UINT64_MAX << series_random(&random) % 64;
        const size_t from = SIDE_BARS + series_random(&random) % BARS;
        const size_t to = from + series_random(&random) % (SIDE_BARS + BARS - from + 1);
        expect_turns(words, (struct side_range){from, to}, SIDE_BARS, series_random(&random) % (from + 1),
                     open);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bit_of_a_bar_says_which_line_is_above),
        cmocka_unit_test(rounded_values_say_the_same_or_that_they_cannot_tell),
        cmocka_unit_test(turns_are_the_bars_of_a_range_on_another_side_than_the_bar_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
