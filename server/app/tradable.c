#include "app/tradable.h"

#include "base/limits.h"
#include "market/ingest/field.h"
#include "json/json.h"

#include <stdlib.h>

enum { WAIT_MS = 1000, FIRST_CAPACITY = 1024, SYMBOL_ARENA_BYTES = 1024 * 1024 };

struct listing {
    struct arena *arena;
    struct arena one; // of the object that is being read
    struct tradable_symbol *symbols;
    size_t count, capacity;
};

// Where the JSON value that begins at `from` ends: braces and brackets are counted, those in strings are not.
// text.len when it does not end.
static size_t end_of_value(struct str text, size_t from)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = from; i < text.len; i++) {
        const char c = text.ptr[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
            continue;
        }
        in_string = c == '"';
        depth += c == '{' || c == '[';
        if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) return i + 1;
    }
    return text.len;
}

// Where the string that begins at `from` ends, behind its quotation mark.
static size_t end_of_string(struct str text, size_t from)
{
    size_t i = from + 1;
    while (i < text.len && text.ptr[i] != '"')
        i += text.ptr[i] == '\\' ? 2 : 1;
    return i < text.len ? i + 1 : text.len;
}

// Of a string, a number or a word.
static size_t end_of_scalar(struct str text)
{
    if (str_starts_with(text, STR("\""))) return end_of_string(text, 0);
    const size_t comma = str_find(text, ','), brace = str_find(text, '}');
    return comma < brace ? comma : brace;
}

static struct str rest_behind(struct str text, size_t from)
{
    return str_trim(str_slice(text, from < text.len ? from : text.len, text.len));
}

// Takes one `"name": value` of the object in *rest away, with what separates it from the next.
static bool take_member(struct str *rest, struct str *out_name, struct str *out_value)
{
    if (!str_starts_with(*rest, STR("\""))) return false;
    const size_t name_end = end_of_string(*rest, 0);
    *out_name = str_slice(*rest, 0, name_end);
    struct str value = rest_behind(*rest, name_end);
    if (!str_starts_with(value, STR(":"))) return false;
    value = rest_behind(value, 1);
    size_t end = end_of_value(value, 0);
    if (!str_starts_with(value, STR("{")) && !str_starts_with(value, STR("["))) end = end_of_scalar(value);
    *out_value = value;
    *rest = rest_behind(value, end);
    if (str_starts_with(*rest, STR(","))) *rest = rest_behind(*rest, 1);
    return true;
}

// What stands instead, so that whoever reads it knows who answered.
static enum status refuse(struct str text, struct error *error)
{
    const struct str begin = str_prefix(str_trim(text), 60);
    return error_set(error, STATUS_MALFORMED, NULL, "the exchangeInfo has no list of symbols; it begins: %s",
                     begin.len ? field_quote(begin).text : "(nothing)");
}

// The text behind the bracket of the member "symbols"; one inside of another member is not meant.
static enum status find_symbols(struct str text, struct str *out_rest, struct error *error)
{
    struct str name, value, rest = str_trim(text);
    const struct str mark = STR("\xEF\xBB\xBF");
    if (str_starts_with(rest, mark)) rest = rest_behind(rest, mark.len);
    rest = str_starts_with(rest, STR("{")) ? rest_behind(rest, 1) : STR("");
    while (take_member(&rest, &name, &value)) {
        if (!str_eq(name, STR("\"symbols\"")) || !str_starts_with(value, STR("["))) continue;
        *out_rest = str_slice(value, 1, value.len);
        return STATUS_OK;
    }
    return refuse(text, error);
}

static struct str text_of(const struct json_value *object, struct str name)
{
    const struct json_value *value = json_member(object, name);
    return value && value->type == JSON_STRING ? value->text : STR("");
}

static enum status grow(struct listing *listing, struct error *error)
{
    if (listing->count < listing->capacity) return STATUS_OK;
    const size_t capacity = listing->capacity ? listing->capacity * 2 : FIRST_CAPACITY;
    struct tradable_symbol *grown = ARENA_ARRAY(listing->arena, struct tradable_symbol, capacity);
    if (!grown) return error_no_memory(error);
    for (size_t i = 0; i < listing->count; i++)
        grown[i] = listing->symbols[i];
    listing->symbols = grown;
    listing->capacity = capacity;
    return STATUS_OK;
}

