#include "market/repair.h"

#include "base/datetime.h"

enum { S_PER_DAY = 86400 };

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && c != '_' && c != '-' && c != '.' && (unsigned char)c < 0x80) return false;
    }
    return true;
}

// In single quotes; one inside ends them, stands for itself, and begins them again.
static struct str quote(struct str text, struct arena *arena)
{
    struct str quoted = STR("'");
    struct str part;
    for (bool is_first = true; str_split(&text, '\'', &part); is_first = false)
        quoted = str_format(arena, "%.*s%s%.*s", STR_ARG(quoted), is_first ? "" : "'\\''", STR_ARG(part));
    return str_format(arena, "%.*s'", STR_ARG(quoted));
}

static struct civil_date day_of(int64_t time)
{
    return datetime_civil_from_days(interval_floor(INTERVAL_1D, time) / S_PER_DAY);
}

struct str repair_command(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena)
{
    const char *bar = interval_name(interval);
    const struct civil_date from = day_of(gap->start), to = day_of(gap->end - 1);
    struct str path = str_format(arena, "data/spot/monthly/klines/%.*s/%s", STR_ARG(symbol), bar);
    if (from.year == to.year && from.month == to.month)
        path = str_format(arena, "%.*s/%.*s-%s-%04lld-%02d.zip", STR_ARG(path), STR_ARG(symbol), bar,
                          (long long)from.year, from.month);
    if (!is_plain(symbol)) path = quote(path, arena);
    return str_format(arena, "tlab import %.*s", STR_ARG(path));
}
