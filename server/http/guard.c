#include "http/guard.h"

#include "base/limits.h"

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};

const char *http_method_name(enum http_method method)
{
    return method_names[method];
}

static struct http_fault check_method(struct str name, enum http_method *out_method)
{
    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (!str_eq(name, str_from_c(method_names[i]))) continue;
        *out_method = (enum http_method)i;
        return HTTP_NO_FAULT;
    }
    if (str_eq(name, STR("TRACE")) || str_eq(name, STR("CONNECT")))
        return HTTP_FAULT(405, "This method is not allowed here.");
    return HTTP_FAULT(501, "This server does not know the request method.");
}

// "HTTP/1." and one digit: whoever speaks a later 1.x speaks 1.1 to us.
static struct http_fault check_version(struct str version, bool *out_is_1_0)
{
    if (version.len != 8 || !str_starts_with(version, STR("HTTP/1.")) || version.ptr[7] < '0' ||
        version.ptr[7] > '9')
        return HTTP_FAULT(505, "This server speaks HTTP/1.1.");
    *out_is_1_0 = version.ptr[7] == '0';
    return HTTP_NO_FAULT;
}

static struct http_fault check_size(const struct http_head *head)
{
    size_t bytes = 0;
    if (head->header_count > LIMIT_HEADERS)
        return HTTP_FAULT(431, "The request has more than 64 header fields.");
    for (size_t i = 0; i < head->header_count; i++) {
        const size_t line = head->headers[i].name.len + head->headers[i].value.len + sizeof ": \r\n" - 1;
        if (line > LIMIT_HEADER_LINE_BYTES)
            return HTTP_FAULT(431, "A header field of the request is larger than 8 KiB.");
        bytes += line;
    }
    if (bytes > LIMIT_HEADER_BYTES)
        return HTTP_FAULT(431, "The header fields of the request are larger than 16 KiB.");
    return HTTP_NO_FAULT;
}

// token of RFC 9110 section 5.6.2
static bool is_token(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool is_alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!is_alphanumeric && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return name.len > 0;
}

static bool is_field_value(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
    }
    return true;
}

static struct http_fault check_syntax(const struct http_head *head)
{
    for (size_t i = 0; i < head->header_count; i++) {
        if (!is_token(head->headers[i].name))
            return HTTP_FAULT(400, "The name of a header field is malformed.");
        if (!is_field_value(head->headers[i].value))
            return HTTP_FAULT(400, "A header field holds a control character.");
    }
    return HTTP_NO_FAULT;
}

// How often the field came; *out_value is the last one.
static size_t find_field(const struct http_head *head, struct str name, struct str *out_value)
{
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (!str_eq_ignore_case(head->headers[i].name, name)) continue;
        *out_value = head->headers[i].value;
        count++;
    }
    return count;
}

static bool parse_digits(struct str text, uint64_t max, uint64_t *out_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c < '0' || c > '9' || value > (max - (uint64_t)(c - '0')) / 10) return false;
        value = value * 10 + (uint64_t)(c - '0');
    }
    *out_value = value;
    return text.len > 0;
}

static struct http_fault check_framing(const struct http_head *head, struct http_framing *framing)
{
    struct str length = {0};
    struct str encoding = {0};
    const size_t lengths = find_field(head, STR("Content-Length"), &length);
    const size_t encodings = find_field(head, STR("Transfer-Encoding"), &encoding);
    if (lengths > 1) return HTTP_FAULT(400, "Content-Length must not be repeated.");
    if (lengths && encodings)
        return HTTP_FAULT(400, "Content-Length and Transfer-Encoding must not come together.");
    if (lengths && !parse_digits(length, INT64_MAX, &framing->content_length))
        return HTTP_FAULT(400, "Content-Length must be one decimal number.");
    if (encodings == 0) return HTTP_NO_FAULT;
    if (encodings > 1 || framing->is_http_1_0 || !str_eq_ignore_case(encoding, STR("chunked")))
        return HTTP_FAULT(400, "Transfer-Encoding must be exactly \"chunked\", once, and in HTTP/1.1.");
    framing->is_chunked = true;
    return HTTP_NO_FAULT;
}

static bool is_bracketed(struct str host)
{
    return host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
}

// "name", "name:port", "[v6]", "[v6]:port"; without a port it is 80.
static bool split_host(struct str value, struct str *out_name, uint64_t *out_port)
{
    const bool is_v6 = value.len && value.ptr[0] == '[';
    const size_t bracket = is_v6 ? str_find(value, ']') + 1 : 0;
    const size_t name_len = is_v6 ? bracket : str_find(value, ':');
    const struct str rest = str_slice(value, name_len, value.len);
    *out_name = str_slice(value, 0, name_len);
    *out_port = 80;
    if (rest.len == 0) return out_name->len > 0;
    return rest.ptr[0] == ':' && parse_digits(str_slice(rest, 1, rest.len), UINT16_MAX, out_port);
}

// An IPv6 address stands in brackets in a Host field, and nothing else does; in the list it may stand
// without.
static bool is_same_host(struct str name, struct str allowed)
{
    const bool is_v6 = str_find(allowed, ':') < allowed.len;
    if (is_v6 != is_bracketed(name)) return false;
    if (is_v6) name = str_slice(name, 1, name.len - 2);
    if (is_bracketed(allowed)) allowed = str_slice(allowed, 1, allowed.len - 2);
    return str_eq_ignore_case(name, allowed);
}

static bool is_our_host(const struct guard_rules *rules, struct str value)
{
    struct str name;
    uint64_t port;
    if (!split_host(value, &name, &port)) return false;
    if (!rules->trust_any_port && port != rules->port) return false;
    for (size_t i = 0; i < rules->allowed_host_count; i++)
        if (is_same_host(name, rules->allowed_hosts[i])) return true;
    return false;
}

// HTTP/1.0 knows no Host, and no browser that could be rebound speaks it: there it may be missing.
static struct http_fault check_host(const struct guard_rules *rules, const struct http_head *head,
                                    bool may_be_missing)
{
    struct str host = {0};
    const size_t count = find_field(head, STR("Host"), &host);
    if (count == 0 && may_be_missing) return HTTP_NO_FAULT;
    if (count != 1) return HTTP_FAULT(400, "The request must carry exactly one Host header.");
    if (!is_our_host(rules, host))
        return HTTP_FAULT(421, "This server does not answer for the host of the request.");
    return HTTP_NO_FAULT;
}

static struct http_fault check_expectation(const struct http_head *head)
{
    struct str expectation = {0};
    const size_t count = find_field(head, STR("Expect"), &expectation);
    if (count == 0 || (count == 1 && str_eq_ignore_case(expectation, STR("100-continue"))))
        return HTTP_NO_FAULT;
    return HTTP_FAULT(417, "The only expectation this server meets is \"100-continue\".");
}

struct http_fault guard_check(const struct guard_rules *rules, const struct http_head *head,
                              struct http_framing *out_framing)
{
    struct http_framing framing = {0};
    struct http_fault fault = check_version(head->version, &framing.is_http_1_0);
    if (!fault.status) fault = check_size(head);
    if (!fault.status) fault = check_syntax(head);
    if (!fault.status) fault = check_framing(head, &framing);
    if (!fault.status) fault = check_host(rules, head, framing.is_http_1_0);
    if (!fault.status) fault = check_method(head->method, &framing.method);
    if (!fault.status) fault = check_expectation(head);
    if (!fault.status) *out_framing = framing;
    return fault;
}
