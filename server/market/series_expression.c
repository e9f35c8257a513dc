#include "market/series_expression.h"

#include "market/category_set.h"

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
    return error_set(error, STATUS_INVALID, "invalid_symbol",
                     "\"%.*s\" is no symbol, no category and no ratio of two: %s", STR_ARG(text), why);
}

// A word without blanks, in capitals.
static enum status read_word(struct str text, struct str word, size_t max_bytes, char *out_word,
                             struct error *error)
{
    if (word.len == 0) return invalid(text, "a name is missing", error);
    if (word.len > max_bytes) return invalid(text, "a name is too long", error);
    for (size_t i = 0; i < word.len; i++) {
        if (!is_printable(word.ptr[i]))
            return invalid(text, "a name has a space or a control character", error);
        out_word[i] = capital(word.ptr[i]);
    }
    return STATUS_OK;
}

// What stands behind "CAT:".
static enum status read_category(struct str text, struct str part, struct series_term *term,
                                 struct error *error)
{
    const size_t at = str_find(part, '@');
    const struct str name = str_slice(part, 0, at);
    const struct str quote = at < part.len ? str_slice(part, at + 1, part.len) : STR(SERIES_DEFAULT_QUOTE);
    if (!category_name_is_valid(name)) return invalid(text, "a category has no such name", error);
    term->kind = SERIES_TERM_CATEGORY;
    memcpy(term->name, name.ptr, name.len);
    return read_word(text, quote, LIMIT_ASSET_BYTES, term->quote, error);
}

static enum status read_term(struct str text, struct str part, struct series_term *term, struct error *error)
{
    const struct str prefix = STR(SERIES_CATEGORY_PREFIX);
    if (str_eq_ignore_case(str_slice(part, 0, prefix.len), prefix))
        return read_category(text, str_slice(part, prefix.len, part.len), term, error);
    term->kind = SERIES_TERM_SYMBOL;
    return read_word(text, part, LIMIT_SYMBOL_BYTES, term->name, error);
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

static char *put_text(char *at, const char *text)
{
    const size_t len = strlen(text);
    memcpy(at, text, len);
    return at + len;
}

static char *put_term(char *at, const struct series_term *term)
{
    switch (term->kind) {
    case SERIES_TERM_SYMBOL: return put_text(at, term->name);
    case SERIES_TERM_CATEGORY:
        at = put_text(put_text(at, SERIES_CATEGORY_PREFIX), term->name);
        if (strcmp(term->quote, SERIES_DEFAULT_QUOTE) != 0) at = put_text(put_text(at, "@"), term->quote);
        return at;
    }
    return at;
}

_Static_assert(SERIES_TERMS_MAX *(sizeof SERIES_CATEGORY_PREFIX + LIMIT_CATEGORY_BYTES + 1 +
                                  LIMIT_ASSET_BYTES) <= LIMIT_SERIES_EXPRESSION_BYTES,
               "the longest terms fit");

struct str series_expression_text(const struct series_expression *expression,
                                  char buffer[static LIMIT_SERIES_EXPRESSION_BYTES + 1])
{
    char *at = buffer;
    for (size_t i = 0; i < expression->term_count; i++) {
        if (i > 0) *at++ = '/';
        at = put_term(at, &expression->terms[i]);
    }
    *at = '\0';
    return (struct str){.ptr = buffer, .len = (size_t)(at - buffer)};
}
