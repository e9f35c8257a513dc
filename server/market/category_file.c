#include "market/category_file.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

enum { KEYS_FIRST = 64 };

struct key {
    struct str name;
    unsigned long long line;
};

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; // the present one
    size_t event_count;
    size_t depth; // of what is open around the present event
    struct category_builder *builder;
    struct arena arena; // names, while what they name is read
    struct key *keys;   // of the mappings that are open, to find what is said twice
    size_t key_count, key_capacity;
    struct error *error;
};

// What a member of a mapping is handed to: the present event is its value, and is read to its end.
typedef enum status member_visit(struct reader *reader, struct str key, void *context);

// What an item of a list is handed to.
typedef enum status item_visit(struct reader *reader, struct str item, void *context);

static unsigned long long line_of(const struct reader *reader)
{
    return (unsigned long long)reader->event.start_mark.line + 1;
}

static enum status blame(const struct reader *reader, const char *what)
{
    return error_set(reader->error, STATUS_MALFORMED, NULL, "line %llu: %s", line_of(reader), what);
}

// What the builder refused, with the line it is about.
static enum status blame_line(const struct reader *reader, unsigned long long line, enum status status,
                              const struct error *cause)
{
    if (status == STATUS_OK) return STATUS_OK;
    const enum status told = status == STATUS_INVALID ? STATUS_MALFORMED : status;
    return error_set(reader->error, told, NULL, "line %llu: %s", line, cause->message);
}

// Of the member whose value is the present event.
static unsigned long long line_of_key(const struct reader *reader)
{
    return reader->keys[reader->key_count - 1].line;
}

static struct str scalar_of(const struct reader *reader)
{
    return (struct str){(const char *)reader->event.data.scalar.value, reader->event.data.scalar.length};
}

// Nothing at all, as YAML writes it: "needs_review:" with nothing behind, "~" or "null".
static bool is_nothing(const struct reader *reader)
{
    if (reader->event.type != YAML_SCALAR_EVENT) return false;
    const struct str text = scalar_of(reader);
    return reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text.len == 0 || str_eq(text, STR("~")) || str_eq(text, STR("null")));
}

static bool is_decorated(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor || event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    case YAML_ALIAS_EVENT: return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return false;
    }
    return false;
}

static enum status check_depth(struct reader *reader)
{
    const yaml_event_type_t type = reader->event.type;
    if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT) reader->depth++;
    if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT) reader->depth--;
    if (reader->depth <= LIMIT_CATEGORY_FILE_DEPTH) return STATUS_OK;
    return blame(reader, "lists and mappings are nested too deeply");
}

static enum status next(struct reader *reader)
{
    yaml_event_delete(&reader->event);
    if (!yaml_parser_parse(&reader->parser, &reader->event)) {
        const char *problem = reader->parser.problem ? reader->parser.problem : "it cannot be read";
        return error_set(reader->error, STATUS_MALFORMED, NULL, "line %llu: no YAML: %s",
                         (unsigned long long)reader->parser.problem_mark.line + 1, problem);
    }
    if (++reader->event_count > LIMIT_CATEGORY_FILE_EVENTS)
        return error_set(reader->error, STATUS_TOO_LARGE, NULL, "it has more than %d parts",
                         LIMIT_CATEGORY_FILE_EVENTS);
    if (is_decorated(&reader->event)) return blame(reader, "anchors, aliases and tags are not read");
    return check_depth(reader);
}

// The present event is the beginning of what is passed over; afterwards it is its end.
static enum status skip(struct reader *reader)
{
    if (reader->event.type == YAML_SCALAR_EVENT) return STATUS_OK;
    const size_t outside = reader->depth - 1;
    while (reader->depth > outside)
        TRY(next(reader));
    return STATUS_OK;
}

