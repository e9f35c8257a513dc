#include "http/static_assets.h"

#include <stdlib.h>

static int compare_path(const void *path, const void *asset)
{
    return str_compare(*(const struct str *)path, ((const struct static_asset *)asset)->path);
}

const struct static_asset *static_asset_find(struct str path)
{
    return bsearch(&path, static_asset_table, static_asset_count, sizeof *static_asset_table, compare_path);
}
