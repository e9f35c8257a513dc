#include "api/precondition.h"

static struct str if_match(const struct api_call *call)
{
    return http_request_header(call->request, STR("If-Match"));
}

bool precondition_is_given(const struct api_call *call)
{
    return if_match(call).len > 0;
}

bool precondition_holds(const struct api_call *call, struct str tag)
{
    struct str rest = if_match(call), one;
    while (str_split(&rest, ',', &one)) {
        one = str_trim(one);
        if (str_eq(one, STR("*"))) return true;
        if (one.len == tag.len + 2 && one.ptr[0] == '"' && str_eq(str_slice(one, 1, tag.len), tag))
            return true;
    }
    return false;
}
