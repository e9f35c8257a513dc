#include "market/demo/demo_categories.h"

#include "base/limits.h"
#include "market/demo/demo_asset.h"

#include <stdio.h>
#include <string.h>

// Ordered by asset; the second category may be missing.
static const struct {
    const char *base;
    const char *categories[2];
} demo_members[] = {
    {"DEMOAGENT", {"AI"}},
    {"DEMOAURA", {"Layer 1"}},
    {"DEMOBOND", {"RWA"}},
    {"DEMOBTC", {"Layer 1", "Store of Value"}},
    {"DEMODESK", {"Exchange Token"}},
    {"DEMOETH", {"Layer 1"}},
    {"DEMOFRESH", {"Meme"}},
    {"DEMOFROG", {"Meme"}},
    {"DEMOFROZEN", {"Exchange Token"}},
    {"DEMOGOLD", {"RWA", "Store of Value"}},
    {"DEMOGRID", {"DePIN"}},
    {"DEMOHALT", {"Infrastructure"}},
    {"DEMOLEND", {"DeFi"}},
    {"DEMOLOST", {"Layer 1"}},
    {"DEMOMESH", {"DePIN"}},
    {"DEMOMIND", {"AI"}},
    {"DEMOMOON", {"Meme"}},
    {"DEMONODE", {"Infrastructure"}},
    {"DEMONOVA", {"Layer 1"}},
    {"DEMOORACLE", {"Oracle", "Infrastructure"}},
    {"DEMOPAY", {"Payments"}},
    {"DEMOPHOENIX", {"Layer 1"}},
    {"DEMOPUP", {"Meme"}},
    {"DEMOQUEST", {"Gaming Metaverse"}},
    {"DEMOREALM", {"Gaming Metaverse"}},
    {"DEMOREMIT", {"Payments"}},
    {"DEMOROLL", {"Layer 2"}},
    {"DEMOSPLIT", {"Layer 2"}},
    {"DEMOSWAP", {"DeFi"}},
    {"DEMOUSD", {"Stablecoin"}},
    {"DEMOVAULT", {"Storage"}},
    {"DEMOVEIL", {"Privacy"}},
    {"DEMOYIELD", {"DeFi"}},
};

static enum status add(struct category_builder *builder, const char *symbol, const char *base,
                       struct error *error)
{
    for (size_t i = 0; i < sizeof demo_members / sizeof *demo_members; i++) {
        if (strcmp(demo_members[i].base, base) != 0) continue;
        for (size_t k = 0; k < 2 && demo_members[i].categories[k]; k++) {
            const struct category_mention mention = {.symbol = str_from_c(symbol),
                                                     .base_asset = str_from_c(base),
                                                     .category = str_from_c(demo_members[i].categories[k])};
            TRY(category_builder_mention(builder, &mention, error));
        }
    }
    return STATUS_OK;
}

enum status demo_categories(const struct category_set **out_set, struct error *error)
{
    CATEGORY_BUILDER_SCOPE builder = NULL;
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    TRY(category_builder_new(1, &builder, error));
    for (size_t i = 0; i < demo_asset_count; i++) {
        (void)snprintf(symbol, sizeof symbol, "%sUSDT", demo_assets[i].base);
        TRY(add(builder, symbol, demo_assets[i].base, error));
    }
    for (size_t i = 0; i < demo_pair_count; i++)
        TRY(add(builder, demo_pairs[i].symbol, demo_assets[demo_pairs[i].base].base, error));
    return category_builder_finish(builder, out_set, error);
}
