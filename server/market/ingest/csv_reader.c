#include "market/ingest/csv_reader.h"

#include "base/limits.h"

#include <assert.h>
#include <string.h>

static_assert(CSV_BUFFER_BYTES > 2 * LIMIT_IMPORT_LINE_BYTES, "a line and its successor fit");

void csv_reader_init(struct csv_reader *reader, struct byte_source *source)
{
    reader->source = source;
    reader->begin = reader->end = reader->total_bytes = 0;
    reader->line = 0;
    reader->at_end = false;
}

// Moves what is left to the front and reads behind it, once.
static enum status refill(struct csv_reader *reader, struct error *error)
{
    const size_t left = reader->end - reader->begin;
    TRY(byte_source_look(reader->source, error));
    memmove(reader->buffer, reader->buffer + reader->begin, left);
    reader->begin = 0;
    reader->end = left;
    size_t got = 0;
    TRY(reader->source->read(reader->source, reader->buffer + left, sizeof reader->buffer - left, &got,
                             error));
    reader->end += got;
    reader->total_bytes += got;
    reader->at_end = got == 0;
    if (reader->total_bytes > LIMIT_IMPORT_FILE_BYTES)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large", "more than %zu bytes",
                         (size_t)LIMIT_IMPORT_FILE_BYTES);
    return STATUS_OK;
}

static enum status skip_byte_order_mark(struct csv_reader *reader, struct error *error)
{
    enum { MARK_BYTES = 3 };
    while (reader->end < MARK_BYTES && !reader->at_end)
        TRY(refill(reader, error));
    const struct str text = {.ptr = reader->buffer, .len = reader->end};
    if (str_starts_with(text, STR("\xff\xfe")) || str_starts_with(text, STR("\xfe\xff")))
        return error_set(error, STATUS_MALFORMED, NULL, "it is UTF-16 text; save it as UTF-8");
    if (str_starts_with(text, STR("\xef\xbb\xbf"))) reader->begin = MARK_BYTES;
    return STATUS_OK;
}

// The next line without its end, or as much of it as there may be: *out_is_long then.
static enum status next_line(struct csv_reader *reader, struct str *out_line, bool *out_is_long,
                             struct error *error)
{
    *out_is_long = false;
    for (;;) {
        const struct str held = {.ptr = reader->buffer + reader->begin, .len = reader->end - reader->begin};
        const size_t len = str_find(held, '\n');
        const bool is_whole = len < held.len || reader->at_end;
        if (is_whole || len > LIMIT_IMPORT_LINE_BYTES) {
            *out_is_long |= len > LIMIT_IMPORT_LINE_BYTES;
            *out_line = str_slice(held, 0, len);
            reader->begin += len < held.len ? len + 1 : len;
            if (is_whole) return STATUS_OK;
        }
        TRY(refill(reader, error));
    }
}

// The highest bit of each byte of the word that is a comma, and no other.
static uint64_t commas_in(uint64_t text)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), other = text ^ UINT64_C(0x2c2c2c2c2c2c2c2c);
    return ~(((other & low) + low) | other | low);
}

static bool add_field(struct csv_record *record, const char *begin, const char *end)
{
    if (record->count == CSV_FIELDS_MAX) return false;
    record->fields[record->count++] = (struct str){.ptr = begin, .len = (size_t)(end - begin)};
    return true;
}

// Eight bytes at a time: fields are so short that a search for each one costs more than what it finds.
static bool split_plain(struct str line, struct csv_record *record)
{
    enum { WORD_BYTES = sizeof(uint64_t) };
    const char *begin = line.ptr, *const end = line.ptr + line.len;
    for (const char *at = begin; at < end; at += WORD_BYTES) {
        const size_t left = (size_t)(end - at);
        uint64_t text = 0; // behind the end there is no comma
        memcpy(&text, at, left < WORD_BYTES ? left : WORD_BYTES);
        for (uint64_t commas = commas_in(text); commas; commas &= commas - 1) {
            const char *comma = at + __builtin_ctzll(commas) / 8;
            if (!add_field(record, begin, comma)) return false;
            begin = comma + 1;
        }
    }
    return add_field(record, begin, end);
}

// A field that begins with a quote, unescaped where it stands. Answers the bytes it takes, 0 when it is
// malformed.
static size_t unquote(char *text, size_t len, struct str *out_field)
{
    size_t kept = 0;
    for (size_t at = 1; at < len; at++) {
        if (text[at] == '"') {
            const bool is_escaped = at + 1 < len && text[at + 1] == '"';
            if (!is_escaped) {
                *out_field = (struct str){.ptr = text, .len = kept};
                return at + 1 == len || text[at + 1] == ',' ? at + 1 : 0;
            }
            at++;
        }
        text[kept++] = text[at];
    }
    return 0;
}

static const char *split_quoted(char *text, size_t len, struct csv_record *record)
{
    size_t at = 0;
    for (;;) {
        if (record->count == CSV_FIELDS_MAX) return "more columns than are read";
        struct str *field = &record->fields[record->count++];
        if (at < len && text[at] == '"') {
            const size_t taken = unquote(text + at, len - at, field);
            if (taken == 0) return "a quote that is not closed or stands inside a field";
            at += taken;
        } else {
            const struct str rest = {.ptr = text + at, .len = len - at};
            *field = str_slice(rest, 0, str_find(rest, ','));
            at += field->len;
        }
        if (at >= len) return NULL;
        at++; // the comma
    }
}

static const char *split(struct csv_reader *reader, struct str line, struct csv_record *record)
{
    if (str_find(line, '"') == line.len)
        return split_plain(line, record) ? NULL : "more columns than are read";
    return split_quoted(reader->buffer + (line.ptr - reader->buffer), line.len, record);
}

enum status csv_reader_next(struct csv_reader *reader, struct csv_record *out_record, struct error *error)
{
    if (reader->line == 0) TRY(skip_byte_order_mark(reader, error));
    out_record->count = 0;
    out_record->problem = NULL;
    while (!reader->at_end || reader->begin < reader->end) {
        struct str line;
        bool is_long;
        TRY(next_line(reader, &line, &is_long, error));
        out_record->line = ++reader->line;
        if (is_long) {
            out_record->fields[out_record->count++] = (struct str){0};
            out_record->problem = "the line is too long";
            return STATUS_OK;
        }
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (line.len == 0) continue;
        out_record->problem = split(reader, line, out_record);
        return STATUS_OK;
    }
    return STATUS_OK;
}
