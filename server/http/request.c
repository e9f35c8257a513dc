#include "http/http.h"

#include "http/accept.h"
#include "http/exchange.h"

struct str http_request_header(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_ignore_case(request->headers[i].name, name)) return request->headers[i].value;
    return STR("");
}

struct str http_request_query(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->query_count; i++)
        if (str_eq(request->query[i].name, name)) return request->query[i].value;
    return STR("");
}

size_t http_request_query_count(const struct http_request *request, struct str name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->query_count; i++)
        count += str_eq(request->query[i].name, name);
    return count;
}

void http_request_keep_file(const struct http_request *request)
{
    if (request->exchange && request->exchange->upload) request->exchange->upload->is_kept = true;
}

bool http_request_accepts(const struct http_request *request, struct str type)
{
    return accept_quality(http_request_header(request, STR("Accept")), type) > 0;
}