static enum status add(struct listing *listing, const struct json_value *object, struct error *error)
{
    const struct json_value *spot = json_member(object, STR("isSpotTradingAllowed"));
    const struct str status = text_of(object, STR("status"));
    const struct tradable_symbol symbol = {
        .symbol = str_copy(listing->arena, text_of(object, STR("symbol"))),
        .quote_asset = str_copy(listing->arena, text_of(object, STR("quoteAsset"))),
        .status = str_copy(listing->arena, status),
        .is_tradable = str_eq(status, STR("TRADING")) && !(spot && spot->type == JSON_FALSE),
    };
    if (symbol.symbol.len == 0) return error_set(error, STATUS_MALFORMED, NULL, "a symbol has no name");
    TRY(grow(listing, error));
    listing->symbols[listing->count++] = symbol;
    return STATUS_OK;
}

static enum status read_one(struct listing *listing, struct str text, struct error *error)
{
    const struct json_value *object;
    arena_reset(&listing->one);
    TRY(json_parse_object(&listing->one, text, &object, error));
    return add(listing, object, error);
}

static enum status read_all(struct listing *listing, struct str rest, struct error *error)
{
    for (;;) {
        rest = str_trim(rest);
        if (str_starts_with(rest, STR("]"))) return STATUS_OK;
        if (!str_starts_with(rest, STR("{")))
            return error_set(error, STATUS_MALFORMED, NULL, "the exchangeInfo ends in the middle");
        const size_t end = end_of_value(rest, 0);
        TRY(read_one(listing, str_slice(rest, 0, end), error));
        rest = str_trim(str_slice(rest, end, rest.len));
        if (str_starts_with(rest, STR(","))) rest = str_slice(rest, 1, rest.len);
    }
}

static int by_symbol(const void *a, const void *b)
{
    const struct tradable_symbol *x = a, *y = b;
    return str_compare(x->symbol, y->symbol);
}

enum status tradable_parse(struct str exchange_info, struct arena *arena, struct tradable_list *out_list,
                           struct error *error)
{
    struct str rest;
    struct listing listing = {.arena = arena};
    TRY(find_symbols(exchange_info, &rest, error));
    arena_init(&listing.one, SYMBOL_ARENA_BYTES);
    const enum status status = read_all(&listing, rest, error);
    arena_clear(&listing.one);
    TRY(status);
    if (listing.count > 1) qsort(listing.symbols, listing.count, sizeof *listing.symbols, by_symbol);
    *out_list = (struct tradable_list){.symbols = listing.symbols, .count = listing.count};
    return STATUS_OK;
}

static enum status fetch(struct fetch_client *client, struct str url, struct fetch_result *result,
                         struct error *error)
{
    const struct fetch_request request = {.url = url, .max_bytes = LIMIT_EXCHANGE_INFO_BYTES};
    bool has_result = false;
    TRY(fetch_client_start(client, &request, error));
    while (!has_result)
        TRY(fetch_client_wait(client, WAIT_MS, result, &has_result, error));
    if (result->status == STATUS_OK) return STATUS_OK;
    return error_set(error, result->status, NULL, "%.*s: %.300s", STR_ARG(str_prefix(url, 150)),
                     result->message);
}

enum status tradable_fetch(struct str base_url, const struct fetch_rules *rules, struct arena *arena,
                           struct tradable_list *out_list, struct error *error)
{
    FETCH_CLIENT_SCOPE client = NULL;
    struct fetch_result result;
    const char *slash = str_ends_with(base_url, STR("/")) ? "" : "/";
    const struct str url = str_format(arena, "%.*s%sapi/v3/exchangeInfo", STR_ARG(base_url), slash);
    if (!url.ptr) return error_no_memory(error);
    TRY(fetch_client_new(rules, base_url, &client, error));
    TRY(fetch(client, url, &result, error));
    return tradable_parse(result.body, arena, out_list, error);
}

static int by_name(const void *key, const void *member)
{
    return str_compare(*(const struct str *)key, ((const struct tradable_symbol *)member)->symbol);
}

const struct tradable_symbol *tradable_find(const struct tradable_list *list, struct str symbol)
{
    if (list->count == 0) return NULL;
    return bsearch(&symbol, list->symbols, list->count, sizeof *list->symbols, by_name);
}
