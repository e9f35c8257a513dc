#include "http/layout.h"

#include <microhttpd.h>

bool layout_is_known(void)
{
    const struct str version = str_from_c(MHD_get_version());
    return str_starts_with(version, STR("0.9.75")) || str_starts_with(version, STR("0.9.76"));
}

static bool is_zeroed(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != '\0') return false;
    return true;
}

// `next` starts right behind `text` and `gap` zeroed bytes.
static bool follows(struct str text, size_t gap, const char *next)
{
    const char *end = text.ptr + text.len;
    return end + gap == next && is_zeroed(end, gap);
}

static bool is_blank_between(const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from != ' ' && *from != '\t') return false;
    return from == to;
}

static bool is_exact_field(const struct http_pair *field)
{
    const char *colon = field->name.ptr + field->name.len;
    return *colon == '\0' && is_blank_between(colon + 1, field->value.ptr);
}

bool layout_is_exact(const struct http_head *head)
{
    if (!layout_is_known()) return true;
    if (!follows(head->method, 1, head->target.ptr) || !follows(head->target, 1, head->version.ptr))
        return false;
    struct str line_end = head->version;
    for (size_t i = 0; i < head->header_count; i++) {
        const struct http_pair *field = &head->headers[i];
        if (!follows(line_end, 2, field->name.ptr) || !is_exact_field(field)) return false;
        line_end = field->value;
    }
    return is_zeroed(line_end.ptr + line_end.len, 4); // CR LF and the empty line
}

const char *layout_body_start(const struct http_head *head)
{
    const struct str last = head->header_count ? head->headers[head->header_count - 1].value : head->version;
    return last.ptr + last.len + 4;
}

bool layout_is_exact_chunk(const char *body_start, const char *data)
{
    if (!layout_is_known() || data < body_start + 2) return true;
    return data[-2] == '\r' && data[-1] == '\n';
}
