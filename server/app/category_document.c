#include "app/category_document.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/category_file.h"
#include "market/category_write.h"
#include "json/decode.h"

#include <stdio.h>

enum status category_document_read_yaml(struct str text, const struct category_set **out_set,
                                        struct error *error)
{
    struct error cause = {0};
    const enum status status = category_text_read(text, 0, out_set, &cause);
    if (status == STATUS_OK) return STATUS_OK;
    if (status != STATUS_MALFORMED) return error_set(error, status, NULL, "%s", cause.message);
    return error_set(error, STATUS_MALFORMED, "invalid_yaml",
                     "%.300s; correct it there and send the whole document again", cause.message);
}

// One call of category_document_read_json.
struct reading {
    struct category_builder *builder;
    struct error *error;
};

// Where a value stands.
struct place {
    char pointer[ERROR_POINTER_MAX];
};

// RFC 6901: ~ and / of a name are written as ~0 and ~1.
static struct place place_of(const char *outer, struct str name)
{
    struct place place;
    size_t len = (size_t)snprintf(place.pointer, sizeof place.pointer, "%s/", outer);
    for (size_t i = 0; i < name.len && len + 3 < sizeof place.pointer; i++) {
        const char c = name.ptr[i];
        if (c == '~' || c == '/') place.pointer[len++] = '~';
        place.pointer[len++] = c;
        if (c == '~' || c == '/') place.pointer[len - 1] = c == '~' ? '0' : '1';
    }
    place.pointer[len] = '\0';
    return place;
}

static struct place place_at(const char *outer, uint32_t index)
{
    struct place place;
    (void)snprintf(place.pointer, sizeof place.pointer, "%.*s/%u", (int)sizeof place.pointer - 12, outer,
                   index);
    return place;
}

// What the builder refuses is a fault at its place, and reading goes on; anything else ends it.
static enum status judge(struct reading *reading, const char *pointer, enum status status,
                         const struct error *cause)
{
    if (status == STATUS_OK) return STATUS_OK;
    if (status != STATUS_INVALID) return error_set(reading->error, status, NULL, "%s", cause->message);
    (void)error_add_field(reading->error, pointer, "%s", cause->message);
    return STATUS_OK;
}

static enum status mention(struct reading *reading, const char *pointer,
                           const struct category_mention *mention)
{
    struct error cause = {0};
    return judge(reading, pointer, category_builder_mention(reading->builder, mention, &cause), &cause);
}

// What each text of a list says; `told` has the rest of the statement.
enum said { SAID_CATEGORY, SAID_SYMBOL };

static enum status read_texts(struct reading *reading, const char *outer, const struct json_value *array,
                              struct category_mention told, enum said said)
{
    const struct json_value *item = array ? json_first(array) : NULL;
    for (uint32_t i = 0; array && i < array->count; i++, item = json_after(item)) {
        const struct place place = place_at(outer, i);
        if (item->type != JSON_STRING || item->text.len == 0) {
            (void)error_add_field(reading->error, place.pointer, "must be a name");
            continue;
        }
        if (said == SAID_CATEGORY)
            told.category = item->text;
        else
            told.symbol = item->text;
        TRY(mention(reading, place.pointer, &told));
    }
    return STATUS_OK;
}

struct symbol_body {
    struct str base_asset;
    struct str quote_asset;
    const struct json_value *categories;
};

static enum status read_symbol(struct reading *reading, const char *pointer, struct str symbol,
                               const struct json_value *value)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct symbol_body, base_asset, TEXT, .max_bytes = LIMIT_SYMBOL_BYTES),
        JSON_FIELD(struct symbol_body, quote_asset, TEXT, .max_bytes = LIMIT_SYMBOL_BYTES),
        JSON_FIELD(struct symbol_body, categories, ARRAY, .max_bytes = LIMIT_CATEGORIES),
    };
    struct symbol_body body = {0};
    if (value->type != JSON_OBJECT) {
        (void)error_add_field(reading->error, pointer, "must be an object");
        return STATUS_OK;
    }
    (void)json_decode(value, pointer, fields, sizeof fields / sizeof *fields, &body, reading->error);
    const struct category_mention told = {.symbol = symbol};
    const struct place place = place_of(pointer, STR("categories"));
    TRY(read_texts(reading, place.pointer, body.categories, told, SAID_CATEGORY));
    return mention(reading, pointer,
                   &(struct category_mention){
                       .symbol = symbol, .base_asset = body.base_asset, .quote_asset = body.quote_asset});
}

static enum status read_category(struct reading *reading, const char *pointer, struct str name,
                                 const struct json_value *value)
{
    struct error cause = {0};
    TRY(judge(reading, pointer, category_builder_add(reading->builder, name, &cause), &cause));
    if (cause.status != STATUS_OK) return STATUS_OK; // its symbols would say the same again
    if (value->type != JSON_ARRAY) {
        (void)error_add_field(reading->error, pointer, "must be a list of symbols");
        return STATUS_OK;
    }
    return read_texts(reading, pointer, value, (struct category_mention){.category = name}, SAID_SYMBOL);
}

