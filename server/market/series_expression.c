#include "market/series_expression.h"

#include <stdio.h>

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool is_printable(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f; // bytes of UTF-8 sequences pass: they are checked as a whole
}

static enum status invalid(struct str text, const char *why, struct error *error)
{
    return error_set(error, STATUS_INVALID, "invalid_symbol", "\"%.*s\" is no symbol and no ratio of two: %s",
                     STR_ARG(text), why);
}

static enum status read_term(struct str text, struct str part, struct series_term *term, struct error *error)
{
    if (part.len == 0) return invalid(text, "a name is missing", error);
    if (part.len > LIMIT_SYMBOL_BYTES) return invalid(text, "a name is too long", error);
    for (size_t i = 0; i < part.len; i++) {
        if (!is_printable(part.ptr[i]))
            return invalid(text, "a name has a space or a control character", error);
        term->name[i] = capital(part.ptr[i]);
    }
    return STATUS_OK;
}

enum status series_expression_parse(struct str text, struct series_expression *out_expression,
                                    struct error *error)
{
    const struct str trimmed = str_trim(text);
    if (!str_is_utf8(text))
        return error_set(error, STATUS_INVALID, "invalid_symbol", "the symbol is not UTF-8");
    if (trimmed.len == 0) return error_set(error, STATUS_INVALID, "invalid_symbol", "the symbol is empty");
    if (trimmed.len > LIMIT_SERIES_EXPRESSION_BYTES)
        return error_set(error, STATUS_INVALID, "invalid_symbol", "the symbol is longer than %d bytes",
                         LIMIT_SERIES_EXPRESSION_BYTES);
    struct series_expression expression = {0};
    struct str rest = trimmed, part;
    while (str_split(&rest, '/', &part)) {
        if (expression.term_count == SERIES_TERMS_MAX)
            return invalid(trimmed, "there is a second slash", error);
        TRY(read_term(trimmed, part, &expression.terms[expression.term_count++], error));
    }
    *out_expression = expression;
    return STATUS_OK;
}

struct str series_expression_text(const struct series_expression *expression,
                                  char buffer[static LIMIT_SERIES_EXPRESSION_BYTES + 1])
{
    const bool is_ratio = expression->term_count == 2;
    const int len = snprintf(buffer, LIMIT_SERIES_EXPRESSION_BYTES + 1, "%s%s%s", expression->terms[0].name,
                             is_ratio ? "/" : "", is_ratio ? expression->terms[1].name : "");
    return (struct str){.ptr = buffer, .len = (size_t)len};
}
