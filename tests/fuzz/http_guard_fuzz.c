// A request head: the input's first two lines are method and version, each further line is "name:value".
// Whatever the guard lets through has one meaning by an independent reading of the same fields.
#include "base/limits.h"
#include "http/guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static const struct http_pair *find(const struct http_head *head, const char *name, size_t *out_count)
{
    const struct http_pair *found = NULL;
    *out_count = 0;
    for (size_t i = head->header_count; i-- > 0;) {
        const struct http_pair *field = &head->headers[i];
        if (field->name.len != strlen(name) || strncasecmp(field->name.ptr, name, field->name.len) != 0)
            continue;
        found = field;
        (*out_count)++;
    }
    return found;
}

static void require_clean(const struct http_head *head)
{
    size_t bytes = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        const struct http_pair *field = &head->headers[i];
        require(field->name.len > 0);
        for (size_t at = 0; at < field->name.len; at++)
            require(field->name.ptr[at] > 0x20 && field->name.ptr[at] < 0x7F &&
                    !strchr("()<>@,;:\\\"/[]?={}", field->name.ptr[at]));
        for (size_t at = 0; at < field->value.len; at++)
            require(field->value.ptr[at] == '\t' ||
                    ((unsigned char)field->value.ptr[at] >= 0x20 && field->value.ptr[at] != 0x7F));
        bytes += field->name.len + field->value.len + 4;
    }
    require(head->header_count <= LIMIT_HEADERS && bytes <= LIMIT_HEADER_BYTES);
}

static void require_one_framing(const struct http_head *head, const struct http_framing *framing)
{
    size_t lengths, encodings;
    char digits[32] = "";
    const struct http_pair *length = find(head, "content-length", &lengths);
    const struct http_pair *encoding = find(head, "transfer-encoding", &encodings);
    require(lengths + encodings <= 1);
    require(framing->is_chunked == (encodings == 1));
    require(!encoding || (str_eq_ignore_case(encoding->value, STR("chunked")) && !framing->is_http_1_0));
    require(length || framing->content_length == 0);
    if (!length) return;
    struct str value = length->value;
    while (value.len > 1 && value.ptr[0] == '0')
        value = str_slice(value, 1, value.len);
    require(value.len > 0 && value.len <= 19 && strspn(value.ptr, "0123456789") >= value.len);
    memcpy(digits, value.ptr, value.len);
    require(strtoull(digits, NULL, 10) == framing->content_length && framing->content_length <= INT64_MAX);
}

static void require_our_host(const struct http_head *head, const struct http_framing *framing)
{
    size_t hosts;
    const struct http_pair *host = find(head, "host", &hosts);
    require(hosts == 1 || (hosts == 0 && framing->is_http_1_0));
    if (!host) return;
    const char *colon = memrchr(host->value.ptr, ':', host->value.len);
    require(colon && strtoull(colon + 1, NULL, 10) == 8000);
    const struct str name = {host->value.ptr, (size_t)(colon - host->value.ptr)};
    require(str_eq_ignore_case(name, STR("lab.example")) || str_eq(name, STR("[::1]")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str hosts[] = {{"lab.example", 11}, {"::1", 3}};
    const struct guard_rules rules = {.allowed_hosts = hosts, .allowed_host_count = 2, .port = 8000};
    struct http_pair headers[LIMIT_HEADERS + 8];
    struct http_head head = {.headers = headers};
    struct http_framing framing = {0};
    char *copy = malloc(size + 1); // ends with a NUL, for strspn above
    require(copy);
    memcpy(copy, data, size);
    copy[size] = '\0';
    struct str rest = {copy, size}, line;
    if (str_split(&rest, '\n', &head.method)) (void)str_split(&rest, '\n', &head.version);
    while (head.header_count < LIMIT_HEADERS + 8 && str_split(&rest, '\n', &line)) {
        const size_t colon = str_find(line, ':');
        headers[head.header_count++] =
            (struct http_pair){str_slice(line, 0, colon), str_slice(line, colon + 1, line.len)};
    }
    const struct http_fault fault = guard_check(&rules, &head, &framing);
    if (fault.status == 0) {
        require(str_eq(head.method, str_from_c(http_method_name(framing.method))));
        require(str_starts_with(head.version, STR("HTTP/1.")));
        require_clean(&head);
        require_one_framing(&head, &framing);
        require_our_host(&head, &framing);
    }
    require(fault.status == 0 || (fault.status >= 400 && fault.status <= 505 && *fault.detail));
    free(copy);
    return 0;
}
