#include "market/ingest/row_list.h"

#include "base/limits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1024 };

static enum status grow(struct row_list *list, struct error *error)
{
    if (list->count >= LIMIT_IMPORT_ROWS)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large", "more than %zu rows",
                         (size_t)LIMIT_IMPORT_ROWS);
    const size_t capacity = list->capacity ? list->capacity * 2 : FIRST_CAPACITY;
    struct candle_row *rows = realloc(list->rows, capacity * sizeof *rows); // bounded: no overflow
    if (!rows) return error_no_memory(error);
    list->rows = rows;
    list->capacity = capacity;
    return STATUS_OK;
}

enum status row_list_add(struct row_list *list, const struct candle_row *row, struct error *error)
{
    if (list->count == list->capacity) TRY(grow(list, error));
    list->rows[list->count++] = *row;
    return STATUS_OK;
}

static int by_time_then_line(const void *left, const void *right)
{
    const struct candle_row *a = left, *b = right;
    if (a->open_time_us != b->open_time_us) return a->open_time_us < b->open_time_us ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

static bool is_ascending(const struct row_list *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (list->rows[i].open_time_us <= list->rows[i - 1].open_time_us) return false;
    return true;
}

static void note_repeat(struct row_repeats *repeats, const struct candle_row *dropped,
                        const struct candle_row *kept)
{
    // absent values are always the same NaN, so bytes compare as values do; the line stands last
    if (memcmp(dropped, kept, offsetof(struct candle_row, line)) == 0) {
        repeats->identical++;
        return;
    }
    if (repeats->conflicting++ == 0) {
        repeats->first_line = dropped->line;
        repeats->second_line = kept->line;
    }
}

void row_list_order(struct row_list *list, struct row_repeats *out_repeats)
{
    *out_repeats = (struct row_repeats){0};
    if (is_ascending(list)) return;
    qsort(list->rows, list->count, sizeof *list->rows, by_time_then_line);
    size_t kept = 0;
    for (size_t i = 1; i < list->count; i++) {
        if (list->rows[i].open_time_us == list->rows[kept].open_time_us)
            note_repeat(out_repeats, &list->rows[kept], &list->rows[i]);
        else
            kept++;
        list->rows[kept] = list->rows[i];
    }
    list->count = kept + 1; // not ascending: there are at least two rows
}

void row_list_done(struct row_list *list)
{
    free(list->rows);
    *list = (struct row_list){0};
}
