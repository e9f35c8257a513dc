// The JSON parser writes back what it read, and reads that again as the same tape.
#include "base/limits.h"
#include "json/json.h"
#include "json/writer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

// Writes the value at `value` and answers the entry behind it.
static const struct json_value *rewrite(struct json_writer *w, const struct json_value *value)
{
    static const struct str words[] = {{"null", 4}, {"false", 5}, {"true", 4}};
    const struct json_value *next = value + 1;
    switch (value->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE: json_raw(w, words[value->type]); break;
    case JSON_NUMBER: json_raw(w, value->text); break;
    case JSON_STRING: json_str(w, value->text); break;
    case JSON_ARRAY:
        json_begin_array(w);
        for (uint32_t i = 0; i < value->count; i++)
            next = rewrite(w, next);
        json_end_array(w);
        break;
    case JSON_OBJECT:
        json_begin_object(w);
        for (uint32_t i = 0; i < value->count; i++) {
            json_key_str(w, next->text);
            next = rewrite(w, next + 1);
        }
        json_end_object(w);
        break;
    }
    require(next == json_after(value));
    return next;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE(arena, 64 * MIB);
    BUF_SCOPE(buf, 64 * MIB);
    struct error error = {0};
    const struct json_value *first, *second;
    if (json_parse(&arena, (struct str){(const char *)data, size}, &first, &error) != STATUS_OK) return 0;
    struct json_writer w = json_writer_on(&buf);
    rewrite(&w, first);
    require(!buf.failed);
    require(json_parse(&arena, buf_str(&buf), &second, &error) == STATUS_OK);
    require(first->span == second->span);
    for (uint32_t i = 0; i < first->span; i++)
        require(first[i].type == second[i].type && first[i].count == second[i].count &&
                str_eq(first[i].text, second[i].text));
    return 0;
}