typedef enum status member_reader(struct reading *reading, const char *pointer, struct str name,
                                  const struct json_value *value);

static enum status read_members(struct reading *reading, const char *outer, const struct json_value *object,
                                member_reader *read)
{
    const struct json_value *name = object ? json_first(object) : NULL;
    for (uint32_t i = 0; object && i < object->count; i++) {
        const struct json_value *value = json_after(name);
        const struct place place = place_of(outer, name->text);
        TRY(read(reading, place.pointer, name->text, value));
        name = json_after(value);
    }
    return STATUS_OK;
}

struct document_body {
    const struct json_value *symbols;
    const struct json_value *categories;
    const struct json_value *needs_review;
};

static enum status read_sections(struct reading *reading, const char *pointer,
                                 const struct json_value *object)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct document_body, symbols, OBJECT),
        JSON_FIELD(struct document_body, categories, OBJECT),
        JSON_FIELD(struct document_body, needs_review, ARRAY, .max_bytes = LIMIT_CATEGORY_MENTIONS),
    };
    struct document_body body = {0};
    const struct category_mention unseen = {.needs_review = true};
    const struct place symbols = place_of(pointer, STR("symbols")),
                       categories = place_of(pointer, STR("categories")),
                       review = place_of(pointer, STR("needs_review"));
    (void)json_decode(object, pointer, fields, sizeof fields / sizeof *fields, &body, reading->error);
    TRY(read_members(reading, symbols.pointer, body.symbols, read_symbol));
    TRY(read_members(reading, categories.pointer, body.categories, read_category));
    TRY(read_texts(reading, review.pointer, body.needs_review, unseen, SAID_SYMBOL));
    return reading->error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status category_document_read_json(const struct json_value *object, const char *pointer,
                                        const struct category_set **out_set, struct error *error)
{
    CATEGORY_BUILDER_SCOPE builder = NULL;
    TRY(category_builder_new(0, &builder, error));
    struct reading reading = {.builder = builder, .error = error};
    TRY(read_sections(&reading, pointer, object));
    return category_builder_finish(builder, out_set, error);
}

// A text says everything twice, of the symbol and of the category: it may be over a limit where what it was
// made of was not.
static bool reads_back(struct str text)
{
    CATEGORY_SET_SCOPE again = NULL;
    return category_text_read(text, 0, &again, NULL) == STATUS_OK;
}

enum status category_document_text(const struct category_set *set, struct arena *arena, struct str *out_text,
                                   struct error *error)
{
    BUF_SCOPE(buf, LIMIT_CATEGORY_FILE_BYTES);
    category_set_print(set, &buf);
    if (buf.failed || !reads_back(buf_str(&buf)))
        return error_set(error, STATUS_TOO_LARGE, NULL,
                         "the categories say more than can be kept, %zu bytes of YAML and %d mentions of "
                         "symbols; leave some of them out",
                         (size_t)LIMIT_CATEGORY_FILE_BYTES, LIMIT_CATEGORY_MENTIONS);
    *out_text = str_copy(arena, buf_str(&buf));
    return out_text->ptr ? STATUS_OK : error_no_memory(error);
}

static void put_texts(struct json_writer *w, const struct str *texts, size_t count)
{
    json_begin_array(w);
    for (size_t i = 0; i < count; i++)
        json_str(w, texts[i]);
    json_end_array(w);
}

static void put_symbols(struct json_writer *w, const struct category_set *set)
{
    json_key(w, "symbols");
    json_begin_object(w);
    for (size_t i = 0; i < set->entry_count; i++) {
        const struct category_entry *entry = &set->entries[i];
        json_key_str(w, entry->symbol);
        json_begin_object(w);
        json_put_str(w, "base_asset", entry->base_asset);
        json_put_str(w, "quote_asset", entry->quote_asset);
        json_key(w, "categories");
        put_texts(w, entry->categories, entry->category_count);
        json_end_object(w);
    }
    json_end_object(w);
}

static void put_categories(struct json_writer *w, const struct category_set *set)
{
    json_key(w, "categories");
    json_begin_object(w);
    for (size_t i = 0; i < set->category_count; i++) {
        json_key_str(w, set->categories[i].name);
        put_texts(w, set->categories[i].symbols, set->categories[i].symbol_count);
    }
    json_end_object(w);
}

void category_document_put(struct json_writer *w, const struct category_set *set)
{
    json_begin_object(w);
    put_symbols(w, set);
    put_categories(w, set);
    json_key(w, "needs_review");
    json_begin_array(w);
    for (size_t i = 0; i < set->entry_count; i++)
        if (set->entries[i].needs_review) json_str(w, set->entries[i].symbol);
    json_end_array(w);
    json_end_object(w);
}
