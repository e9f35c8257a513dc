#include "market/repair.h"

#include "base/datetime.h"
#include "market/download/download_archive.h"

enum { S_PER_DAY = 86400 };

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && c != '_' && c != '-' && c != '.' && c != '/' && (unsigned char)c < 0x80)
            return false;
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

static struct str for_shell(struct str text, struct arena *arena)
{
    return is_plain(text) ? text : quote(text, arena);
}

static int64_t day_of(int64_t time)
{
    return interval_floor(INTERVAL_1D, time) / S_PER_DAY;
}

struct str repair_command(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena)
{
    char from[DATETIME_TEXT_MAX], to[DATETIME_TEXT_MAX];
    (void)datetime_format_date(day_of(gap->start) * S_PER_DAY, from);
    (void)datetime_format_date(day_of(gap->end - 1) * S_PER_DAY, to);
    return str_format(arena, "tlab download --symbols %.*s --interval %s --from %.10s --to %.10s --recheck",
                      STR_ARG(for_shell(symbol, arena)), interval_name(interval), from, to);
}

struct str repair_archive(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena)
{
    const int64_t month = download_month_first(day_of(gap->start));
    const struct download_archive archive = {.asset = DOWNLOAD_SPOT,
                                             .symbol = symbol,
                                             .interval = interval,
                                             .is_monthly = true,
                                             .first_day = month};
    if (download_month_first(day_of(gap->end - 1)) != month) return (struct str){0};
    const struct str path = download_archive_path(&archive, arena);
    return path.ptr ? str_format(arena, "data/%.*s", STR_ARG(path)) : path;
}

struct str repair_import_command(struct str path, struct arena *arena)
{
    return str_format(arena, "tlab import %.*s", STR_ARG(for_shell(path, arena)));
}
