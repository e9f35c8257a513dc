#include "emit.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct buf inputs = {.max_bytes = EMIT_FILE_BYTES_MAX};

void emit_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("generator: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

char *emit_format(const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) emit_fail("out of memory");
    return text;
}

void *emit_array(size_t count, size_t size)
{
    void *items = calloc(count ? count : 1, size);
    if (!items) emit_fail("out of memory");
    return items;
}

struct str emit_file_read(const char *path)
{
    emit_inputs_add(path);
    FILE *file = fopen(path, "rbe");
    if (!file) emit_fail("cannot open %s: %s", path, strerror(errno));
    struct buf contents = {.max_bytes = EMIT_FILE_BYTES_MAX};
    while (!feof(file)) {
        if (!buf_reserve(&contents, 65536)) emit_fail("%s is too large", path);
        contents.len += fread(contents.data + contents.len, 1, 65536, file);
        if (ferror(file)) emit_fail("cannot read %s: %s", path, strerror(errno));
    }
    (void)fclose(file);
    return buf_str(&contents);
}

void emit_file_write(const char *path, const struct buf *contents)
{
    if (contents->failed) emit_fail("%s would be too large", path);
    FILE *file = fopen(path, "wbe");
    if (!file) emit_fail("cannot create %s: %s", path, strerror(errno));
    if (contents->len && fwrite(contents->data, contents->len, 1, file) != 1)
        emit_fail("cannot write %s: %s", path, strerror(errno));
    if (fclose(file) != 0) emit_fail("cannot write %s: %s", path, strerror(errno));
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

struct emit_folder emit_folder_read(const char *path)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, is_visible, by_bytes);
    if (count < 0 && errno == ENOENT) return (struct emit_folder){0};
    if (count < 0) emit_fail("cannot read the folder %s: %s", path, strerror(errno));
    emit_inputs_add(path);
    struct emit_folder folder = {.names = emit_array((size_t)count, sizeof(char *)), .count = (size_t)count};
    for (size_t i = 0; i < folder.count; i++)
        folder.names[i] = entries[i]->d_name;
    return folder;
}

static void emit_char(struct buf *out, char c, bool is_last)
{
    const unsigned char byte = (unsigned char)c;
    if (c == '\n') {
        buf_append_str(out, is_last ? STR("\\n") : STR("\\n\"\n    \""));
    } else if (c == '"' || c == '\\') {
        buf_append_char(out, '\\');
        buf_append_char(out, c);
    } else if (byte < 0x20 || byte >= 0x7F) {
        buf_append_format(out, "\\%03o", byte);
    } else {
        buf_append_char(out, c);
    }
}

void emit_literal(struct buf *out, struct str text)
{
    buf_append_char(out, '"');
    for (size_t i = 0; i < text.len; i++)
        emit_char(out, text.ptr[i], i + 1 == text.len);
    buf_append_char(out, '"');
}

void emit_inputs_add(const char *path)
{
    buf_append_format(&inputs, " \\\n  %s", path);
}

void emit_inputs_write(const char *path, const char *target)
{
    struct buf rule = {.max_bytes = EMIT_FILE_BYTES_MAX};
    buf_append_format(&rule, "%s:", target);
    buf_append_str(&rule, buf_str(&inputs));
    buf_append_char(&rule, '\n');
    emit_file_write(path, &rule);
}
