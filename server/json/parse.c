#include "json/json.h"

#include "base/limits.h"

#include <string.h>

struct parser {
    struct arena *arena;
    struct error *error;
    const char *start;
    const char *at;
    const char *end;
    struct json_value *tape;
    uint32_t used;
    uint32_t capacity;
    unsigned depth;
};

static enum status malformed(const struct parser *p, const char *what)
{
    (void)error_set(p->error, STATUS_MALFORMED, "invalid_json", "%s at byte %zu of the JSON text", what,
                    (size_t)(p->at - p->start) + 1);
    return STATUS_MALFORMED;
}

static void skip_space(struct parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static enum status push(struct parser *p, enum json_type type, struct json_value **out_value)
{
    if (p->used == p->capacity) return malformed(p, "too many values");
    *out_value = &p->tape[p->used++];
    **out_value = (struct json_value){.type = type, .span = 1};
    return STATUS_OK;
}

static size_t skip_digits(struct parser *p)
{
    const char *from = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return (size_t)(p->at - from);
}

static bool accept(struct parser *p, char c)
{
    if (p->at == p->end || *p->at != c) return false;
    p->at++;
    return true;
}

static enum status parse_number(struct parser *p)
{
    const char *from = p->at;
    (void)accept(p, '-');
    if (!accept(p, '0') && skip_digits(p) == 0) return malformed(p, "a digit is missing");
    if (accept(p, '.') && skip_digits(p) == 0) return malformed(p, "a digit is missing after the point");
    if (accept(p, 'e') || accept(p, 'E')) {
        if (!accept(p, '+')) (void)accept(p, '-');
        if (skip_digits(p) == 0) return malformed(p, "a digit is missing in the exponent");
    }
    if (p->at < p->end && *p->at >= '0' && *p->at <= '9') return malformed(p, "a number with a leading zero");
    if ((size_t)(p->at - from) > LIMIT_JSON_NUMBER_BYTES)
        return malformed(p, "a number that is too long ends");
    struct json_value *value;
    TRY(push(p, JSON_NUMBER, &value));
    value->text = (struct str){.ptr = from, .len = (size_t)(p->at - from)};
    return STATUS_OK;
}

static enum status parse_word(struct parser *p, struct str word, enum json_type type)
{
    if ((size_t)(p->end - p->at) < word.len || memcmp(p->at, word.ptr, word.len) != 0)
        return malformed(p, "an unknown word");
    p->at += word.len;
    struct json_value *value;
    return push(p, type, &value);
}

static bool hex4(const char *s, uint32_t *out_value)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = s[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) return false;
        value = value * 16 + (uint32_t)digit;
    }
    *out_value = value;
    return true;
}

static size_t put_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80u | (code & 0x3Fu));
    out[0] = (char)(lead[len] | code);
    return len;
}

// Reads the four digits after "\u", and the second half of a surrogate pair. p->at stands behind the "u".
static enum status unescape_unicode(struct parser *p, const char *close, char *out, size_t *out_len)
{
    uint32_t code, low;
    if (close - p->at < 4 || !hex4(p->at, &code)) return malformed(p, "four hex digits are missing");
    p->at += 4;
    if (code >= 0xD800 && code < 0xDC00) {
        if (close - p->at < 6 || p->at[0] != '\\' || p->at[1] != 'u' || !hex4(p->at + 2, &low) ||
            low < 0xDC00 || low > 0xDFFF)
            return malformed(p, "a lone surrogate");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        p->at += 6;
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        return malformed(p, "a lone surrogate");
    }
    if (code == 0) return malformed(p, "the character U+0000");
    *out_len = put_utf8(code, out);
    return STATUS_OK;
}

// p->at stands at the first byte of the content, `close` at the closing quote.
static enum status unescape(struct parser *p, const char *close, struct str *out_text)
{
    char *text = arena_alloc_raw(p->arena, (size_t)(close - p->at) + 1, 1);
    if (!text) return error_no_memory(p->error);
    size_t len = 0;
    while (p->at < close) {
        if (*p->at != '\\') {
            text[len++] = *p->at++;
            continue;
        }
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        const char c = p->at[1]; // there is one: a backslash never stands last before the closing quote
        const char *simple = c ? strchr(from, c) : NULL;
        p->at += 2;
        if (simple) {
            text[len++] = to[simple - from];
        } else if (c == 'u') {
            size_t added;
            TRY(unescape_unicode(p, close, text + len, &added));
            len += added;
        } else {
            return malformed(p, "an unknown escape");
        }
    }
    *out_text = (struct str){.ptr = text, .len = len};
    return STATUS_OK;
}

static enum status parse_string(struct parser *p)
{
    const char *close = ++p->at;
    bool has_escape = false;
    for (; close < p->end && *close != '"'; close++) {
        if ((unsigned char)*close < 0x20) {
            p->at = close;
            return malformed(p, "a control character inside a string");
        }
        if (*close == '\\') {
            has_escape = true;
            if (++close == p->end) break;
        }
    }
    if (close >= p->end) return malformed(p, "a string that is not closed begins");
    struct json_value *value;
    TRY(push(p, JSON_STRING, &value));
    if (has_escape)
        TRY(unescape(p, close, &value->text));
    else
        value->text = (struct str){.ptr = p->at, .len = (size_t)(close - p->at)};
    p->at = close + 1;
    return STATUS_OK;
}

