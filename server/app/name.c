#include "app/name.h"

#include "base/limits.h"

static bool has_control_character(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F) return true;
    return false;
}

enum status name_check(struct str name, const char *pointer, struct error *error)
{
    const size_t characters = str_characters(name);
    if (str_trim(name).len == 0) return error_add_field(error, pointer, "must not be empty");
    if (characters > LIMIT_NAME)
        return error_add_field(error, pointer, "must have at most %d characters, not %zu", LIMIT_NAME,
                               characters);
    if (has_control_character(name))
        return error_add_field(error, pointer, "must not contain control characters");
    return STATUS_OK;
}

enum status asset_check(struct str asset, const char *pointer, struct error *error)
{
    bool is_plain = asset.len >= 2 && asset.len <= 20;
    for (size_t i = 0; i < asset.len; i++)
        is_plain = is_plain && ((asset.ptr[i] >= 'A' && asset.ptr[i] <= 'Z') ||
                                (asset.ptr[i] >= '0' && asset.ptr[i] <= '9'));
    if (is_plain) return STATUS_OK;
    return error_add_field(error, pointer,
                           "\"%.*s\" must be 2 to 20 capital letters and digits, such as USDT",
                           STR_ARG(str_slice(asset, 0, 40)));
}
