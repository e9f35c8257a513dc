#include "market/download/download_archive.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"

#include <stdio.h>

enum { PERIOD_MAX = 32, DAY_S = 86400, DAY_BYTES = 10, MONTH_BYTES = 7 };

static const char *const asset_names[] = {"spot", "um", "cm"};
static const char *const asset_folders[] = {"spot", "futures/um", "futures/cm"};

bool download_asset_parse(struct str text, enum download_asset *out_asset)
{
    for (int asset = DOWNLOAD_SPOT; asset <= DOWNLOAD_CM; asset++) {
        if (!str_eq_ignore_case(text, str_from_c(asset_names[asset])) &&
            !str_eq_ignore_case(text, str_from_c(asset_folders[asset])))
            continue;
        *out_asset = (enum download_asset)asset;
        return true;
    }
    return false;
}

const char *download_asset_name(enum download_asset asset)
{
    return asset_names[asset];
}

// "2024-01" or "2024-01-31".
static struct str put_period(const struct download_archive *archive, char buffer[static PERIOD_MAX])
{
    const struct civil_date date = datetime_civil_from_days(archive->first_day);
    const int len =
        archive->is_monthly
            ? snprintf(buffer, PERIOD_MAX, "%04lld-%02d", (long long)date.year, date.month)
            : snprintf(buffer, PERIOD_MAX, "%04lld-%02d-%02d", (long long)date.year, date.month, date.day);
    return (struct str){.ptr = buffer, .len = (size_t)len};
}

static struct str path_of(const struct download_archive *archive, struct str symbol, struct arena *arena)
{
    char buffer[PERIOD_MAX];
    const struct str period = put_period(archive, buffer);
    const char *interval = interval_name(archive->interval);
    return str_format(arena, "data/%s/%s/klines/%.*s/%s/%.*s-%s-%.*s.zip", asset_folders[archive->asset],
                      archive->is_monthly ? "monthly" : "daily", STR_ARG(symbol), interval, STR_ARG(symbol),
                      interval, STR_ARG(period));
}

struct str download_archive_path(const struct download_archive *archive, struct arena *arena)
{
    return path_of(archive, archive->symbol, arena);
}

// RFC 3986, 2.3: what stands in a URL as it is.
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static struct str escape(struct str text, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.ptr[i]))
            buf_append_char(&buf, text.ptr[i]);
        else
            buf_append_format(&buf, "%%%02X", (unsigned)(unsigned char)text.ptr[i]);
    }
    return buf_copy(&buf, arena);
}

struct str download_archive_url(const struct download_archive *archive, struct str base_url,
                                struct arena *arena)
{
    const struct str path = path_of(archive, escape(archive->symbol, arena), arena);
    const bool has_slash = str_ends_with(base_url, STR("/"));
    return str_format(arena, "%.*s%s%.*s", STR_ARG(base_url), has_slash ? "" : "/", STR_ARG(path));
}

static bool parse_day(struct str text, int64_t *out_day)
{
    int64_t time_us;
    if (text.len != DAY_BYTES || !datetime_parse_us(text, &time_us)) return false;
    *out_day = time_us / ((int64_t)DAY_S * 1000000);
    return true;
}

bool download_archive_period(struct str file_name, struct str symbol, enum interval interval,
                             bool *out_is_monthly, int64_t *out_first_day)
{
    char prefix[LIMIT_SYMBOL_BYTES + 16], day[DAY_BYTES + 1];
    const int len = snprintf(prefix, sizeof prefix, "%.*s-%s-", STR_ARG(symbol), interval_name(interval));
    if (!str_starts_with(file_name, (struct str){prefix, (size_t)len})) return false;
    const struct str rest = str_slice(file_name, (size_t)len, file_name.len);
    const struct str period = str_slice(rest, 0, str_find(rest, '.'));
    *out_is_monthly = period.len == MONTH_BYTES;
    if (!*out_is_monthly) return parse_day(period, out_first_day);
    (void)snprintf(day, sizeof day, "%.*s-01", STR_ARG(period));
    return parse_day(str_from_c(day), out_first_day);
}

bool download_interval_has_daily(enum interval interval)
{
    return interval <= INTERVAL_1D;
}

int64_t download_month_first(int64_t day)
{
    const struct civil_date date = datetime_civil_from_days(day);
    return day - (date.day - 1);
}

int64_t download_month_next(int64_t day)
{
    const struct civil_date date = datetime_civil_from_days(day);
    return date.month == 12 ? datetime_days_from_civil(date.year + 1, 1, 1)
                            : datetime_days_from_civil(date.year, date.month + 1, 1);
}