static enum status parse_value(struct parser *p);

static enum status parse_array(struct parser *p)
{
    struct json_value *array;
    TRY(push(p, JSON_ARRAY, &array));
    p->at++;
    skip_space(p);
    if (accept(p, ']')) return STATUS_OK;
    do {
        TRY(parse_value(p));
        array->count++;
        skip_space(p);
    } while (accept(p, ','));
    if (!accept(p, ']')) return malformed(p, "a comma or ] is missing");
    array->span = (uint32_t)(&p->tape[p->used] - array);
    return STATUS_OK;
}

// Names seen so far, open addressing; slots hold tape indices + 1 (0 = free).
static enum status check_names(struct parser *p, const struct json_value *object)
{
    size_t slots = 16;
    while (slots < (size_t)object->count * 2)
        slots *= 2;
    const struct json_value **table = ARENA_ARRAY(p->arena, const struct json_value *, slots);
    if (!table) return error_no_memory(p->error);
    const struct json_value *name = json_first(object);
    for (uint32_t i = 0; i < object->count; i++, name = json_after(name + 1)) {
        size_t slot = (size_t)str_hash(name->text) & (slots - 1);
        for (; table[slot]; slot = (slot + 1) & (slots - 1))
            if (str_eq(table[slot]->text, name->text))
                return error_set(p->error, STATUS_MALFORMED, "invalid_json",
                                 "the member \"%.*s\" stands twice in one object",
                                 (int)(name->text.len < 64 ? name->text.len : 64), name->text.ptr);
        table[slot] = name;
    }
    return STATUS_OK;
}

static enum status parse_object(struct parser *p)
{
    struct json_value *object;
    TRY(push(p, JSON_OBJECT, &object));
    p->at++;
    skip_space(p);
    if (accept(p, '}')) return STATUS_OK;
    do {
        skip_space(p);
        if (p->at == p->end || *p->at != '"') return malformed(p, "a member name in quotes is missing");
        TRY(parse_string(p));
        skip_space(p);
        if (!accept(p, ':')) return malformed(p, "a colon is missing");
        TRY(parse_value(p));
        object->count++;
        skip_space(p);
    } while (accept(p, ','));
    if (!accept(p, '}')) return malformed(p, "a comma or } is missing");
    object->span = (uint32_t)(&p->tape[p->used] - object);
    return check_names(p, object);
}

static enum status parse_container(struct parser *p)
{
    if (++p->depth > LIMIT_JSON_DEPTH) return malformed(p, "too many levels of nesting");
    const enum status status = *p->at == '{' ? parse_object(p) : parse_array(p);
    p->depth--;
    return status;
}

static enum status parse_value(struct parser *p)
{
    skip_space(p);
    if (p->at == p->end) return malformed(p, "a value is missing");
    const char c = *p->at;
    if (c == '{' || c == '[') return parse_container(p);
    if (c == '"') return parse_string(p);
    if (c == 't') return parse_word(p, STR("true"), JSON_TRUE);
    if (c == 'f') return parse_word(p, STR("false"), JSON_FALSE);
    if (c == 'n') return parse_word(p, STR("null"), JSON_NULL);
    if (c == '-' || (c >= '0' && c <= '9')) return parse_number(p);
    return malformed(p, "no JSON value");
}

enum status json_parse(struct arena *arena, struct str text, const struct json_value **out_root,
                       struct error *error)
{
    // a value takes at least two bytes ("1,"), so this many entries always suffice
    const size_t most = text.len / 2 + 2 < LIMIT_JSON_VALUES ? text.len / 2 + 2 : LIMIT_JSON_VALUES;
    struct parser p = {.arena = arena,
                       .error = error,
                       .start = text.ptr,
                       .at = text.ptr,
                       .end = text.ptr + text.len,
                       .capacity = (uint32_t)most};
    if (!text.len) return malformed(&p, "a value is missing");
    if (!str_is_utf8(text))
        return error_set(error, STATUS_MALFORMED, "invalid_json", "the JSON text is not valid UTF-8");
    p.tape = arena_alloc_raw(arena, most, sizeof *p.tape);
    if (!p.tape) return error_no_memory(error);
    TRY(parse_value(&p));
    skip_space(&p);
    if (p.at != p.end) return malformed(&p, "something after the value");
    *out_root = p.tape;
    return STATUS_OK;
}

const struct json_value *json_member(const struct json_value *object, struct str name)
{
    if (object->type != JSON_OBJECT) return NULL;
    const struct json_value *member = json_first(object);
    for (uint32_t i = 0; i < object->count; i++, member = json_after(member + 1))
        if (str_eq(member->text, name)) return member + 1;
    return NULL;
}

enum status json_parse_object(struct arena *arena, struct str text, const struct json_value **out_object,
                              struct error *error)
{
    TRY(json_parse(arena, text, out_object, error));
    return (*out_object)->type == JSON_OBJECT ? STATUS_OK : error_add_field(error, "", "must be an object");
}
