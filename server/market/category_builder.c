#include "base/limits.h"
#include "market/category_share.h"
#include "market/symbol_name.h"

#include <stdlib.h>

enum { MENTIONS_FIRST = 256, NO_CATEGORY = -1 };

struct mention {
    struct str symbol, base_asset, quote_asset;
    int category; // index in the order of coming, or NO_CATEGORY
    bool needs_review;
};

struct category_builder {
    uint64_t version;
    struct arena scratch;
    struct str names[LIMIT_CATEGORIES];
    size_t name_count;
    struct mention *mentions;
    size_t mention_count, mention_capacity;
};

enum status category_builder_new(uint64_t version, struct category_builder **out_builder, struct error *error)
{
    struct category_builder *builder = calloc(1, sizeof *builder);
    if (!builder) return error_no_memory(error);
    builder->version = version;
    arena_init(&builder->scratch, LIMIT_CATEGORY_SET_BYTES);
    *out_builder = builder;
    return STATUS_OK;
}

void category_builder_free(struct category_builder **builder)
{
    if (!*builder) return;
    arena_clear(&(*builder)->scratch);
    free((*builder)->mentions);
    free(*builder);
    *builder = NULL;
}

static enum status find_or_add(struct category_builder *builder, struct str name, int *out_index,
                               struct error *error)
{
    for (size_t i = 0; i < builder->name_count; i++)
        if (str_eq_ignore_case(builder->names[i], name)) {
            *out_index = (int)i;
            return STATUS_OK;
        }
    if (!category_name_is_valid(name))
        return error_set(
            error, STATUS_INVALID, NULL,
            "\"%.*s\" is no name of a category: 1 to %d bytes without / @ and control characters, "
            "no space at the ends",
            STR_ARG(str_prefix(name, 100)), LIMIT_CATEGORY_BYTES);
    if (builder->name_count == LIMIT_CATEGORIES)
        return error_set(error, STATUS_TOO_LARGE, NULL, "there are more than %d categories",
                         LIMIT_CATEGORIES);
    const struct str copy = str_copy(&builder->scratch, name);
    if (!copy.ptr) return error_no_memory(error);
    *out_index = (int)builder->name_count;
    builder->names[builder->name_count++] = copy;
    return STATUS_OK;
}

enum status category_builder_add(struct category_builder *builder, struct str name, struct error *error)
{
    int index;
    return find_or_add(builder, name, &index, error);
}

static enum status reserve(struct category_builder *builder, struct error *error)
{
    if (builder->mention_count >= LIMIT_CATEGORY_MENTIONS)
        return error_set(error, STATUS_TOO_LARGE, NULL, "more than %d things are said about symbols",
                         LIMIT_CATEGORY_MENTIONS);
    if (builder->mention_count < builder->mention_capacity) return STATUS_OK;
    const size_t capacity = builder->mention_capacity ? builder->mention_capacity * 2 : MENTIONS_FIRST;
    struct mention *grown = reallocarray(builder->mentions, capacity, sizeof *grown);
    if (!grown) return error_no_memory(error);
    builder->mentions = grown;
    builder->mention_capacity = capacity;
    return STATUS_OK;
}

static bool is_symbol(struct str symbol)
{
    for (size_t i = 0; i < symbol.len; i++) {
        const unsigned char c = (unsigned char)symbol.ptr[i];
        if (c <= ' ' || c == 0x7f || c == '/' || c == ':') return false;
    }
    return symbol.len > 0 && symbol.len <= LIMIT_SYMBOL_BYTES && str_is_utf8(symbol);
}

static bool is_asset(struct str asset)
{
    return asset.len == 0 || is_symbol(asset);
}

static enum status check(const struct category_mention *mention, struct error *error)
{
    if (!is_symbol(mention->symbol))
        return error_set(error, STATUS_INVALID, NULL, "\"%.*s\" is no symbol",
                         STR_ARG(str_prefix(mention->symbol, 100)));
    if (!is_asset(mention->base_asset) || !is_asset(mention->quote_asset))
        return error_set(error, STATUS_INVALID, NULL, "the base or quote asset of %.*s is none",
                         STR_ARG(mention->symbol));
    return STATUS_OK;
}

// Most mentions say nothing about assets: no memory for those.
static struct str copy_asset(struct category_builder *builder, struct str asset)
{
    return asset.len ? str_copy(&builder->scratch, asset) : STR("");
}

enum status category_builder_mention(struct category_builder *builder, const struct category_mention *mention,
                                     struct error *error)
{
    char capitals[LIMIT_SYMBOL_BYTES + 1];
    TRY(check(mention, error));
    TRY(reserve(builder, error));
    (void)category_symbol_capitalise(mention->symbol, capitals);
    struct mention made = {
        .symbol = str_copy(&builder->scratch, (struct str){capitals, mention->symbol.len}),
        .base_asset = copy_asset(builder, mention->base_asset),
        .quote_asset = copy_asset(builder, mention->quote_asset),
        .category = NO_CATEGORY,
        .needs_review = mention->needs_review,
    };
    if (!made.symbol.ptr || !made.base_asset.ptr || !made.quote_asset.ptr) return error_no_memory(error);
    if (mention->category.len) TRY(find_or_add(builder, mention->category, &made.category, error));
    builder->mentions[builder->mention_count++] = made;
    return STATUS_OK;
}

struct ranked_name {
    struct str name;
    size_t index; // in the order of coming
};

static int compare_names(const void *a, const void *b)
{
    const struct ranked_name *x = a, *y = b;
    return str_compare(x->name, y->name);
}

static int compare_mentions(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    const int order = str_compare(x->symbol, y->symbol);
    return order ? order : (x->category > y->category) - (x->category < y->category);
}

