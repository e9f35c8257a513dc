#include "base/str.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_ignore_case(struct str a, struct str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
    return true;
}

int str_compare(struct str a, struct str b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

int str_compare_ignore_case(struct str a, struct str b)
{
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        const int order = (unsigned char)lower(a.ptr[i]) - (unsigned char)lower(b.ptr[i]);
        if (order) return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str text, struct str prefix)
{
    return text.len >= prefix.len && str_eq(str_slice(text, 0, prefix.len), prefix);
}

bool str_ends_with(struct str text, struct str suffix)
{
    return text.len >= suffix.len && str_eq(str_slice(text, text.len - suffix.len, suffix.len), suffix);
}

bool str_contains(struct str text, struct str part)
{
    return part.len == 0 || (text.len && memmem(text.ptr, text.len, part.ptr, part.len) != NULL);
}

size_t str_find(struct str text, char c)
{
    const char *hit = text.len ? memchr(text.ptr, c, text.len) : NULL;
    return hit ? (size_t)(hit - text.ptr) : text.len;
}

struct str str_slice(struct str text, size_t from, size_t len)
{
    if (from >= text.len) return (struct str){0};
    return (struct str){.ptr = text.ptr + from, .len = len < text.len - from ? len : text.len - from};
}

struct str str_prefix(struct str text, size_t max_bytes)
{
    if (text.len <= max_bytes) return text;
    size_t len = max_bytes;
    while (len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return (struct str){.ptr = text.ptr, .len = len};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str text)
{
    while (text.len && is_space(text.ptr[0]))
        text.ptr++, text.len--;
    while (text.len && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool str_split(struct str *rest, char separator, struct str *out_part)
{
    if (!rest->ptr) return false;
    const size_t at = str_find(*rest, separator);
    *out_part = (struct str){.ptr = rest->ptr, .len = at};
    // after a separator something follows, be it empty; without one the text is used up
    *rest =
        at < rest->len ? (struct str){.ptr = rest->ptr + at + 1, .len = rest->len - at - 1} : (struct str){0};
    return true;
}

bool str_lists(struct str list, char separator, struct str item)
{
    struct str part;
    while (str_split(&list, separator, &part))
        if (str_eq(str_trim(part), item)) return true;
    return false;
}

bool str_to_c(struct str text, char *buffer, size_t capacity)
{
    const struct str kept = str_prefix(text, capacity - 1);
    if (kept.len) memcpy(buffer, kept.ptr, kept.len);
    buffer[kept.len] = '\0';
    return kept.len == text.len;
}

char *str_copy_c(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len + 1, 1);
    if (copy) (void)str_to_c(text, copy, text.len + 1);
    return copy;
}

struct str str_copy(struct arena *arena, struct str text)
{
    const char *copy = str_copy_c(arena, text);
    return copy ? (struct str){.ptr = copy, .len = text.len} : (struct str){0};
}

struct str str_upper(struct arena *arena, struct str text)
{
    char *upper = str_copy_c(arena, text);
    if (!upper) return (struct str){0};
    for (size_t i = 0; i < text.len; i++)
        if (upper[i] >= 'a' && upper[i] <= 'z') upper[i] = (char)(upper[i] - ('a' - 'A'));
    return (struct str){.ptr = upper, .len = text.len};
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length >= 0 ? arena_alloc(arena, (size_t)length + 1, 1) : NULL;
    if (text) (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text ? (struct str){.ptr = text, .len = (size_t)length} : (struct str){0};
}

bool str_to_int64(struct str text, int64_t *out_value)
{
    const bool negative = text.len && text.ptr[0] == '-';
    const struct str digits = negative ? str_slice(text, 1, text.len) : text;
    if (digits.len == 0) return false;
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        const char c = digits.ptr[i];
        if (c < '0' || c > '9') return false;
        const int64_t digit = negative ? -(c - '0') : c - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out_value = value;
    return true;
}

// Length of the sequence at `s`, or 0 when it is not well formed (Unicode 15, table 3-7).
static size_t utf8_sequence(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
    const size_t len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (left < len) return 0;
    const unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    if (s[1] < low || s[1] > high) return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    return len;
}

static bool is_ascii_word(const unsigned char *s)
{
    uint64_t word;
    memcpy(&word, s, sizeof word);
    return (word & 0x8080808080808080u) == 0;
}

bool str_is_utf8(struct str text)
{
    const unsigned char *s = (const unsigned char *)text.ptr;
    for (size_t i = 0; i < text.len;) {
        if (text.len - i >= 8 && is_ascii_word(s + i)) {
            i += 8;
            continue;
        }
        const size_t len = utf8_sequence(s + i, text.len - i);
        if (len == 0) return false;
        i += len;
    }
    return true;
}

size_t str_characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

uint64_t str_hash(struct str text)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211u;
    return hash;
}
