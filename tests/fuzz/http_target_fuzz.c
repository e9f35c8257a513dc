// A request target: what is accepted reads the same again after it is encoded anew, and an independent
// reading of the rules, byte by byte and from the end, agrees on whether it may be accepted at all.
#include "base/limits.h"
#include "http/target.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static bool is_hex(char c)
{
    return c && strchr("0123456789abcdefABCDEF", c);
}

// The bytes a text stands for, one by one; false where it is not well encoded.
static bool decode(struct str text, bool is_query, struct buf *out)
{
    while (text.len) {
        char digits[3] = {0};
        if (text.ptr[0] != '%') {
            buf_append_char(out, is_query && text.ptr[0] == '+' ? ' ' : text.ptr[0]);
            text = str_slice(text, 1, text.len);
            continue;
        }
        if (text.len < 3 || !is_hex(text.ptr[1]) || !is_hex(text.ptr[2])) return false;
        memcpy(digits, text.ptr + 1, 2);
        const long byte = strtol(digits, NULL, 16);
        if (byte == 0) return false;
        buf_append_char(out, (char)byte);
        text = str_slice(text, 3, text.len);
    }
    return str_is_utf8(buf_str(out));
}

static bool is_good_path(struct str raw)
{
    BUF_SCOPE(path, LIMIT_URL_BYTES);
    if (!decode(raw, false, &path)) return false;
    size_t slashes_raw = 0, slashes = 0;
    for (size_t i = 0; i < raw.len; i++)
        slashes_raw += raw.ptr[i] == '/';
    for (size_t i = 0; i < path.len; i++) {
        const unsigned char c = (unsigned char)path.data[i];
        slashes += c == '/';
        if (c < 0x20 || c == 0x7F) return false;
    }
    buf_append_char(&path, '/');
    const struct str closed = buf_str(&path);
    return slashes == slashes_raw && !str_contains(closed, STR("/./")) && !str_contains(closed, STR("/../"));
}

static bool has_escaped_backslash(struct str raw)
{
    return str_contains(raw, STR("%5c")) || str_contains(raw, STR("%5C"));
}

static bool is_good_query(struct str raw, size_t *out_count)
{
    size_t count = 0;
    while (raw.len) { // the last piece first
        size_t start = raw.len;
        while (start > 0 && raw.ptr[start - 1] != '&')
            start--;
        const struct str piece = str_slice(raw, start, raw.len - start);
        const size_t equals = str_find(piece, '=');
        BUF_SCOPE(name, LIMIT_URL_BYTES);
        BUF_SCOPE(value, LIMIT_URL_BYTES);
        if (!decode(str_slice(piece, 0, equals), true, &name)) return false;
        if (!decode(str_slice(piece, equals + 1, piece.len), true, &value)) return false;
        count += piece.len > 0;
        raw.len = start ? start - 1 : 0;
    }
    *out_count = count;
    return count <= LIMIT_QUERY_PARAMETERS;
}

static bool may_be_accepted(struct str raw, size_t *out_count)
{
    if (raw.len == 0 || raw.ptr[0] != '/' || raw.len > LIMIT_URL_BYTES) return false;
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] <= 0x20 || raw.ptr[i] > 0x7E || raw.ptr[i] == '#') return false;
    const size_t path_len = str_find(raw, '?');
    const struct str path = str_slice(raw, 0, path_len);
    *out_count = 0;
    return is_good_path(path) && !has_escaped_backslash(path) &&
           is_good_query(str_slice(raw, path_len + 1, raw.len), out_count);
}

static void encode(struct str text, bool keep_slash, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
        if (is_plain || (keep_slash && (c == '/' || c == '\\')))
            buf_append_char(out, (char)c);
        else
            buf_append_format(out, "%%%02X", c);
    }
}

static void require_round_trip(const struct http_target *target, struct arena *arena)
{
    BUF_SCOPE(raw, 1 * MIB);
    struct http_target again = {0};
    encode(target->path, true, &raw);
    for (size_t i = 0; i < target->query_count; i++) {
        buf_append_char(&raw, i ? '&' : '?');
        encode(target->query[i].name, false, &raw);
        buf_append_char(&raw, '=');
        encode(target->query[i].value, false, &raw);
    }
    if (raw.len > LIMIT_URL_BYTES) return;
    require(http_target_parse(buf_str(&raw), arena, &again).status == 0);
    require(str_eq(target->path, again.path) && target->query_count == again.query_count);
    for (size_t i = 0; i < again.query_count; i++)
        require(str_eq(target->query[i].name, again.query[i].name) &&
                str_eq(target->query[i].value, again.query[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE(arena, 16 * MIB);
    struct http_target target = {0};
    const struct str raw = {(const char *)data, size};
    size_t count = 0;
    const struct http_fault fault = http_target_parse(raw, &arena, &target);
    require((fault.status == 0) == may_be_accepted(raw, &count));
    require(fault.status == 0 || fault.status == (size > LIMIT_URL_BYTES ? 414 : 400));
    if (fault.status) return 0;
    require(target.query_count == count && str_starts_with(target.path, STR("/")));
    require_round_trip(&target, &arena);
    return 0;
}
