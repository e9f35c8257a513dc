#include "base/log.h"

#include "base/clock.h"
#include "base/datetime.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, VALUE_MAX_BYTES = 1024 };

static _Atomic enum log_level lowest_level = LOG_INFO;

// Room is kept for the closing brace and newline.
struct line {
    char bytes[LINE_MAX_BYTES];
    size_t len;
    bool full; // something did not fit
};

void log_set_level(enum log_level level)
{
    atomic_store(&lowest_level, level);
}

static void add(struct line *line, const char *text, size_t len)
{
    line->full |= line->len + len > LINE_MAX_BYTES - 2;
    if (line->full) return;
    memcpy(line->bytes + line->len, text, len);
    line->len += len;
}

static void add_escaped(struct line *line, struct str text)
{
    const struct str shown = str_is_utf8(text) ? str_prefix(text, VALUE_MAX_BYTES) : STR("(not UTF-8)");
    add(line, "\"", 1);
    for (size_t i = 0; i < shown.len; i++) {
        const unsigned char c = (unsigned char)shown.ptr[i];
        char escape[8];
        if (c == '"' || c == '\\')
            add(line, (const char[]){'\\', (char)c}, 2);
        else if (c < 0x20 || c == 0x7F)
            add(line, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        else
            add(line, &shown.ptr[i], 1);
    }
    add(line, "\"", 1);
}

static void add_number(struct line *line, const struct log_field *field)
{
    char text[40];
    int len;
    if (field->kind == LOG_KIND_INT)
        len = snprintf(text, sizeof text, "%lld", (long long)field->integer);
    else if (isfinite(field->real))
        len = snprintf(text, sizeof text, "%.6g", field->real);
    else
        len = snprintf(text, sizeof text, "null");
    add(line, text, (size_t)len);
}

// All of it or nothing: the line stays valid JSON.
static void add_field(struct line *line, const struct log_field *field)
{
    const size_t before = line->len;
    add(line, ",", 1);
    add_escaped(line, str_from_c(field->name));
    add(line, ":", 1);
    if (field->kind == LOG_KIND_TEXT)
        add_escaped(line, field->text);
    else
        add_number(line, field);
    if (line->full) line->len = before;
    line->full = false;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (level < atomic_load(&lowest_level)) return;
    struct line line = {.len = 0};
    char time[DATETIME_TEXT_MAX];
    add(&line, "{\"time\":", 8);
    add_escaped(&line, datetime_format_us(clock_wall_us(), time));
    add_field(&line, &LOG_C("level", names[level]));
    add_field(&line, &LOG_C("event", event));
    for (; fields->kind != LOG_KIND_END; fields++)
        add_field(&line, fields);
    memcpy(line.bytes + line.len, "}\n", 2);
    const ssize_t written =
        write(STDERR_FILENO, line.bytes, line.len + 2); // one write: lines do not interleave
    (void)written; // a log that cannot be written has nowhere to be reported
}
