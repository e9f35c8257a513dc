// Whatever is read as an expression is UTF-8 within its limits, has no blanks or small letters but in the
// names of categories, and reads back as itself.
#include "market/category_set.h"
#include "market/series_expression.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void require_word(const char *word)
{
    for (; *word; word++)
        require((unsigned char)*word > ' ' && !(*word >= 'a' && *word <= 'z'));
}

static void require_sound(const struct series_term *term)
{
    require(term->name[0] != '\0');
    switch (term->kind) {
    case SERIES_TERM_SYMBOL:
        require_word(term->name);
        require(term->quote[0] == '\0');
        break;
    case SERIES_TERM_CATEGORY:
        require(category_name_is_valid(str_from_c(term->name)));
        require_word(term->quote);
        require(term->quote[0] != '\0');
        break;
    }
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
    require(str_is_utf8(written) && written.len <= str_trim(text).len);
    for (size_t i = 0; i < expression.term_count; i++)
        require_sound(&expression.terms[i]);
    require(series_expression_parse(written, &again, NULL) == STATUS_OK);
    require(str_eq(series_expression_text(&again, buffer_again), written));
    return 0;
}
