#include "market/category_generate.h"

#include "market/category_rules.h"
#include "market/symbol_name.h"

static bool is_categorized(const struct category_entry *entry)
{
    for (size_t i = 0; i < entry->category_count; i++)
        if (!str_eq_ignore_case(entry->categories[i], STR(CATEGORY_NONE))) return true;
    return false;
}

// Whether nobody has said anything about it yet but these rules, which did not know it.
static bool is_open(const struct category_entry *entry)
{
    return !entry || (entry->needs_review && !is_categorized(entry));
}

static enum status put_in(struct category_builder *builder, struct category_mention mention,
                          const struct str *categories, size_t count, struct error *error)
{
    TRY(category_builder_mention(builder, &mention, error));
    for (size_t i = 0; i < count; i++) {
        mention.category = categories[i];
        TRY(category_builder_mention(builder, &mention, error));
    }
    return STATUS_OK;
}

// The base asset is what the file before says, where it speaks of the symbol at all.
static enum status put_by_rules(struct category_builder *builder, struct str symbol,
                                const struct category_entry *before, struct error *error)
{
    struct str names[CATEGORY_RULES_MAX] = {STR(CATEGORY_NONE)};
    const struct symbol_parts parts = symbol_name_split(symbol);
    struct category_mention mention = {
        .symbol = symbol, .base_asset = parts.base_asset, .quote_asset = parts.quote_asset};
    if (before) {
        mention.base_asset = before->base_asset;
        mention.quote_asset = before->quote_asset;
    }
    const size_t count = category_rules_find(mention.base_asset, names);
    mention.needs_review = count == 0;
    return put_in(builder, mention, names, count ? count : 1, error);
}

static enum status put_before(struct category_builder *builder, const struct category_entry *entry,
                              struct error *error)
{
    const struct category_mention mention = {.symbol = entry->symbol,
                                             .base_asset = entry->base_asset,
                                             .quote_asset = entry->quote_asset,
                                             .needs_review = entry->needs_review};
    return put_in(builder, mention, entry->categories, entry->category_count, error);
}

static enum status put_all_before(struct category_builder *builder, const struct category_set *before,
                                  struct error *error)
{
    for (size_t i = 0; i < before->category_count; i++)
        if (!str_eq_ignore_case(before->categories[i].name, STR(CATEGORY_NONE)))
            TRY(category_builder_add(builder, before->categories[i].name, error));
    for (size_t i = 0; i < before->entry_count; i++) {
        const struct category_entry *entry = &before->entries[i];
        if (is_open(entry))
            TRY(put_by_rules(builder, entry->symbol, entry, error));
        else
            TRY(put_before(builder, entry, error));
    }
    return STATUS_OK;
}

enum status category_generate(const struct str *symbols, size_t count, const struct category_set *before,
                              const struct category_set **out_set, struct error *error)
{
    CATEGORY_BUILDER_SCOPE builder = NULL;
    TRY(category_builder_new(before ? before->version + 1 : 1, &builder, error));
    if (before) TRY(put_all_before(builder, before, error));
    for (size_t i = 0; i < count; i++)
        if (!before || !category_set_entry(before, symbols[i]))
            TRY(put_by_rules(builder, symbols[i], NULL, error));
    return category_builder_finish(builder, out_set, error);
}

size_t category_set_categorized(const struct category_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->entry_count; i++)
        count += is_categorized(&set->entries[i]) ? 1 : 0;
    return count;
}
