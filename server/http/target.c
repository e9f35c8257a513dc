#include "http/target.h"

#include "base/limits.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// The byte behind "%XX" at `at`, or -1.
static int escaped_byte(struct str text, size_t at)
{
    if (text.len - at < 3) return -1;
    const int high = hex_digit(text.ptr[at + 1]);
    const int low = hex_digit(text.ptr[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool http_percent_decode(struct str encoded, bool plus_is_space, char *out, size_t *out_len)
{
    size_t len = 0;
    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.ptr[i];
        if (c == '%') {
            const int byte = escaped_byte(encoded, i);
            if (byte <= 0) return false;
            c = (char)byte;
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') return false;
        out[len++] = c;
    }
    if (!str_is_utf8((struct str){.ptr = out, .len = len})) return false;
    *out_len = len;
    return true;
}

static struct http_fault check_bytes(struct str raw)
{
    if (raw.len > LIMIT_URL_BYTES) return HTTP_FAULT(414, "The address of the request is longer than 8 KiB.");
    if (raw.len == 0 || raw.ptr[0] != '/')
        return HTTP_FAULT(400, "The request target must be a path that starts with \"/\".");
    for (size_t i = 0; i < raw.len; i++) {
        const unsigned char c = (unsigned char)raw.ptr[i];
        if (c <= 0x20 || c >= 0x7F || c == '#')
            return HTTP_FAULT(400, "The address holds a byte that must be percent-encoded.");
    }
    return HTTP_NO_FAULT;
}

// "%2F" would let an id reach into the next segment of a route; "%5C" is the same on other systems.
static bool has_encoded_separator(struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '%') continue;
        const int byte = escaped_byte(path, i);
        if (byte == '/' || byte == '\\') return true;
    }
    return false;
}

static bool has_dot_segment(struct str path)
{
    struct str segment;
    while (str_split(&path, '/', &segment))
        if (str_eq(segment, STR(".")) || str_eq(segment, STR(".."))) return true;
    return false;
}

static bool has_control_byte(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F) return true;
    return false;
}

static struct http_fault parse_path(struct str raw, char **room, struct str *out_path)
{
    size_t len = 0;
    if (has_encoded_separator(raw)) return HTTP_FAULT(400, "The path holds an encoded slash.");
    if (!http_percent_decode(raw, false, *room, &len))
        return HTTP_FAULT(400, "The path is not correctly percent-encoded UTF-8.");
    const struct str path = {.ptr = *room, .len = len};
    if (has_control_byte(path)) return HTTP_FAULT(400, "The path holds a control character.");
    if (has_dot_segment(path)) return HTTP_FAULT(400, "The path holds a \".\" or \"..\" segment.");
    *room += len;
    *out_path = path;
    return HTTP_NO_FAULT;
}

static bool decode_into(struct str encoded, char **room, struct str *out_text)
{
    size_t len = 0;
    if (!http_percent_decode(encoded, true, *room, &len)) return false;
    *out_text = (struct str){.ptr = *room, .len = len};
    *room += len;
    return true;
}

static struct http_fault parse_query(struct str raw, char **room, struct http_pair *pairs, size_t *out_count)
{
    struct str piece;
    size_t count = 0;
    while (str_split(&raw, '&', &piece)) {
        if (piece.len == 0) continue;
        if (count == LIMIT_QUERY_PARAMETERS)
            return HTTP_FAULT(400, "The address has more than 32 query parameters.");
        const size_t equals = str_find(piece, '=');
        struct http_pair *pair = &pairs[count++];
        if (!decode_into(str_slice(piece, 0, equals), room, &pair->name) ||
            !decode_into(str_slice(piece, equals + 1, piece.len), room, &pair->value))
            return HTTP_FAULT(400, "A query parameter is not correctly percent-encoded UTF-8.");
    }
    *out_count = count;
    return HTTP_NO_FAULT;
}

struct http_fault http_target_parse(struct str raw, struct arena *arena, struct http_target *out_target)
{
    struct http_fault fault = check_bytes(raw);
    if (fault.status) return fault;
    const size_t path_len = str_find(raw, '?');
    const bool has_query = path_len + 1 < raw.len;
    char *room = arena_alloc_raw(arena, raw.len, 1); // decoding never lengthens
    struct http_pair *pairs = has_query ? ARENA_ARRAY(arena, struct http_pair, LIMIT_QUERY_PARAMETERS) : NULL;
    if (!room || (has_query && !pairs))
        return HTTP_FAULT(503, "The server is short of memory. Please try again.");
    struct http_target target = {.query = pairs};
    fault = parse_path(str_slice(raw, 0, path_len), &room, &target.path);
    if (!fault.status && has_query)
        fault = parse_query(str_slice(raw, path_len + 1, raw.len), &room, pairs, &target.query_count);
    if (!fault.status) *out_target = target;
    return fault;
}
