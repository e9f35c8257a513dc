#include "json/writer.h"

#include "base/datetime.h"
#include "base/digits.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>

// Room for a separator and `len` bytes; false when the buffer is full.
static bool begin_value(struct json_writer *w, size_t len)
{
    if (!buf_reserve(w->buf, len + 1)) return false;
    if (w->needs_comma) w->buf->data[w->buf->len++] = ',';
    w->needs_comma = true;
    return true;
}

static void put_literal(struct json_writer *w, struct str text)
{
    if (begin_value(w, text.len)) buf_append_str(w->buf, text);
}

static void open_container(struct json_writer *w, struct str bracket)
{
    put_literal(w, bracket);
    w->needs_comma = false;
}

static void close_container(struct json_writer *w, char bracket)
{
    buf_append_char(w->buf, bracket);
    w->needs_comma = true;
}

void json_begin_object(struct json_writer *w)
{
    open_container(w, STR("{"));
}

void json_end_object(struct json_writer *w)
{
    close_container(w, '}');
}

void json_begin_array(struct json_writer *w)
{
    open_container(w, STR("["));
}

void json_end_array(struct json_writer *w)
{
    close_container(w, ']');
}

// Length of the run that needs no escape.
static size_t plain_run(struct str text, size_t from)
{
    size_t i = from;
    while (i < text.len && (unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != '"' && text.ptr[i] != '\\')
        i++;
    return i - from;
}

static void put_escaped(struct buf *buf, struct str text)
{
    buf_append_char(buf, '"');
    for (size_t i = 0; i < text.len;) {
        const size_t run = plain_run(text, i);
        if (run) buf_append(buf, text.ptr + i, run);
        i += run;
        if (i == text.len) break;
        const char c = text.ptr[i++];
        if (c == '"' || c == '\\')
            buf_append_format(buf, "\\%c", c);
        else if (c == '\n')
            buf_append_str(buf, STR("\\n"));
        else
            buf_append_format(buf, "\\u%04x", (unsigned)c);
    }
    buf_append_char(buf, '"');
}

void json_key_str(struct json_writer *w, struct str name)
{
    json_str(w, name);
    buf_append_char(w->buf, ':');
    w->needs_comma = false;
}

void json_key(struct json_writer *w, const char *name)
{
    const size_t len = strlen(name);
    if (!begin_value(w, len + 3)) return;
    char *at = w->buf->data + w->buf->len;
    at[0] = '"';
    memcpy(at + 1, name, len);
    memcpy(at + 1 + len, "\":", 2);
    w->buf->len += len + 3;
    w->needs_comma = false;
}

void json_str(struct json_writer *w, struct str text)
{
    if (begin_value(w, text.len + 2)) put_escaped(w->buf, text);
}

void json_c(struct json_writer *w, const char *text)
{
    json_value_of(w, str_from_c(text));
}

void json_value_of(struct json_writer *w, struct str text)
{
    if (text.ptr)
        json_str(w, text);
    else
        json_null(w);
}

// The caller has reserved DIGITS_TEXT_MAX.
static void put_int(struct buf *buf, int64_t value)
{
    buf->len = (size_t)(digits_put_signed(buf->data + buf->len, value) - buf->data);
}

void json_int(struct json_writer *w, int64_t value)
{
    if (begin_value(w, DIGITS_TEXT_MAX)) put_int(w->buf, value);
}

// The caller has reserved NUMBER_TEXT_MAX.
static void put_double(struct buf *buf, double value)
{
    if (isfinite(value)) {
        buf->len += number_format(value, buf->data + buf->len);
    } else {
        memcpy(buf->data + buf->len, "null", 4);
        buf->len += 4;
    }
}

void json_double(struct json_writer *w, double value)
{
    if (begin_value(w, NUMBER_TEXT_MAX)) put_double(w->buf, value);
}

void json_decimal(struct json_writer *w, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    const struct str digits = {text, decimal_format(value, text)};
    if (w->quotes_decimals)
        json_str(w, digits);
    else
        put_literal(w, digits);
}

void json_bool(struct json_writer *w, bool value)
{
    put_literal(w, value ? STR("true") : STR("false"));
}

void json_null(struct json_writer *w)
{
    put_literal(w, STR("null"));
}

void json_raw(struct json_writer *w, struct str json)
{
    put_literal(w, json);
}

void json_time_us(struct json_writer *w, int64_t time_us)
{
    char text[DATETIME_TEXT_MAX];
    if (time_us)
        json_str(w, datetime_format_us(time_us, text));
    else
        json_null(w);
}

void json_put_str(struct json_writer *w, const char *name, struct str text)
{
    json_key(w, name);
    json_value_of(w, text);
}

void json_put_c(struct json_writer *w, const char *name, const char *text)
{
    json_key(w, name);
    json_c(w, text);
}

void json_put_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
}

void json_put_double(struct json_writer *w, const char *name, double value)
{
    json_key(w, name);
    json_double(w, value);
}

void json_put_decimal(struct json_writer *w, const char *name, struct decimal value)
{
    json_key(w, name);
    json_decimal(w, value);
}

void json_put_decimal_if(struct json_writer *w, const char *name, bool is_known, struct decimal value)
{
    if (is_known)
        json_put_decimal(w, name, value);
    else
        json_put_null(w, name);
}

void json_put_bool(struct json_writer *w, const char *name, bool value)
{
    json_key(w, name);
    json_bool(w, value);
}

void json_put_null(struct json_writer *w, const char *name)
{
    json_key(w, name);
    json_null(w);
}

void json_put_raw(struct json_writer *w, const char *name, struct str json)
{
    json_key(w, name);
    json_raw(w, json);
}

void json_put_time_us(struct json_writer *w, const char *name, int64_t time_us)
{
    json_key(w, name);
    json_time_us(w, time_us);
}

void json_double_array(struct json_writer *w, const double *values, size_t count)
{
    json_begin_array(w);
    for (size_t i = 0; i < count && buf_reserve(w->buf, NUMBER_TEXT_MAX + 1); i++) {
        if (i) w->buf->data[w->buf->len++] = ',';
        put_double(w->buf, values[i]);
    }
    json_end_array(w);
}

void json_int_array(struct json_writer *w, const int64_t *values, size_t count)
{
    json_begin_array(w);
    for (size_t i = 0; i < count && buf_reserve(w->buf, DIGITS_TEXT_MAX + 1); i++) {
        if (i) w->buf->data[w->buf->len++] = ',';
        put_int(w->buf, values[i]);
    }
    json_end_array(w);
}
