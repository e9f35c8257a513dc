#include "app/category_cache.h"

#include "app/recent_cache.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_BYTES = LIMIT_ID_BYTES + sizeof "-9223372036854775808 " };

static void retain(const void *set)
{
    (void)category_set_retain(set);
}

static void release(const void *set)
{
    const struct category_set *owned = set;
    category_set_release(&owned);
}

static const struct recent_kind kind = {
    .max_count = LIMIT_CATEGORY_CACHE_SETS, .retain = retain, .release = release};

// One is the other, by a name that says what is in it.
static struct recent_cache *recent_of(struct category_cache *cache)
{
    return (struct recent_cache *)cache;
}

enum status category_cache_new(size_t max_bytes, struct category_cache **out_cache, struct error *error)
{
    struct recent_cache *recent;
    TRY(recent_cache_new(&kind, max_bytes, &recent, error));
    *out_cache = (struct category_cache *)recent;
    return STATUS_OK;
}

void category_cache_free(struct category_cache *cache)
{
    recent_cache_free(recent_of(cache));
}

// "version id"; ptr NULL for an id that no set has.
static struct str key_of(struct str set_id, int64_t version, char out_text[static KEY_BYTES])
{
    if (set_id.len > LIMIT_ID_BYTES) return (struct str){0};
    const int len = snprintf(out_text, KEY_BYTES, "%" PRId64 " %.*s", version, STR_ARG(set_id));
    return (struct str){.ptr = out_text, .len = (size_t)len};
}

const struct category_set *category_cache_get(struct category_cache *cache, struct str set_id,
                                              int64_t version)
{
    char text[KEY_BYTES];
    const struct str key = key_of(set_id, version, text);
    return key.ptr ? recent_cache_get(recent_of(cache), key) : NULL;
}

void category_cache_put(struct category_cache *cache, struct str set_id, int64_t version,
                        const struct category_set *set)
{
    char text[KEY_BYTES];
    const struct str key = key_of(set_id, version, text);
    if (key.ptr) recent_cache_put(recent_of(cache), key, set, category_set_bytes(set));
}
