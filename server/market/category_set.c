#include "market/category_set.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/category_share.h"

#include <stdlib.h>

// The count of owners is the one thing that changes behind the const that users see.
static struct shared_categories *whole_of(const struct category_set *set)
{
    return (struct shared_categories *)(uintptr_t)set;
}

const struct category_set *category_set_retain(const struct category_set *set)
{
    atomic_fetch_add_explicit(&whole_of(set)->owners, 1, memory_order_relaxed);
    return set;
}

size_t category_set_bytes(const struct category_set *set)
{
    const struct shared_categories *shared = whole_of(set);
    return sizeof *shared + shared->arena.used_bytes;
}

void category_set_release(const struct category_set **set)
{
    if (!*set) return;
    struct shared_categories *shared = whole_of(*set);
    *set = NULL;
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) > 1) return;
    arena_clear(&shared->arena);
    free(shared);
}

const struct category *category_set_find(const struct category_set *set, struct str name)
{
    for (size_t i = 0; i < set->category_count; i++)
        if (str_eq_ignore_case(set->categories[i].name, name)) return &set->categories[i];
    return NULL;
}

struct str category_set_spelling(const struct category_set *set, struct str name)
{
    const struct category *category = category_set_find(set, name);
    return category ? category->name : name;
}

bool category_symbol_capitalise(struct str symbol, char capitals[static LIMIT_SYMBOL_BYTES + 1])
{
    if (symbol.len == 0 || symbol.len > LIMIT_SYMBOL_BYTES) return false;
    for (size_t i = 0; i < symbol.len; i++) {
        const char c = symbol.ptr[i];
        capitals[i] = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
    }
    capitals[symbol.len] = '\0';
    return true;
}

bool category_has(const struct category *category, struct str symbol)
{
    char capitals[LIMIT_SYMBOL_BYTES + 1];
    if (!category_symbol_capitalise(symbol, capitals)) return false;
    const struct str wanted = {capitals, symbol.len};
    size_t low = 0, high = category->symbol_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = str_compare(category->symbols[middle], wanted);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

const struct category_entry *category_set_entry(const struct category_set *set, struct str symbol)
{
    char capitals[LIMIT_SYMBOL_BYTES + 1];
    if (!category_symbol_capitalise(symbol, capitals)) return NULL;
    const struct str wanted = {capitals, symbol.len};
    size_t low = 0, high = set->entry_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = str_compare(set->entries[middle].symbol, wanted);
        if (order == 0) return &set->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

// Letters of one word that have to go, come or change to make the other, whatever their case (Levenshtein).
static size_t edit_distance(struct str a, struct str b)
{
    size_t row[LIMIT_CATEGORY_BYTES + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const size_t replaced = diagonal + (small(a.ptr[i - 1]) != small(b.ptr[j - 1]));
            const size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[b.len];
}

static bool is_near(struct str known, struct str name, size_t edits)
{
    const bool begins_so =
        name.len > 0 && name.len < known.len && str_eq_ignore_case(str_slice(known, 0, name.len), name);
    return begins_so || edits <= 1 + name.len / 3;
}

static void add_near(const struct category_set *set, struct str name, struct error *error)
{
    for (size_t edits = 0; edits <= LIMIT_CATEGORY_BYTES; edits++)
        for (size_t i = 0; i < set->category_count; i++) {
            const struct str known = set->categories[i].name;
            if (edit_distance(name, known) == edits && is_near(known, name, edits))
                error_add_near(error, known);
        }
}

enum status category_set_unknown(const struct category_set *set, struct str name, struct error *error)
{
    struct error near = {0};
    if (name.len <= LIMIT_CATEGORY_BYTES) add_near(set, name, &near);
    BUF_SCOPE(list, ERROR_MESSAGE_MAX);
    for (size_t i = 0; i < near.near_count; i++) {
        buf_append_format(&list, "%s%s", i ? ", " : "; did you mean ", near.near[i]);
        if (error) error_add_near(error, str_from_c(near.near[i]));
    }
    if (near.near_count == 0) buf_append_format(&list, "; GET /api/v1/categories lists them");
    return error_set(error, STATUS_NOT_FOUND, "unknown_category", "there is no category %.*s%.*s",
                     STR_ARG(str_prefix(name, 100)), STR_ARG(buf_str(&list)));
}

bool category_text_is_printable(struct str text)
{
    static const char *const odd[] = {"\u2028", "\u2029", "\uFEFF", "\uFFFE", "\uFFFF"};
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const unsigned char next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
        if (c < ' ' || c == 0x7f || (c == 0xc2 && next < 0xa0)) return false;
    }
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (str_contains(text, str_from_c(odd[i]))) return false;
    return true;
}

bool category_name_is_valid(struct str name)
{
    if (name.len == 0 || name.len > LIMIT_CATEGORY_BYTES || !str_is_utf8(name)) return false;
    if (!category_text_is_printable(name) || str_contains(name, STR("/")) || str_contains(name, STR("@")))
        return false;
    return name.ptr[0] != ' ' && name.ptr[name.len - 1] != ' ';
}