// Categories in order; mentions then name them by their place in it.
static enum status order_names(struct category_builder *builder, struct category *categories,
                               struct arena *arena, struct error *error)
{
    struct ranked_name ranked[LIMIT_CATEGORIES];
    int place[LIMIT_CATEGORIES];
    for (size_t i = 0; i < builder->name_count; i++)
        ranked[i] = (struct ranked_name){builder->names[i], i};
    if (builder->name_count) qsort(ranked, builder->name_count, sizeof *ranked, compare_names);
    for (size_t i = 0; i < builder->name_count; i++) {
        place[ranked[i].index] = (int)i;
        categories[i].name = str_copy(arena, ranked[i].name);
        if (!categories[i].name.ptr) return error_no_memory(error);
    }
    for (size_t i = 0; i < builder->mention_count; i++)
        if (builder->mentions[i].category != NO_CATEGORY)
            builder->mentions[i].category = place[builder->mentions[i].category];
    return STATUS_OK;
}

static size_t group_end(const struct category_builder *builder, size_t from)
{
    size_t to = from + 1;
    while (to < builder->mention_count &&
           str_eq(builder->mentions[to].symbol, builder->mentions[from].symbol))
        to++;
    return to;
}

// What several mentions say of one symbol.
static enum status make_entry(const struct mention *mentions, size_t count, const struct category *categories,
                              struct arena *arena, struct category_entry *out_entry)
{
    const struct str symbol = str_copy(arena, mentions[0].symbol);
    struct str *names = ARENA_ARRAY(arena, struct str, count);
    if (!symbol.ptr || !names) return STATUS_NO_MEMORY;
    const struct symbol_parts parts = symbol_name_split(symbol);
    struct category_entry entry = {.symbol = symbol,
                                   .base_asset = parts.base_asset,
                                   .quote_asset = parts.quote_asset.len ? parts.quote_asset : STR(""),
                                   .categories = names};
    for (size_t i = 0; i < count; i++) {
        const struct mention *mention = &mentions[i];
        entry.needs_review |= mention->needs_review;
        if (mention->base_asset.len) entry.base_asset = str_copy(arena, mention->base_asset);
        if (mention->quote_asset.len) entry.quote_asset = str_copy(arena, mention->quote_asset);
        if (!entry.base_asset.ptr || !entry.quote_asset.ptr) return STATUS_NO_MEMORY;
        const bool is_again = i > 0 && mention->category == mentions[i - 1].category;
        if (mention->category != NO_CATEGORY && !is_again)
            names[entry.category_count++] = categories[mention->category].name;
    }
    *out_entry = entry;
    return STATUS_OK;
}

static enum status make_entries(struct category_builder *builder, struct category_set *set,
                                struct arena *arena, struct error *error)
{
    struct category_entry *entries = ARENA_ARRAY(arena, struct category_entry, builder->mention_count);
    if (!entries) return error_no_memory(error);
    for (size_t from = 0, to; from < builder->mention_count; from = to) {
        to = group_end(builder, from);
        if (make_entry(&builder->mentions[from], to - from, set->categories, arena,
                       &entries[set->entry_count++]) != STATUS_OK)
            return error_no_memory(error);
    }
    set->entries = entries;
    return STATUS_OK;
}

// Symbols of each category; mentions are in the order of symbols.
static enum status fill(const struct category_builder *builder, struct category *categories,
                        struct arena *arena, struct error *error)
{
    size_t counts[LIMIT_CATEGORIES] = {0};
    struct str *symbols[LIMIT_CATEGORIES] = {0};
    for (size_t i = 0; i < builder->mention_count; i++)
        if (builder->mentions[i].category != NO_CATEGORY) counts[builder->mentions[i].category]++;
    for (size_t i = 0; i < builder->name_count; i++) {
        categories[i].symbols = symbols[i] = ARENA_ARRAY(arena, struct str, counts[i]);
        if (!symbols[i]) return error_no_memory(error);
    }
    for (size_t i = 0; i < builder->mention_count; i++) {
        const struct mention *mention = &builder->mentions[i];
        if (mention->category == NO_CATEGORY) continue;
        struct category *category = &categories[mention->category];
        const size_t count = category->symbol_count;
        if (count && str_eq(symbols[mention->category][count - 1], mention->symbol)) continue;
        symbols[mention->category][category->symbol_count++] = str_copy(arena, mention->symbol);
        if (!symbols[mention->category][count].ptr) return error_no_memory(error);
    }
    return STATUS_OK;
}

static enum status make_set(struct category_builder *builder, struct shared_categories *shared,
                            struct error *error)
{
    struct category *categories = ARENA_ARRAY(&shared->arena, struct category, builder->name_count);
    if (!categories) return error_no_memory(error);
    TRY(order_names(builder, categories, &shared->arena, error));
    if (builder->mention_count)
        qsort(builder->mentions, builder->mention_count, sizeof *builder->mentions, compare_mentions);
    shared->set.version = builder->version;
    shared->set.categories = categories;
    shared->set.category_count = builder->name_count;
    TRY(make_entries(builder, &shared->set, &shared->arena, error));
    return fill(builder, categories, &shared->arena, error);
}

enum status category_builder_finish(struct category_builder *builder, const struct category_set **out_set,
                                    struct error *error)
{
    struct shared_categories *shared = calloc(1, sizeof *shared);
    if (!shared) return error_no_memory(error);
    arena_init(&shared->arena, LIMIT_CATEGORY_SET_BYTES);
    atomic_init(&shared->owners, 1);
    CATEGORY_SET_SCOPE owned = &shared->set;
    TRY(make_set(builder, shared, error));
    *out_set = category_set_retain(owned);
    return STATUS_OK;
}
