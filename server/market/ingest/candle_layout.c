#include "market/ingest/candle_layout.h"

#include <stdio.h>

enum { REQUIRED_FIELDS = CANDLE_VOLUME + 1, STORED_FIELDS = CANDLE_TAKER_BUY_QUOTE + 1, NAMES_MAX = 10 };

// Known names in lower case with "_" for what separates words, the better ones first.
static const struct {
    const char *label;
    const char *names[NAMES_MAX];
} fields[CANDLE_FIELD_COUNT] = {
    [CANDLE_OPEN_TIME] = {"open time",
                          {"open_time", "opentime", "timestamp", "time", "unix", "ts", "datetime", "date"}},
    [CANDLE_OPEN] = {"open", {"open", "open_price", "o"}},
    [CANDLE_HIGH] = {"high", {"high", "high_price", "h"}},
    [CANDLE_LOW] = {"low", {"low", "low_price", "l"}},
    [CANDLE_CLOSE] = {"close", {"close", "close_price", "c"}},
    [CANDLE_VOLUME] = {"volume", {"volume", "base_volume", "base_asset_volume", "vol", "v"}},
    [CANDLE_CLOSE_TIME] = {"close time", {"close_time", "closetime"}},
    [CANDLE_QUOTE_VOLUME] = {"quote volume", {"quote_volume", "quote_asset_volume", "quotevolume"}},
    [CANDLE_TRADES] = {"trades",
                       {"trades", "number_of_trades", "num_trades", "trade_count", "tradecount", "count"}},
    [CANDLE_TAKER_BUY_BASE] = {"taker buy volume",
                               {"taker_buy_base", "taker_buy_volume", "taker_buy_base_volume",
                                "taker_buy_base_asset_volume"}},
    [CANDLE_TAKER_BUY_QUOTE] = {"taker buy quote volume",
                                {"taker_buy_quote", "taker_buy_quote_volume",
                                 "taker_buy_quote_asset_volume"}},
    [CANDLE_SYMBOL] = {"symbol", {"symbol", "pair"}},
};

const struct candle_number candle_numbers[CANDLE_NUMBER_COUNT] = {
    {CANDLE_OPEN, true, offsetof(struct candle_row, open)},
    {CANDLE_HIGH, true, offsetof(struct candle_row, high)},
    {CANDLE_LOW, true, offsetof(struct candle_row, low)},
    {CANDLE_CLOSE, true, offsetof(struct candle_row, close)},
    {CANDLE_VOLUME, true, offsetof(struct candle_row, volume)},
    {CANDLE_QUOTE_VOLUME, false, offsetof(struct candle_row, quote_volume)},
    {CANDLE_TAKER_BUY_BASE, false, offsetof(struct candle_row, taker_buy_base)},
    {CANDLE_TAKER_BUY_QUOTE, false, offsetof(struct candle_row, taker_buy_quote)},
};

const char *candle_field_name(enum candle_field field)
{
    return fields[field].label;
}

static char normal(char c)
{
    if (c == ' ' || c == '-') return '_';
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool name_is(struct str name, const char *known)
{
    const struct str trimmed = str_trim(name);
    if (trimmed.len != strlen(known)) return false;
    for (size_t i = 0; i < trimmed.len; i++)
        if (normal(trimmed.ptr[i]) != known[i]) return false;
    return true;
}

static int find_column(enum candle_field field, const struct str *names, size_t count)
{
    for (const char *const *known = fields[field].names; *known; known++)
        for (size_t column = 0; column < count; column++)
            if (name_is(names[column], *known)) return (int)column;
    return CANDLE_LAYOUT_ABSENT;
}

bool candle_layout_is_header(const struct str *names, size_t count)
{
    return find_column(CANDLE_OPEN_TIME, names, count) != CANDLE_LAYOUT_ABSENT;
}

enum status candle_layout_by_names(const struct str *names, size_t count, struct candle_layout *out_layout,
                                   struct error *error)
{
    struct candle_layout layout = {.column_count = count};
    if (count > CANDLE_LAYOUT_MAX_COLUMNS)
        return error_set(error, STATUS_INVALID, NULL, "%zu columns; at most %d are read", count,
                         CANDLE_LAYOUT_MAX_COLUMNS);
    for (int field = 0; field < CANDLE_FIELD_COUNT; field++) {
        layout.column_of[field] = find_column((enum candle_field)field, names, count);
        if (field < REQUIRED_FIELDS && layout.column_of[field] == CANDLE_LAYOUT_ABSENT)
            return error_set(error, STATUS_INVALID, NULL, "no column is named \"%s\"",
                             fields[field].names[0]);
    }
    *out_layout = layout;
    return STATUS_OK;
}

enum status candle_layout_by_position(size_t count, struct candle_layout *out_layout, struct error *error)
{
    if (count != STORED_FIELDS + 1 && count != STORED_FIELDS && count != REQUIRED_FIELDS)
        return error_set(
            error, STATUS_INVALID, NULL,
            "%zu columns and no header; expected 12, 11 or 6, or a header with open_time, open, high, "
            "low, close, volume",
            count);
    struct candle_layout layout = {.column_count = count};
    for (int field = 0; field < CANDLE_FIELD_COUNT; field++)
        layout.column_of[field] =
            field < STORED_FIELDS && (size_t)field < count ? field : CANDLE_LAYOUT_ABSENT;
    *out_layout = layout;
    return STATUS_OK;
}

enum status candle_layout_from_text(struct str text, struct candle_layout *out_layout, struct error *error)
{
    struct str names[CANDLE_LAYOUT_MAX_COLUMNS], name;
    size_t count = 0;
    while (str_split(&text, ',', &name)) {
        if (count == CANDLE_LAYOUT_MAX_COLUMNS)
            return error_set(error, STATUS_INVALID, NULL, "more than %d columns", CANDLE_LAYOUT_MAX_COLUMNS);
        bool is_known = str_eq(str_trim(name), STR("-"));
        for (int field = 0; field < CANDLE_FIELD_COUNT && !is_known; field++)
            is_known = find_column((enum candle_field)field, &name, 1) == 0;
        if (!is_known) return error_set(error, STATUS_INVALID, NULL, "\"%.*s\" is no column", STR_ARG(name));
        names[count++] = name;
    }
    return candle_layout_by_names(names, count, out_layout, error);
}

struct str candle_layout_absent(const struct candle_layout *layout,
                                char buffer[static CANDLE_LAYOUT_ABSENT_TEXT])
{
    size_t len = 0;
    for (int field = REQUIRED_FIELDS; field < STORED_FIELDS; field++) {
        if (layout->column_of[field] != CANDLE_LAYOUT_ABSENT) continue;
        const int added = snprintf(buffer + len, CANDLE_LAYOUT_ABSENT_TEXT - len, "%s%s", len ? ", " : "",
                                   fields[field].label);
        len += (size_t)added; // all five together fit
    }
    return (struct str){.ptr = buffer, .len = len};
}
