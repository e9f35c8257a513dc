#include "app/name.h"

#include "base/limits.h"

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

// The characters of Unicode that turn the letters around that follow them: U+202A to U+202E, U+2066 to
// U+2069. With them the line of a log would say of somebody what it does not say.
static bool begins_turn(struct str text)
{
    if (text.len < 3 || (unsigned char)text.ptr[0] != 0xE2) return false;
    const unsigned char second = (unsigned char)text.ptr[1], third = (unsigned char)text.ptr[2];
    return (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

bool name_has_control(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_control((unsigned char)text.ptr[i]) || begins_turn(str_slice(text, i, text.len))) return true;
    return false;
}

enum status name_check(struct str name, const char *pointer, struct error *error)
{
    const size_t characters = str_characters(name);
    if (str_trim(name).len == 0) return error_add_field(error, pointer, "must not be empty");
    if (characters > LIMIT_NAME)
        return error_add_field(error, pointer, "must have at most %d characters, not %zu", LIMIT_NAME,
                               characters);
    if (name_has_control(name))
        return error_add_field(error, pointer,
                               "must not contain control characters, nor those that turn letters around");
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
