#include "app/compare_members.h"

// Every member of any request, whether it differs or not.
struct collection {
    struct arena *arena;
    struct compare_member *members;
    size_t count;
};

static bool are_equal(const struct json_value *a, const struct json_value *b)
{
    if (!a || !b || a->span != b->span) return a == b;
    for (uint32_t i = 0; i < a->span; i++)
        if (a[i].type != b[i].type || a[i].count != b[i].count || !str_eq(a[i].text, b[i].text)) return false;
    return true;
}

static bool differs(const struct compare_member *member, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!are_equal(member->values[0], member->values[i])) return true;
    return false;
}

// There is room for as many as there are values in all requests.
static void take(struct collection *collection, size_t index, struct str pointer,
                 const struct json_value *value)
{
    size_t at = 0;
    while (at < collection->count && !str_eq(collection->members[at].pointer, pointer))
        at++;
    if (at == collection->count) collection->members[collection->count++].pointer = pointer;
    collection->members[at].values[index] = value;
}

static enum status take_members(struct collection *collection, size_t index, struct str prefix,
                                const struct json_value *object, struct error *error)
{
    const struct json_value *name = json_first(object);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct json_value *value = json_after(name);
        const struct str pointer =
            str_format(collection->arena, "%.*s/%.*s", STR_ARG(prefix), STR_ARG(name->text));
        if (!pointer.ptr) return error_no_memory(error);
        take(collection, index, pointer, value);
        name = json_after(value);
    }
    return STATUS_OK;
}

// Objects give way to what is in them.
static enum status open_objects(struct collection *collection, size_t index, struct error *error)
{
    const size_t count = collection->count;
    for (size_t i = 0; i < count; i++) {
        const struct json_value *value = collection->members[i].values[index];
        if (!value || value->type != JSON_OBJECT) continue;
        TRY(take_members(collection, index, collection->members[i].pointer, value, error));
        collection->members[i].values[index] = NULL;
    }
    return STATUS_OK;
}

static void keep_those_that_differ(struct collection *collection, struct comparison *comparison)
{
    for (size_t i = 0; i < collection->count; i++)
        if (differs(&collection->members[i], comparison->count))
            comparison->members[comparison->member_count++] = collection->members[i];
}

enum status compare_members(struct arena *arena, struct comparison *comparison, struct error *error)
{
    const struct json_value *requests[LIMIT_COMPARED_BACKTESTS];
    size_t room = 0;
    for (size_t k = 0; k < comparison->count; k++) {
        TRY(json_parse(arena, comparison->rows[k].request_json, &requests[k], error));
        room += requests[k]->span;
    }
    struct collection collection = {.arena = arena,
                                    .members = ARENA_ARRAY(arena, struct compare_member, room)};
    comparison->members = collection.members;
    if (!collection.members) return error_no_memory(error);
    for (size_t k = 0; k < comparison->count; k++)
        TRY(take_members(&collection, k, STR(""), requests[k], error));
    for (size_t k = 0; k < comparison->count; k++)
        TRY(open_objects(&collection, k, error));
    keep_those_that_differ(&collection, comparison);
    return STATUS_OK;
}
