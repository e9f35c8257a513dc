#include "http/accept.h"

// "0", "0.5", "1.000"; anything else counts as 0, so that what cannot be read is not used.
static int parse_weight(struct str text)
{
    if (text.len == 0 || text.len > 5 || text.ptr[0] < '0' || text.ptr[0] > '1') return 0;
    int weight = (text.ptr[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 1; i < text.len; i++) {
        const char c = text.ptr[i];
        if (i == 1 && c == '.') continue;
        if (i == 1 || c < '0' || c > '9') return 0;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    return weight > 1000 ? 0 : weight;
}

static int weight_of(struct str parameters)
{
    struct str parameter;
    while (str_split(&parameters, ';', &parameter)) {
        parameter = str_trim(parameter);
        if (parameter.len > 2 && (parameter.ptr[0] | 0x20) == 'q' && parameter.ptr[1] == '=')
            return parse_weight(str_slice(parameter, 2, parameter.len));
    }
    return 1000;
}

int accept_quality(struct str list, struct str name)
{
    struct str item;
    while (str_split(&list, ',', &item)) {
        const size_t end = str_find(item, ';');
        if (str_eq_ignore_case(str_trim(str_slice(item, 0, end)), name))
            return weight_of(str_slice(item, end + 1, item.len));
    }
    return -1;
}

bool accept_allows_coding(struct str accept_encoding, struct str coding)
{
    const int named = accept_quality(accept_encoding, coding);
    return named >= 0 ? named > 0 : accept_quality(accept_encoding, STR("*")) > 0;
}
