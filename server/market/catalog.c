#include "market/catalog.h"

#include "base/limits.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

struct shared_catalog {
    struct catalog catalog; // first: a pointer to it is a pointer to the whole
    atomic_size_t owners;
    struct arena arena;
};

enum status catalog_new(struct catalog **out_catalog, struct arena **out_arena, struct error *error)
{
    struct shared_catalog *shared = calloc(1, sizeof *shared);
    if (!shared) return error_no_memory(error);
    arena_init(&shared->arena, LIMIT_CATALOG_BYTES);
    atomic_init(&shared->owners, 1);
    *out_catalog = &shared->catalog;
    *out_arena = &shared->arena;
    return STATUS_OK;
}

// The count of owners is the one thing that changes behind the const that users see.
static struct shared_catalog *whole_of(const struct catalog *catalog)
{
    return (struct shared_catalog *)(uintptr_t)catalog;
}

const struct catalog *catalog_retain(const struct catalog *catalog)
{
    atomic_fetch_add_explicit(&whole_of(catalog)->owners, 1, memory_order_relaxed);
    return catalog;
}

void catalog_release(const struct catalog **catalog)
{
    if (!*catalog) return;
    struct shared_catalog *shared = whole_of(*catalog);
    *catalog = NULL;
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) > 1) return;
    arena_clear(&shared->arena);
    free(shared);
}

static const struct symbol_info *find_exact(const struct catalog *catalog, struct str symbol)
{
    size_t low = 0, high = catalog->symbol_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = str_compare(catalog->symbols[middle].symbol, symbol);
        if (order == 0) return &catalog->symbols[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct symbol_info *catalog_find(const struct catalog *catalog, struct str symbol)
{
    const struct symbol_info *info = find_exact(catalog, symbol);
    for (size_t i = 0; !info && i < catalog->symbol_count; i++)
        if (str_eq_ignore_case(catalog->symbols[i].symbol, symbol)) info = &catalog->symbols[i];
    return info;
}

void symbol_info_tell_missing(const struct symbol_info *info, enum interval interval, struct buf *buf)
{
    buf_append_format(buf, "%.*s has no candles of %s, nor of an interval that divides it; stored: ",
                      STR_ARG(info->symbol), interval_name(interval));
    for (size_t i = 0; i < info->interval_count; i++)
        buf_append_format(buf, "%s%s", i ? ", " : "", interval_name(info->intervals[i].interval));
}

const struct stored_interval *symbol_info_interval(const struct symbol_info *info, enum interval interval)
{
    for (size_t i = 0; i < info->interval_count; i++)
        if (info->intervals[i].interval == interval) return &info->intervals[i];
    return NULL;
}

bool symbol_info_offers(const struct symbol_info *info, enum interval interval)
{
    for (size_t i = 0; i < info->interval_count; i++) {
        const enum interval stored = info->intervals[i].interval;
        if (stored == interval || interval_divides(stored, interval)) return true;
    }
    return false;
}

const struct stored_interval *symbol_info_source(const struct symbol_info *info, enum interval interval)
{
    const struct stored_interval *source = symbol_info_interval(info, interval);
    if (source) return source;
    for (size_t i = 0; i < info->interval_count; i++) // they ascend
        if (interval_divides(info->intervals[i].interval, interval)) source = &info->intervals[i];
    return source;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// Insertions, deletions, replacements and swaps of neighbours that make one text of the other, in bytes
// (Damerau, optimal string alignment). Both at most LIMIT_SYMBOL_BYTES long.
static unsigned edit_distance(struct str a, struct str b)
{
    unsigned rows[3][LIMIT_SYMBOL_BYTES + 1] = {0};
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (unsigned j = 0; j <= b.len; j++)
        above[j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            const unsigned replaced = above[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            row[j] = smaller(replaced, smaller(above[j], row[j - 1]) + 1);
            const bool is_swap =
                i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
            if (is_swap) row[j] = smaller(row[j], before[j - 2] + 1);
        }
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b.len];
}

// Smaller is nearer; UINT_MAX is not near at all.
static unsigned remoteness(const struct symbol_info *info, struct str name)
{
    enum {
        SAME_ASSET = 0,
        SAME_START = 1000,
        FEW_EDITS = 2000,
        PART = 3000,
        PER_EDIT = 100,
        OTHER_QUOTE = 50
    };
    const struct str symbol = info->symbol;
    const unsigned quote = str_eq(info->quote_asset, STR("USDT")) ? 0 : OTHER_QUOTE;
    if (symbol.len > LIMIT_SYMBOL_BYTES || name.len > LIMIT_SYMBOL_BYTES) return UINT_MAX;
    const unsigned longer = symbol.len > name.len ? (unsigned)(symbol.len - name.len) : 0;
    if (str_eq(info->base_asset, name)) return SAME_ASSET + longer + quote;
    if (name.len > 1 && str_starts_with(symbol, name)) return SAME_START + longer + quote;
    const unsigned edits = edit_distance(symbol, name);
    if (edits <= 1 + name.len / 4 && edits < name.len) return FEW_EDITS + edits * PER_EDIT + quote;
    if (name.len > 1 && str_contains(symbol, name)) return PART + longer + quote;
    return UINT_MAX;
}

void catalog_add_near(const struct catalog *catalog, struct str name, struct error *error)
{
    struct {
        unsigned remoteness;
        struct str symbol;
    } best[ERROR_NEAR_MAX];
    size_t count = 0;
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        const unsigned here = remoteness(&catalog->symbols[i], name);
        if (here == UINT_MAX) continue;
        size_t at = count;
        while (at > 0 && best[at - 1].remoteness > here)
            at--;
        if (at == ERROR_NEAR_MAX) continue;
        count += count < ERROR_NEAR_MAX;
        memmove(&best[at + 1], &best[at], (count - at - 1) * sizeof best[0]);
        best[at].remoteness = here;
        best[at].symbol = catalog->symbols[i].symbol;
    }
    for (size_t i = 0; i < count; i++)
        error_add_near(error, best[i].symbol);
}

enum status catalog_unknown(const struct catalog *catalog, struct str name, const struct symbol_info *meant,
                            struct error *error)
{
    struct error near = {0};
    BUF_SCOPE(list, ERROR_MESSAGE_MAX);
    if (meant)
        error_add_near(&near, meant->symbol);
    else
        catalog_add_near(catalog, name, &near);
    for (size_t i = 0; i < near.near_count; i++) {
        buf_append_format(&list, "%s%s", i ? ", " : "; did you mean ", near.near[i]);
        error_add_near(error, str_from_c(near.near[i]));
    }
    return error_set(error, STATUS_NOT_FOUND, "unknown_symbol", "there is no symbol %.*s%.*s", STR_ARG(name),
                     STR_ARG(buf_str(&list)));
}