static enum status push_key(struct reader *reader)
{
    if (reader->key_count == reader->key_capacity) {
        const size_t capacity = reader->key_capacity ? reader->key_capacity * 2 : KEYS_FIRST;
        struct key *grown = reallocarray(reader->keys, capacity, sizeof *grown);
        if (!grown) return error_no_memory(reader->error);
        reader->keys = grown;
        reader->key_capacity = capacity;
    }
    const struct str name = str_copy(&reader->arena, scalar_of(reader));
    if (!name.ptr) return error_no_memory(reader->error);
    reader->keys[reader->key_count++] = (struct key){name, line_of(reader)};
    return STATUS_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    const int order = str_compare_ignore_case(x->name, y->name);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

// Forgets the keys of the mapping that ends, which must differ from each other by more than case.
static enum status pop_keys(struct reader *reader, size_t from)
{
    struct key *keys = reader->keys ? reader->keys + from : NULL;
    const size_t count = reader->key_count - from;
    reader->key_count = from;
    if (keys && count > 1) qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; keys && i < count; i++)
        if (str_eq_ignore_case(keys[i].name, keys[i - 1].name))
            return error_set(reader->error, STATUS_MALFORMED, NULL,
                             "line %llu: %.*s was there already, in line %llu", keys[i].line,
                             STR_ARG(str_prefix(keys[i].name, 100)), keys[i - 1].line);
    return STATUS_OK;
}

static enum status each_member(struct reader *reader, member_visit *visit, void *context)
{
    if (is_nothing(reader)) return STATUS_OK;
    if (reader->event.type != YAML_MAPPING_START_EVENT)
        return blame(reader, "a mapping (name: value) is expected here");
    const size_t outer_keys = reader->key_count;
    for (;;) {
        TRY(next(reader));
        if (reader->event.type == YAML_MAPPING_END_EVENT) return pop_keys(reader, outer_keys);
        if (reader->event.type != YAML_SCALAR_EVENT) return blame(reader, "a name is expected here");
        TRY(push_key(reader));
        const struct str key = reader->keys[reader->key_count - 1].name;
        TRY(next(reader));
        TRY(visit(reader, key, context));
    }
}

static enum status each_item(struct reader *reader, item_visit *visit, void *context)
{
    if (is_nothing(reader)) return STATUS_OK;
    if (reader->event.type != YAML_SEQUENCE_START_EVENT)
        return blame(reader, "a list of names is expected here");
    for (;;) {
        TRY(next(reader));
        if (reader->event.type == YAML_SEQUENCE_END_EVENT) return STATUS_OK;
        if (reader->event.type != YAML_SCALAR_EVENT || scalar_of(reader).len == 0)
            return blame(reader, "a name is expected here");
        TRY(visit(reader, scalar_of(reader), context));
    }
}

static enum status mention_at(struct reader *reader, unsigned long long line,
                              const struct category_mention *mention)
{
    struct error cause = {0};
    const enum status status = category_builder_mention(reader->builder, mention, &cause);
    return blame_line(reader, line, status, &cause);
}

static enum status mention(struct reader *reader, const struct category_mention *mention)
{
    return mention_at(reader, line_of(reader), mention);
}

// ---- symbols

static enum status visit_category_of_symbol(struct reader *reader, struct str item, void *context)
{
    const struct category_mention *symbol = context;
    return mention(reader, &(struct category_mention){.symbol = symbol->symbol, .category = item});
}

static enum status read_asset(struct reader *reader, struct str *out_asset)
{
    if (reader->event.type != YAML_SCALAR_EVENT)
        return blame(reader, "the name of an asset is expected here");
    if (is_nothing(reader)) return STATUS_OK;
    *out_asset = str_copy(&reader->arena, scalar_of(reader));
    return out_asset->ptr ? STATUS_OK : error_no_memory(reader->error);
}

static enum status visit_symbol_member(struct reader *reader, struct str key, void *context)
{
    struct category_mention *symbol = context;
    if (str_eq(key, STR("base_asset"))) return read_asset(reader, &symbol->base_asset);
    if (str_eq(key, STR("quote_asset"))) return read_asset(reader, &symbol->quote_asset);
    if (str_eq(key, STR("categories"))) return each_item(reader, visit_category_of_symbol, context);
    return skip(reader);
}

static enum status visit_symbol(struct reader *reader, struct str key, void *context)
{
    (void)context;
    struct category_mention symbol = {.symbol = key};
    const unsigned long long line = line_of_key(reader);
    TRY(each_member(reader, visit_symbol_member, &symbol));
    return mention_at(reader, line, &symbol);
}

// ---- categories, needs_review

static enum status visit_symbol_of_category(struct reader *reader, struct str item, void *context)
{
    const struct str *category = context;
    return mention(reader, &(struct category_mention){.symbol = item, .category = *category});
}

