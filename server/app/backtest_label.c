#include "app/backtest_label.h"

#include "app/name.h"
#include "base/limits.h"
#include "json/decode.h"
#include "json/writer.h"

#include <stdio.h>

static bool is_repeated(const struct json_value *first, const struct json_value *tag)
{
    for (const struct json_value *other = first; other < tag; other = json_after(other))
        if (str_eq(other->text, tag->text)) return true;
    return false;
}

static void check_tag(const struct json_value *tags, const struct json_value *tag, uint32_t index,
                      struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "/tags/%u", index);
    if (tag->type != JSON_STRING || tag->text.len == 0 || tag->text.len > LIMIT_TAG_BYTES)
        (void)error_add_field(error, pointer, "must be a text of 1 to %d bytes", LIMIT_TAG_BYTES);
    else if (is_repeated(json_first(tags), tag))
        (void)error_add_field(error, pointer, "\"%.*s\" stands twice", STR_ARG(tag->text));
}

struct str backtest_label_tags(const struct json_value *tags, struct arena *arena, struct error *error)
{
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    const struct json_value *tag = tags ? json_first(tags) : NULL;
    for (uint32_t i = 0; tags && i < tags->count; i++, tag = json_after(tag)) {
        check_tag(tags, tag, i, error);
        json_str(&w, tag->text);
    }
    json_end_array(&w);
    return str_copy(arena, buf_str(&buf));
}

struct str backtest_label_name(struct str name, struct error *error)
{
    const struct str trimmed = str_trim(name);
    if (name.ptr) (void)name_check(trimmed, "/name", error);
    return trimmed;
}

struct label_body {
    struct str name;
    struct str notes;
    const struct json_value *tags;
    bool starred;
};

static const struct json_field fields[] = {
    JSON_FIELD(struct label_body, name, TEXT, .min_bytes = 1, .max_bytes = 4 * LIMIT_NAME),
    JSON_FIELD(struct label_body, notes, TEXT, .max_bytes = LIMIT_NOTES_BYTES),
    JSON_FIELD(struct label_body, tags, ARRAY, .max_bytes = LIMIT_TAGS),
    JSON_FIELD(struct label_body, starred, BOOLEAN),
};

static bool is_member(const struct json_value *object, const char *name)
{
    return json_member(object, str_from_c(name)) != NULL;
}

static bool is_null(const struct json_value *object, const char *name)
{
    const struct json_value *value = json_member(object, str_from_c(name));
    return value && value->type == JSON_NULL;
}

enum status backtest_label_change(const struct json_value *object, struct arena *arena,
                                  struct backtest_label *label, struct error *error)
{
    struct label_body body = {.notes = label->notes, .starred = label->is_starred};
    TRY(json_decode(object, "", fields, sizeof fields / sizeof *fields, &body, error));
    const struct str name = backtest_label_name(body.name, error);
    if (is_member(object, "tags")) label->tags_json = backtest_label_tags(body.tags, arena, error);
    if (error->field_count) return STATUS_INVALID;
    if (is_member(object, "name")) label->name = name; // of null there is none
    label->notes = is_null(object, "notes") ? (struct str){0} : body.notes;
    label->is_starred = body.starred && !is_null(object, "starred");
    return label->tags_json.ptr ? STATUS_OK : error_no_memory(error);
}
