// Whatever is read as an expression is UTF-8 without blanks, within its limits, and reads back as itself.
#include "market/series_expression.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct series_expression expression, again;
    char buffer[LIMIT_SERIES_EXPRESSION_BYTES + 1], buffer_again[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    struct error error = {0};
    const struct str text = {(const char *)data, size};
    if (series_expression_parse(text, &expression, &error) != STATUS_OK) {
        require(error.status == STATUS_INVALID && error.message[0] && str_is_utf8(str_from_c(error.message)));
        return 0;
    }
    const struct str written = series_expression_text(&expression, buffer);
    require(str_is_utf8(written) && str_eq_ignore_case(written, str_trim(text)));
    for (size_t i = 0; i < written.len; i++)
        require((unsigned char)written.ptr[i] > ' ' && !(written.ptr[i] >= 'a' && written.ptr[i] <= 'z'));
    require(series_expression_parse(written, &again, NULL) == STATUS_OK);
    require(str_eq(series_expression_text(&again, buffer_again), written));
    return 0;
}
