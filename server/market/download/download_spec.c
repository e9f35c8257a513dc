#include "market/download/download_spec.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/ingest/series_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

// libyaml's document is a table of nodes: aliases are only references, so that none can make it grow.
struct reader {
    yaml_document_t document;
    int64_t today;
    struct arena *arena;
    struct download_spec *spec;
    bool has_interval, has_start, has_end;
    struct error *error;
};

static unsigned long line_of(const yaml_node_t *node)
{
    return (unsigned long)node->start_mark.line + 1;
}

static struct str text_of(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE) return STR("");
    return str_trim((struct str){(const char *)node->data.scalar.value, node->data.scalar.length});
}

static enum status blame(const struct reader *reader, const yaml_node_t *node, const char *what)
{
    return error_set(reader->error, STATUS_INVALID, NULL, "line %lu: \"%.*s\" %s", line_of(node),
                     STR_ARG(str_prefix(text_of(node), 60)), what);
}

// ---- members

typedef enum status take_member(struct reader *reader, const yaml_node_t *value);

static enum status take_asset(struct reader *reader, const yaml_node_t *value)
{
    if (download_asset_parse(text_of(value), &reader->spec->asset)) return STATUS_OK;
    return blame(reader, value, "is no asset; one of: spot, um, cm");
}

static enum status take_data_type(struct reader *reader, const yaml_node_t *value)
{
    if (str_eq_ignore_case(text_of(value), STR("klines"))) return STATUS_OK;
    (void)blame(reader, value, "is a data_type that is not offered; there is klines");
    reader->error->status = STATUS_UNSUPPORTED;
    return STATUS_UNSUPPORTED;
}

static enum status take_interval(struct reader *reader, const yaml_node_t *value)
{
    reader->has_interval = interval_parse(text_of(value), &reader->spec->interval);
    return reader->has_interval ? STATUS_OK : blame(reader, value, "is no interval such as 1d");
}

static enum status take_day(struct reader *reader, const yaml_node_t *value, int64_t *out_day)
{
    int64_t time_us;
    if (!datetime_parse_us(text_of(value), &time_us))
        return blame(reader, value, "is no day such as 2024-01-31");
    *out_day = datetime_day_us(time_us);
    return time_us >= 0 ? STATUS_OK : blame(reader, value, "is before 1970");
}

static enum status take_start(struct reader *reader, const yaml_node_t *value)
{
    reader->has_start = true;
    return take_day(reader, value, &reader->spec->first_day);
}

static enum status take_end(struct reader *reader, const yaml_node_t *value)
{
    reader->has_end = text_of(value).len > 0; // nothing behind it: up to now
    return reader->has_end ? take_day(reader, value, &reader->spec->last_day) : STATUS_OK;
}

static enum status take_destination(struct reader *reader, const yaml_node_t *value)
{
    reader->spec->destination_dir = str_copy(reader->arena, text_of(value));
    if (!reader->spec->destination_dir.ptr) return error_no_memory(reader->error);
    return text_of(value).len > 0 ? STATUS_OK : blame(reader, value, "is no folder");
}

static enum status take_list(struct reader *reader, const yaml_node_t *list)
{
    const yaml_node_item_t *items = list->data.sequence.items.start;
    const size_t count = (size_t)(list->data.sequence.items.top - items);
    struct str *names = ARENA_ARRAY(reader->arena, struct str, count);
    if (!names) return error_no_memory(reader->error);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_document_get_node(&reader->document, items[i]);
        names[i] = text_of(item);
        if (names[i].len == 0) return blame(reader, item, "is no symbol");
    }
    return download_spec_take_symbols(reader->spec, names, count, reader->arena, reader->error);
}

static enum status take_symbols(struct reader *reader, const yaml_node_t *value)
{
    const struct str one = text_of(value);
    if (value->type == YAML_SEQUENCE_NODE) return take_list(reader, value);
    if (value->type != YAML_SCALAR_NODE) return blame(reader, value, "symbols are a list");
    return download_spec_take_symbols(reader->spec, &one, one.len > 0, reader->arena, reader->error);
}

static const struct {
    const char *name;
    take_member *take;
} members[] = {
    {"asset", take_asset},
    {"data_type", take_data_type},
    {"interval", take_interval},
    {"symbols", take_symbols},
    {"start_date", take_start},
    {"end_date", take_end},
    {"destination_dir", take_destination},
};

static enum status note_unknown(struct reader *reader, struct str name)
{
    struct download_spec *spec = reader->spec;
    if (spec->unknown_count == DOWNLOAD_UNKNOWN_MAX) return STATUS_OK;
    const struct str copy = str_copy(reader->arena, str_prefix(name, 60));
    if (!copy.ptr) return error_no_memory(reader->error);
    spec->unknown[spec->unknown_count++] = copy;
    return STATUS_OK;
}

static enum status take(struct reader *reader, const yaml_node_t *name, const yaml_node_t *value)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (str_eq(text_of(name), str_from_c(members[i].name))) return members[i].take(reader, value);
    return note_unknown(reader, text_of(name));
}

// ---- the whole

