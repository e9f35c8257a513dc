#include "engine/strategies/cross.h"

#include "engine/vector.h"

// As if none were within the slack; answers how many are.
VECTORISED static size_t find_clear(const double *restrict differences, const double *restrict slacks,
                                    size_t count, uint8_t *restrict above)
{
    size_t unclear = 0;
    for (size_t i = 0; i < count; i++)
        unclear += !((differences[i] > slacks[i]) | (differences[i] < -slacks[i]));
    for (size_t i = 0; i < count; i++)
        above[i] = differences[i] > slacks[i];
    return unclear;
}

void cross_sides(const double *differences, const double *slacks, size_t count, uint8_t *above)
{
    if (find_clear(differences, slacks, count, above + 1) == 0) return;
    for (size_t i = 0; i < count; i++)
        above[i + 1] = (differences[i] > slacks[i]) | (above[i] & !(differences[i] < -slacks[i]));
}
