#include "json/copy.h"

static void copy_array(struct json_writer *w, const struct json_value *array)
{
    const struct json_value *element = json_first(array);
    json_begin_array(w);
    for (uint32_t i = 0; i < array->count; i++, element = json_after(element))
        json_copy(w, element);
    json_end_array(w);
}

static void copy_object(struct json_writer *w, const struct json_value *object)
{
    const struct json_value *name = json_first(object);
    json_begin_object(w);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct json_value *value = json_after(name);
        json_key_str(w, name->text);
        json_copy(w, value);
        name = json_after(value);
    }
    json_end_object(w);
}

// Recursive as deep as the parser lets documents be.
void json_copy(struct json_writer *w, const struct json_value *value) // NOLINT(misc-no-recursion)
{
    switch (value->type) {
    case JSON_NULL: json_null(w); break;
    case JSON_FALSE: json_bool(w, false); break;
    case JSON_TRUE: json_bool(w, true); break;
    case JSON_NUMBER: json_raw(w, value->text); break;
    case JSON_STRING: json_str(w, value->text); break;
    case JSON_ARRAY: copy_array(w, value); break;
    case JSON_OBJECT: copy_object(w, value); break;
    }
}
