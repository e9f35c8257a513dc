#include "json/canonical.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    const struct json_value *const *x = a, *const *y = b;
    return str_compare((*x)->text, (*y)->text);
}

static enum status put_object(struct json_writer *w,
                              const struct json_value *object, // NOLINT(misc-no-recursion)
                              struct arena *arena, struct error *error)
{
    const struct json_value **names = ARENA_ARRAY(arena, const struct json_value *, object->count);
    const struct json_value *name = json_first(object);
    if (!names) return error_no_memory(error);
    for (uint32_t i = 0; i < object->count; i++, name = json_after(json_after(name)))
        names[i] = name;
    qsort(names, object->count, sizeof *names, by_name);
    json_begin_object(w);
    for (uint32_t i = 0; i < object->count; i++) {
        json_key_str(w, names[i]->text);
        TRY(json_canonical(w, json_after(names[i]), arena, error));
    }
    json_end_object(w);
    return STATUS_OK;
}

static enum status put_array(struct json_writer *w,
                             const struct json_value *array, // NOLINT(misc-no-recursion)
                             struct arena *arena, struct error *error)
{
    const struct json_value *element = json_first(array);
    json_begin_array(w);
    for (uint32_t i = 0; i < array->count; i++, element = json_after(element))
        TRY(json_canonical(w, element, arena, error));
    json_end_array(w);
    return STATUS_OK;
}

// Recursive as deep as the parser lets documents be.
enum status json_canonical(struct json_writer *w, const struct json_value *value, // NOLINT(misc-no-recursion)
                           struct arena *arena, struct error *error)
{
    switch (value->type) {
    case JSON_NULL: json_null(w); break;
    case JSON_FALSE: json_bool(w, false); break;
    case JSON_TRUE: json_bool(w, true); break;
    case JSON_NUMBER: json_raw(w, value->text); break;
    case JSON_STRING: json_str(w, value->text); break;
    case JSON_ARRAY: return put_array(w, value, arena, error);
    case JSON_OBJECT: return put_object(w, value, arena, error);
    }
    return STATUS_OK;
}