static enum status visit_category(struct reader *reader, struct str key, void *context)
{
    (void)context;
    struct error cause = {0};
    const enum status status = category_builder_add(reader->builder, key, &cause);
    TRY(blame_line(reader, line_of_key(reader), status, &cause));
    return each_item(reader, visit_symbol_of_category, &key);
}

static enum status visit_review(struct reader *reader, struct str item, void *context)
{
    (void)context;
    return mention(reader, &(struct category_mention){.symbol = item, .needs_review = true});
}

// ---- the whole

static enum status visit_section(struct reader *reader, struct str key, void *context)
{
    (void)context;
    if (str_eq(key, STR("symbols"))) return each_member(reader, visit_symbol, NULL);
    if (str_eq(key, STR("categories"))) return each_member(reader, visit_category, NULL);
    if (str_eq(key, STR("needs_review"))) return each_item(reader, visit_review, NULL);
    if (reader->event.type == YAML_SCALAR_EVENT) return STATUS_OK;
    return error_set(reader->error, STATUS_MALFORMED, NULL,
                     "line %llu: \"%.*s\" is no section; there are symbols, categories and needs_review",
                     line_of_key(reader), STR_ARG(str_prefix(key, 60)));
}

static enum status expect(struct reader *reader, yaml_event_type_t type, const char *otherwise)
{
    TRY(next(reader));
    return reader->event.type == type ? STATUS_OK : blame(reader, otherwise);
}

static enum status read_all(struct reader *reader)
{
    static const char *const empty = "it is empty: symbols, categories and needs_review are expected";
    TRY(expect(reader, YAML_STREAM_START_EVENT, empty));
    TRY(expect(reader, YAML_DOCUMENT_START_EVENT, empty));
    TRY(next(reader));
    if (is_nothing(reader)) return blame(reader, empty);
    TRY(each_member(reader, visit_section, NULL));
    TRY(expect(reader, YAML_DOCUMENT_END_EVENT, "the file goes on behind its end"));
    return expect(reader, YAML_STREAM_END_EVENT, "there is a second document");
}

static enum status read_with(struct reader *reader, struct str text, const struct category_set **out_set)
{
    if (!yaml_parser_initialize(&reader->parser)) return error_no_memory(reader->error);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)text.ptr, text.len);
    enum status status = read_all(reader);
    if (status == STATUS_OK) status = category_builder_finish(reader->builder, out_set, reader->error);
    yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
    return status;
}

enum status category_text_read(struct str text, uint64_t version, const struct category_set **out_set,
                               struct error *error)
{
    if (text.len > LIMIT_CATEGORY_FILE_BYTES)
        return error_set(error, STATUS_TOO_LARGE, NULL, "it is longer than %zu bytes",
                         (size_t)LIMIT_CATEGORY_FILE_BYTES);
    CATEGORY_BUILDER_SCOPE builder = NULL;
    TRY(category_builder_new(version, &builder, error));
    struct reader reader = {.builder = builder, .error = error};
    arena_init(&reader.arena, LIMIT_CATEGORY_SET_BYTES);
    const enum status status = read_with(&reader, text, out_set);
    free(reader.keys);
    arena_clear(&reader.arena);
    return status;
}

// The bytes of an open file; a folder or a pipe is none.
static enum status read_bytes(int fd, const char *path, struct buf *buf, struct error *error)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return error_set(error, STATUS_UNAVAILABLE, NULL, "%.300s is no file", path);
    while (buf->len <= LIMIT_CATEGORY_FILE_BYTES) {
        enum { PIECE = 65536 };
        if (!buf_reserve(buf, PIECE)) return error_no_memory(error);
        const ssize_t got = read(fd, buf->data + buf->len, PIECE);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return error_set(error, STATUS_UNAVAILABLE, NULL, "%.300s cannot be read: %s", path,
                             strerrordesc_np(errno));
        if (got == 0) break;
        buf->len += (size_t)got;
    }
    return STATUS_OK;
}

enum status category_file_read(const char *path, uint64_t version, const struct category_set **out_set,
                               struct error *error)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set(error, errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE,
                         NULL, "%.300s: %s", path, strerrordesc_np(errno));
    BUF_SCOPE(buf, 2 * LIMIT_CATEGORY_FILE_BYTES);
    const enum status status = read_bytes(fd, path, &buf, error);
    (void)close(fd);
    TRY(status);
    return category_text_read(buf_str(&buf), version, out_set, error);
}
