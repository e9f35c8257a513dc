#include "market/demo/demo_random.h"
#include "market/demo/demo_walk.h"

#include <math.h>
#include <stdlib.h>

// Mean and deviation of a day in hundredths of a percent. After the last one they begin anew.
static const struct {
    int days;
    int drift_bp;
    int deviation_bp;
} regimes[] = {
    {120, 60, 350}, {70, -80, 480}, {120, 55, 300},  {240, -45, 320}, {200, 0, 200},  {200, 35, 250},
    {150, 3, 180},  {150, 40, 260}, {120, -35, 300}, {180, 0, 170},   {200, 25, 220}, {100, -30, 280},
};

static void make_day(struct demo_random *random, size_t regime, struct demo_hour *hours)
{
    const double drift = regimes[regime].drift_bp / 1e4 / DEMO_HOURS_A_DAY;
    const double deviation = regimes[regime].deviation_bp / 1e4 / sqrt(DEMO_HOURS_A_DAY);
    for (size_t hour = 0; hour < DEMO_HOURS_A_DAY; hour++)
        hours[hour] = (struct demo_hour){.move = drift + deviation * demo_random_normal(random),
                                         .deviation = deviation};
}

enum status demo_climate_make(int64_t end_day, struct demo_climate *out_climate, struct error *error)
{
    const size_t day_count = (size_t)(end_day - DEMO_FIRST_DAY);
    struct demo_hour *hours = calloc(day_count * DEMO_HOURS_A_DAY, sizeof *hours);
    if (!hours) return error_no_memory(error);
    struct demo_random random = demo_random_named("climate");
    size_t regime = 0;
    int day_of_regime = 0;
    for (size_t day = 0; day < day_count; day++) {
        make_day(&random, regime, hours + day * DEMO_HOURS_A_DAY);
        if (++day_of_regime < regimes[regime].days) continue;
        day_of_regime = 0;
        regime = (regime + 1) % (sizeof regimes / sizeof regimes[0]);
    }
    *out_climate = (struct demo_climate){.hours = hours, .hour_count = day_count * DEMO_HOURS_A_DAY};
    return STATUS_OK;
}

void demo_climate_done(struct demo_climate *climate)
{
    free(climate->hours);
    *climate = (struct demo_climate){0};
}
