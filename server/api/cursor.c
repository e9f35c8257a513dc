#include "api/cursor.h"

#include "base/limits.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str encode(struct arena *arena, struct str plain)
{
    char *out = arena_alloc(arena, plain.len / 3 * 4 + 5, 1);
    if (!out) return (struct str){0};
    size_t len = 0;
    for (size_t i = 0; i < plain.len; i += 3) {
        uint32_t group = 0;
        const size_t bytes = plain.len - i < 3 ? plain.len - i : 3;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < bytes ? (unsigned char)plain.ptr[i + k] : 0u);
        for (size_t k = 0; k <= bytes; k++)
            out[len++] = alphabet[group >> (18 - 6 * k) & 63];
    }
    return (struct str){.ptr = out, .len = len};
}

static bool decode(struct arena *arena, struct str text, struct str *out_plain)
{
    char *out = arena_alloc(arena, text.len + 1, 1);
    size_t len = 0;
    uint32_t group = 0;
    unsigned bits = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        const char *at = text.ptr[i] ? strchr(alphabet, text.ptr[i]) : NULL;
        if (!at) return false;
        group = (group << 6 | (uint32_t)(at - alphabet)) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[len++] = (char)(group >> bits & 0xFF);
        }
    }
    *out_plain = (struct str){.ptr = out, .len = len};
    return out != NULL;
}

struct str cursor_write(struct arena *arena, char kind, struct str key, struct str id)
{
    return encode(arena, str_format(arena, "%c|%.*s|%.*s", kind, STR_ARG(key), STR_ARG(id)));
}

enum status cursor_read(struct api_call *call, char kind, bool *out_is_given, struct str *out_key,
                        struct str *out_id)
{
    *out_is_given = http_request_query_count(call->request, STR("cursor")) > 0;
    if (!*out_is_given) return STATUS_OK;
    const struct str text = http_request_query(call->request, STR("cursor"));
    struct str rest, letter, key, id;
    if (text.len <= LIMIT_CURSOR_BYTES && decode(call->arena, text, &rest) && str_is_utf8(rest) &&
        str_split(&rest, '|', &letter) && str_split(&rest, '|', &key) && str_split(&rest, '|', &id) &&
        !rest.ptr && letter.len == 1 && letter.ptr[0] == kind) {
        *out_key = key;
        *out_id = id;
        return STATUS_OK;
    }
    return error_add_field(call->error, "?cursor",
                           "is not a next_cursor of this list; start again without it");
}

struct str cursor_write_int(struct arena *arena, char kind, int64_t key, struct str id)
{
    return cursor_write(arena, kind, str_format(arena, "%lld", (long long)key), id);
}

enum status cursor_read_int(struct api_call *call, char kind, bool *out_is_given, int64_t *out_key,
                            struct str *out_id)
{
    struct str key;
    TRY(cursor_read(call, kind, out_is_given, &key, out_id));
    if (!*out_is_given || str_to_int64(key, out_key)) return STATUS_OK;
    return error_add_field(call->error, "?cursor",
                           "is not a next_cursor of this list; start again without it");
}
