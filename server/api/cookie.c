#include "api/cookie.h"

#include "base/limits.h"

static struct str full_name(const struct api_call *call, const char *name)
{
    return str_format(call->arena, "%s%s", call->api->access.is_https ? "__Host-" : "", name);
}

struct str cookie_read(const struct api_call *call, const char *name)
{
    const struct str wanted = full_name(call, name);
    struct str rest = http_request_header(call->request, STR("Cookie")), pair, found = STR("");
    size_t count = 0;
    if (rest.len > LIMIT_COOKIES_BYTES) return STR("");
    while (str_split(&rest, ';', &pair)) {
        const struct str cookie = str_trim(pair);
        const size_t equals = str_find(cookie, '=');
        if (!str_eq(str_slice(cookie, 0, equals), wanted)) continue;
        found = str_slice(cookie, equals + 1, cookie.len);
        count++;
    }
    return count == 1 ? found : STR("");
}

void cookie_write(struct api_call *call, const char *name, struct str value, int64_t max_age_s)
{
    const struct str header =
        str_format(call->arena, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
                   STR_ARG(full_name(call, name)), STR_ARG(value), (long long)max_age_s,
                   call->api->access.is_https ? "; Secure" : "");
    http_response_header(call->response, STR("Set-Cookie"), header);
}
