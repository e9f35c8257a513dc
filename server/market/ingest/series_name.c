#include "market/ingest/series_name.h"

#include "market/ingest/field.h"

static const struct {
    const char *ending;
    enum ingest_kind kind;
} endings[] = {
    {".csv", INGEST_CSV},
    {".csv.gz", INGEST_GZIP},
    {".zip", INGEST_ZIP},
    {".parquet", INGEST_PARQUET},
};

static struct str last_bytes(struct str text, size_t len)
{
    return str_slice(text, text.len - len, len);
}

// Index into endings, or their number.
static size_t find_ending(struct str path)
{
    const size_t count = sizeof endings / sizeof endings[0];
    for (size_t i = 0; i < count; i++) {
        const struct str ending = str_from_c(endings[i].ending);
        if (path.len > ending.len && str_eq_ignore_case(last_bytes(path, ending.len), ending)) return i;
    }
    return count;
}

enum ingest_kind ingest_kind(struct str path)
{
    const size_t i = find_ending(path);
    return i < sizeof endings / sizeof endings[0] ? endings[i].kind : INGEST_OTHER;
}

// Cuts the last part of a path off; "" when none is left.
static struct str take_last_part(struct str *path)
{
    while (path->len && path->ptr[path->len - 1] == '/')
        path->len--;
    size_t begin = path->len;
    while (begin > 0 && path->ptr[begin - 1] != '/')
        begin--;
    const struct str part = str_slice(*path, begin, path->len);
    path->len = begin;
    return part;
}

struct str path_file_name(struct str path)
{
    return take_last_part(&path);
}

static struct str stem_of(struct str file_name)
{
    const size_t i = find_ending(file_name);
    if (i == sizeof endings / sizeof endings[0]) return file_name;
    return str_slice(file_name, 0, file_name.len - strlen(endings[i].ending));
}

static bool may_stand_in_symbol(unsigned char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
           byte == '.' || byte >= 0x80;
}

bool symbol_copy(struct str text, char out_symbol[static LIMIT_SYMBOL_BYTES + 1])
{
    if (text.len == 0 || text.len > LIMIT_SYMBOL_BYTES || !str_is_utf8(text)) return false;
    char copy[LIMIT_SYMBOL_BYTES + 1];
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        copy[i] = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
        if (!may_stand_in_symbol((unsigned char)copy[i])) return false;
    }
    return str_to_c((struct str){.ptr = copy, .len = text.len}, out_symbol, LIMIT_SYMBOL_BYTES + 1);
}

bool series_name_parse(struct str file_name, struct series_name *out_name)
{
    const struct str stem = stem_of(file_name);
    struct str rest = stem, part;
    struct series_name name;
    while (str_split(&rest, '-', &part)) {
        const size_t symbol_len = (size_t)(part.ptr - stem.ptr);
        if (symbol_len < 2 || !interval_parse(part, &name.interval)) continue;
        if (!symbol_copy(str_slice(stem, 0, symbol_len - 1), name.symbol)) return false;
        *out_name = name;
        return true;
    }
    return false;
}

// …/SYMBOL/INTERVAL/file
static bool parse_folders(struct str path, struct series_name *out_name)
{
    struct series_name name;
    (void)take_last_part(&path);
    if (!interval_parse(take_last_part(&path), &name.interval)) return false;
    if (!symbol_copy(take_last_part(&path), name.symbol)) return false;
    *out_name = name;
    return true;
}

int series_name_compare(const struct series_name *a, const struct series_name *b)
{
    const int by_symbol = strcmp(a->symbol, b->symbol);
    return by_symbol ? by_symbol : (a->interval > b->interval) - (a->interval < b->interval);
}

bool series_name_eq(const struct series_name *a, const struct series_name *b)
{
    return series_name_compare(a, b) == 0;
}

static enum status apply_choice(const struct series_choice *choice, bool is_found, struct series_name *name,
                                struct error *error)
{
    if (choice->has_interval) {
        if (is_found && name->interval != choice->interval)
            return error_set(error, STATUS_INVALID, NULL, "its name says %s, not %s",
                             interval_name(name->interval), interval_name(choice->interval));
        name->interval = choice->interval;
    }
    if (choice->symbol.len && !symbol_copy(choice->symbol, name->symbol))
        return error_set(error, STATUS_INVALID, NULL, "%s is no symbol", field_quote(choice->symbol).text);
    return STATUS_OK;
}

// What the names say, without the user; false when they say nothing.
static bool find_in_names(struct str path, struct str member_name, struct series_name *out_name)
{
    return series_name_parse(path_file_name(path), out_name) || series_name_parse(member_name, out_name) ||
           parse_folders(path, out_name);
}

enum status series_name_resolve(struct str path, struct str member_name, const struct series_choice *choice,
                                struct series_name *out_name, struct error *error)
{
    struct series_name name, member;
    const bool is_found = find_in_names(path, member_name, &name);
    if (is_found && !choice->symbol.len && series_name_parse(member_name, &member) &&
        !series_name_eq(&name, &member))
        return error_set(error, STATUS_INVALID, NULL, "its member %s is another series",
                         field_quote(member_name).text);
    const bool has_symbol =
        is_found || choice->symbol.len || symbol_copy(stem_of(path_file_name(path)), name.symbol);
    if (!has_symbol || (!is_found && !choice->has_interval))
        return error_set(error, STATUS_INVALID, NULL,
                         "its name does not say symbol and interval; give --symbol and --interval");
    TRY(apply_choice(choice, is_found, &name, error));
    *out_name = name;
    return STATUS_OK;
}
