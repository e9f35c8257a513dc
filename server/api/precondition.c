#include "api/precondition.h"

static struct str if_match(const struct api_call *call)
{
    return http_request_header(call->request, STR("If-Match"));
}

bool precondition_is_given(const struct api_call *call)
{
    return if_match(call).len > 0;
}

static bool is_tag(struct str one, struct str tag)
{
    return one.len == tag.len + 2 && one.ptr[0] == '"' && str_eq(str_slice(one, 1, tag.len), tag);
}

static bool is_tag_of_version(struct str one, struct str tag)
{
    return one.len > tag.len + 2 && one.ptr[0] == '"' && one.ptr[tag.len + 1] == '.' &&
           str_eq(str_slice(one, 1, tag.len), tag);
}

static bool holds(const struct api_call *call, struct str tag, bool (*is_it)(struct str one, struct str tag))
{
    struct str rest = if_match(call), one;
    if (str_eq(str_trim(rest), STR("*"))) return true; // by itself: in a list it is no tag
    while (str_split(&rest, ',', &one))
        if (is_it(str_trim(one), tag)) return true;
    return false;
}

bool precondition_holds(const struct api_call *call, struct str tag)
{
    return holds(call, tag, is_tag);
}

bool precondition_holds_version(const struct api_call *call, struct str tag)
{
    return holds(call, tag, is_tag_of_version);
}
