#include "market/ingest/field.h"

#include "base/datetime.h"
#include "base/digits.h"
#include "base/number.h"

static const int64_t us_per_s = 1000000, us_per_ms = 1000;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// "1609459200000.0" without its ".0"; text that has something else behind the point stays as it is.
static struct str without_zero_fraction(struct str text)
{
    const size_t point = str_find(text, '.');
    if (point + 1 >= text.len) return text;
    for (size_t i = point + 1; i < text.len; i++)
        if (text.ptr[i] != '0') return text;
    return str_slice(text, 0, point);
}

static bool time_from_integer(int64_t value, int64_t *out_time_us)
{
    const int64_t magnitude = value < 0 ? -(value + 1) : value; // INT64_MIN has no positive twin
    if (magnitude >= 100000000000000000) return false;
    if (magnitude >= 100000000000000)
        *out_time_us = value;
    else
        *out_time_us = value * (magnitude >= 100000000000 ? us_per_ms : us_per_s);
    return true;
}

// Digits appended to a mantissa, which may wrap around beyond 19 of them; answers how many there were.
static size_t take_digits(const char *at, const char *end, uint64_t *mantissa)
{
    const char *begin = at;
    uint64_t value = *mantissa, text;
    for (; (size_t)(end - at) >= sizeof text; at += sizeof text) {
        memcpy(&text, at, sizeof text);
        if (!digits_are_eight(text)) break;
        value = value * DIGITS_EIGHT + digits_eight_value(text);
    }
    for (; at < end && is_digit(*at); at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *mantissa = value;
    return (size_t)(at - begin);
}

// Nothing but digits, few enough for an integer: nearly every time and count is.
static bool integer_is_short(struct str text, int64_t *out_value)
{
    enum { DIGITS_MAX = 18 };
    uint64_t value = 0;
    if (text.len == 0 || text.len > DIGITS_MAX) return false;
    if (take_digits(text.ptr, text.ptr + text.len, &value) != text.len) return false;
    *out_value = (int64_t)value;
    return true;
}

bool field_time_us(struct str text, int64_t *out_time_us)
{
    int64_t value;
    if (integer_is_short(text, &value)) return time_from_integer(value, out_time_us);
    text = str_trim(text);
    if (str_to_int64(without_zero_fraction(text), &value)) return time_from_integer(value, out_time_us);
    return datetime_parse_us(text, out_time_us);
}

// Digits with at most one point, where mantissa and power of ten are both exact doubles, so that one division
// rounds correctly (Clinger 1990). Nearly every number of an exchange is one, once the zeros it is padded
// with are off.
static bool number_is_short(struct str text, double *out_value)
{
    enum { DIGITS_MAX = 19 }; // fit into 64 bits
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
    const char *end = text.ptr + text.len;
    uint64_t mantissa = 0;
    size_t decimals = 0;
    const size_t whole = take_digits(text.ptr, end, &mantissa);
    if (whole < text.len) {
        const char *fraction = text.ptr + whole + 1;
        if (fraction[-1] != '.') return false;
        while (end > fraction && end[-1] == '0')
            end--;
        decimals = take_digits(fraction, end, &mantissa);
        if (fraction + decimals != end) return false;
    }
    const size_t digits = whole + decimals;
    const bool has_digits = digits > 0 || text.len > 1; // ".0" has one that is off already
    if (!has_digits || digits > DIGITS_MAX || mantissa > (uint64_t)1 << 53) return false;
    *out_value = (double)mantissa / powers[decimals];
    return true;
}

bool field_number(struct str text, double *out_value)
{
    if (text.len == 0 || text.len > FIELD_NUMBER_MAX_BYTES) return false;
    return number_is_short(text, out_value) || number_parse(str_trim(text), out_value);
}

bool field_count(struct str text, int64_t *out_value)
{
    return integer_is_short(text, out_value) ||
           str_to_int64(without_zero_fraction(str_trim(text)), out_value);
}

// C0, DEL and (where the text is UTF-8) both bytes of a C1 control.
static bool is_obeyed(struct str text, size_t i)
{
    const unsigned char byte = (unsigned char)text.ptr[i];
    const unsigned char before = i > 0 ? (unsigned char)text.ptr[i - 1] : 0;
    const unsigned char after = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
    if (byte < 0x20 || byte == 0x7f) return true;
    return (before == 0xc2 && byte >= 0x80 && byte < 0xa0) || (byte == 0xc2 && after >= 0x80 && after < 0xa0);
}

struct field_quoted field_quote(struct str text)
{
    enum { SHOWN_BYTES = 40 };
    struct field_quoted quoted = {.text = "\""};
    const struct str shown = str_slice(text, 0, SHOWN_BYTES);
    const bool is_utf8 = str_is_utf8(shown);
    size_t len = 1;
    for (size_t i = 0; i < shown.len; i++) {
        const bool is_shown = !is_obeyed(shown, i) && ((unsigned char)shown.ptr[i] < 0x80 || is_utf8);
        quoted.text[len++] = is_shown ? shown.ptr[i] : '?';
    }
    const char *end = shown.len < text.len ? "...\"" : "\"";
    (void)str_to_c(str_from_c(end), quoted.text + len, sizeof quoted.text - len);
    return quoted;
}