static enum status require(const struct reader *reader, bool has, const char *name)
{
    if (has) return STATUS_OK;
    return error_set(reader->error, STATUS_INVALID, NULL, "%s is missing", name);
}

static enum status check(struct reader *reader)
{
    struct download_spec *spec = reader->spec;
    TRY(require(reader, reader->has_interval, "interval"));
    TRY(require(reader, reader->has_start, "start_date"));
    if (!reader->has_end) spec->last_day = reader->today - 1;
    if (!reader->has_end || spec->first_day <= spec->last_day) return STATUS_OK;
    return error_set(reader->error, STATUS_INVALID, NULL, "start_date is behind end_date");
}

static enum status read_root(struct reader *reader)
{
    yaml_document_t *document = &reader->document;
    const yaml_node_t *root = yaml_document_get_root_node(document);
    if (!root || root->type != YAML_MAPPING_NODE)
        return error_set(reader->error, STATUS_INVALID, NULL, "it is no mapping such as \"interval: 1d\"");
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top;
         pair++)
        TRY(take(reader, yaml_document_get_node(document, pair->key),
                 yaml_document_get_node(document, pair->value)));
    return check(reader);
}

static enum status parse_with(yaml_parser_t *parser, struct reader *reader)
{
    if (!yaml_parser_load(parser, &reader->document))
        return error_set(reader->error, STATUS_MALFORMED, NULL, "line %lu: no YAML: %s",
                         (unsigned long)parser->problem_mark.line + 1,
                         parser->problem ? parser->problem : "it cannot be read");
    const enum status status = read_root(reader);
    yaml_document_delete(&reader->document);
    return status;
}

enum status download_spec_parse(struct str yaml, int64_t today, struct arena *arena,
                                struct download_spec *out_spec, struct error *error)
{
    yaml_parser_t parser;
    struct download_spec spec = {.destination_dir = STR("data")};
    struct reader reader = {.today = today, .arena = arena, .spec = &spec, .error = error};
    if (!yaml_parser_initialize(&parser)) return error_no_memory(error);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.ptr, yaml.len);
    const enum status status = parse_with(&parser, &reader);
    yaml_parser_delete(&parser);
    TRY(status);
    *out_spec = spec;
    return STATUS_OK;
}

static enum status read_file(int fd, struct buf *text, const char *path, struct error *error)
{
    enum { PIECE = 65536 };
    struct stat file;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
        return error_set(error, STATUS_UNAVAILABLE, NULL, "%.300s is no file", path);
    ssize_t got = 1;
    while (got > 0) {
        if (!buf_reserve(text, PIECE))
            return error_set(error, STATUS_TOO_LARGE, NULL, "%.300s is too long", path);
        got = read(fd, text->data + text->len, PIECE);
        if (got > 0) text->len += (size_t)got;
    }
    if (got == 0) return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE, NULL, "%.300s: %s", path, strerrordesc_np(errno));
}

enum status download_spec_read(const char *path, int64_t today, struct arena *arena,
                               struct download_spec *out_spec, struct error *error)
{
    BUF_SCOPE(text, LIMIT_DOWNLOAD_SPEC_BYTES);
    struct error cause = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set(error, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE, NULL, "%.300s: %s",
                         path, strerrordesc_np(errno));
    enum status status = read_file(fd, &text, path, error);
    (void)close(fd);
    TRY(status);
    status = download_spec_parse(buf_str(&text), today, arena, out_spec, &cause);
    if (status == STATUS_OK) return STATUS_OK;
    return error_set(error, status, NULL, "%.200s: %.250s", path, cause.message);
}

// ---- symbols

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

// A name is a folder, too: "." and ".." are none.
static bool copy_symbol(struct str name, char symbol[static LIMIT_SYMBOL_BYTES + 1])
{
    return name.len > 0 && name.ptr[0] != '.' && symbol_copy(name, symbol);
}

bool download_spec_knows_symbol(struct str name)
{
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    return copy_symbol(name, symbol);
}

static enum status take_symbol(struct str name, struct arena *arena, struct str *out_symbol,
                               struct error *error)
{
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    if (!copy_symbol(name, symbol))
        return error_set(error, STATUS_INVALID, NULL, "\"%.*s\" is no symbol", STR_ARG(str_prefix(name, 60)));
    *out_symbol = str_copy(arena, str_from_c(symbol));
    return out_symbol->ptr ? STATUS_OK : error_no_memory(error);
}

enum status download_spec_take_symbols(struct download_spec *spec, const struct str *names, size_t count,
                                       struct arena *arena, struct error *error)
{
    if (count > LIMIT_DOWNLOAD_SYMBOLS)
        return error_set(error, STATUS_TOO_LARGE, NULL, "more than %d symbols", LIMIT_DOWNLOAD_SYMBOLS);
    struct str *symbols = ARENA_ARRAY(arena, struct str, count);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < count; i++)
        TRY(take_symbol(names[i], arena, &symbols[i], error));
    if (count > 1) qsort(symbols, count, sizeof *symbols, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !str_eq(symbols[i], symbols[kept - 1])) symbols[kept++] = symbols[i];
    spec->symbols = symbols;
    spec->symbol_count = kept;
    return STATUS_OK;
}
