#include "cli/export_choice.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/ingest/series_name.h"
#include "market/market.h"

#include <string.h>
#include <sys/stat.h>

enum { US_PER_S = 1000000, INTERVALS_TEXT_BYTES = 256 };

static enum status refuse_interval(const struct symbol_info *info, enum interval interval,
                                   struct error *error)
{
    BUF_SCOPE(stored, INTERVALS_TEXT_BYTES);
    for (size_t i = 0; i < info->interval_count; i++)
        buf_append_format(&stored, "%s%s", i > 0 ? ", " : "", interval_name(info->intervals[i].interval));
    return error_set(error, STATUS_NOT_FOUND, "no_candles", "%.*s has no candles of %s stored; it has %.*s",
                     STR_ARG(info->symbol), interval_name(interval), STR_ARG(buf_str(&stored)));
}

// Times lie evenly between the first and the last: near enough for a percentage.
static int64_t likely_rows(const struct stored_interval *stored, const struct export_wish *wish)
{
    const int64_t from = wish->from_us / US_PER_S, until = wish->until_us / US_PER_S;
    const int64_t first = from > stored->first ? from : stored->first;
    const int64_t last = until < stored->last ? until : stored->last;
    const int64_t span = stored->last - stored->first;
    if (last < first) return 0;
    return span > 0 ? (int64_t)((double)stored->count * (double)(last - first) / (double)span) : 1;
}

// Symbols that differ in the case of letters only are one file, and in a database of another tool one series.
static bool is_chosen(const struct export_choice *choice, struct str symbol)
{
    for (size_t i = 0; i < choice->count; i++)
        if (str_eq_ignore_case(choice->series[i].symbol, symbol)) return true;
    return false;
}

static void choose(struct export_choice *choice, const struct symbol_info *info,
                   const struct stored_interval *stored, const struct export_wish *wish)
{
    choice->series[choice->count++] =
        (struct export_series){.symbol = info->symbol, .likely_rows = likely_rows(stored, wish)};
}

static enum status choose_all(const struct export_wish *wish, const struct catalog *catalog,
                              struct arena *arena, struct export_choice *choice, struct error *error)
{
    choice->series = ARENA_ARRAY(arena, struct export_series, catalog->symbol_count + 1);
    if (!choice->series) return error_no_memory(error);
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        const struct symbol_info *info = &catalog->symbols[i];
        const struct stored_interval *stored = symbol_info_interval(info, wish->interval);
        if (stored && !is_chosen(choice, info->symbol)) choose(choice, info, stored, wish);
    }
    if (choice->count > 0) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, "no_candles", "no candles of %s are stored",
                     interval_name(wish->interval));
}

static enum status choose_named(const struct export_wish *wish, const struct catalog *catalog,
                                struct arena *arena, struct export_choice *choice, struct error *error)
{
    struct str rest = wish->symbols, part;
    choice->series = ARENA_ARRAY(arena, struct export_series, wish->symbols.len + 1);
    if (!choice->series) return error_no_memory(error);
    while (str_split(&rest, ',', &part)) {
        const struct symbol_info *info = NULL;
        TRY(market_find_stored(catalog, str_trim(part), &info, error));
        const struct stored_interval *stored = symbol_info_interval(info, wish->interval);
        if (!stored) return refuse_interval(info, wish->interval, error);
        if (!is_chosen(choice, info->symbol)) choose(choice, info, stored, wish);
    }
    return STATUS_OK;
}

static bool names_folder(const char *out)
{
    struct stat found;
    const size_t len = strlen(out);
    return (len > 0 && out[len - 1] == '/') || (stat(out, &found) == 0 && S_ISDIR(found.st_mode));
}

static enum status settle_format(const struct export_wish *wish, const char *file,
                                 struct export_choice *choice, struct error *error)
{
    const enum ingest_kind kind = file ? ingest_kind(str_from_c(file)) : INGEST_OTHER;
    choice->format = wish->has_format     ? wish->format
                     : kind == INGEST_CSV ? EXPORT_CSV
                     : choice->is_stream  ? EXPORT_CSV
                                          : EXPORT_PARQUET;
    if (choice->is_stream && choice->format != EXPORT_CSV)
        return error_set(error, STATUS_INVALID, NULL, "standard output takes CSV");
    const enum ingest_kind expected = choice->format == EXPORT_CSV ? INGEST_CSV : INGEST_PARQUET;
    if (kind == INGEST_OTHER || kind == expected) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "%.200s would hold %s; name it .%s", file,
                     export_format_name(choice->format), export_format_name(choice->format));
}

static enum status name_in_folder(const struct export_wish *wish, struct arena *arena,
                                  struct export_choice *choice, struct error *error)
{
    const struct str folder = wish->out ? str_from_c(wish->out) : STR("");
    const bool has_slash = folder.len == 0 || folder.ptr[folder.len - 1] == '/';
    choice->folder = wish->out;
    for (size_t i = 0; i < choice->count; i++) {
        char symbol[LIMIT_SYMBOL_BYTES + 1];
        struct export_series *series = &choice->series[i];
        if (!symbol_copy(series->symbol, symbol))
            return error_set(error, STATUS_INVALID, NULL, "\"%.*s\" can be no file's name",
                             STR_ARG(str_prefix(series->symbol, LIMIT_SYMBOL_BYTES)));
        const struct str path =
            str_format(arena, "%.*s%s%s-%s.%s", STR_ARG(folder), has_slash ? "" : "/", symbol,
                       interval_name(wish->interval), export_format_name(choice->format));
        series->path = path.ptr ? str_copy_c(arena, path) : NULL;
        if (!series->path) return error_no_memory(error);
    }
    return STATUS_OK;
}

static enum status settle_places(const struct export_wish *wish, struct arena *arena,
                                 struct export_choice *choice, struct error *error)
{
    choice->is_stream = wish->out && strcmp(wish->out, "-") == 0;
    const bool is_file = wish->out && !choice->is_stream && choice->count == 1 && !names_folder(wish->out);
    TRY(settle_format(wish, is_file ? wish->out : NULL, choice, error));
    if (choice->is_stream && choice->count > 1)
        return error_set(error, STATUS_INVALID, NULL, "standard output takes one series, not %zu",
                         choice->count);
    if (is_file || choice->is_stream) {
        choice->series[0].path = wish->out;
        return STATUS_OK;
    }
    return name_in_folder(wish, arena, choice, error);
}

enum status export_choice_make(const struct export_wish *wish, const struct catalog *catalog,
                               struct arena *arena, struct export_choice *out_choice, struct error *error)
{
    struct export_choice choice = {0};
    TRY(wish->symbols.ptr ? choose_named(wish, catalog, arena, &choice, error)
                          : choose_all(wish, catalog, arena, &choice, error));
    TRY(settle_places(wish, arena, &choice, error));
    *out_choice = choice;
    return STATUS_OK;
}
