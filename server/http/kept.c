#include "http/kept.h"

#include "base/limits.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 4 };

struct packed {
    size_t len;
    char bytes[];
};

struct kept_answer {
    _Atomic size_t owners;
    uint64_t hash;
    uint64_t used; // by the clock of the server's answers; under their mutex
    struct str name;
    struct http_pair headers[HEADERS_MAX];
    size_t header_count;
    struct str body;
    _Atomic(struct packed *) packed;
    size_t bytes; // without the packed body
    char text[];  // what the above points to
};

// What is said of the body itself. All others are of the request, or of whoever asked.
static bool is_of_body(struct str name)
{
    return str_eq_ignore_case(name, STR("Content-Type")) || str_eq_ignore_case(name, STR("ETag")) ||
           str_eq_ignore_case(name, STR("X-Next-Cursor"));
}

void kept_init(struct kept_answers *kept)
{
    *kept = (struct kept_answers){.count = 0};
    pthread_mutex_init(&kept->mutex, NULL);
}

void kept_release(struct kept_answer *answer)
{
    if (!answer || atomic_fetch_sub(&answer->owners, 1) > 1) return;
    free(atomic_load(&answer->packed));
    free(answer);
}

void kept_done(struct kept_answers *kept)
{
    for (size_t i = 0; i < kept->count; i++)
        kept_release(kept->items[i]);
    pthread_mutex_destroy(&kept->mutex);
}

// ---- the table, under its mutex

static size_t bytes_of(const struct kept_answer *answer)
{
    const struct packed *packed = atomic_load(&answer->packed);
    return answer->bytes + (packed ? packed->len : 0);
}

// kept->count when there is none.
static size_t place_of(const struct kept_answers *kept, uint64_t hash, struct str name)
{
    size_t i = 0;
    while (i < kept->count && !(kept->items[i]->hash == hash && str_eq(kept->items[i]->name, name)))
        i++;
    return i;
}

static void remove_at(struct kept_answers *kept, size_t place)
{
    struct kept_answer *answer = kept->items[place];
    kept->bytes -= bytes_of(answer);
    kept->items[place] = kept->items[--kept->count];
    kept_release(answer);
}

static void remove_oldest(struct kept_answers *kept)
{
    size_t oldest = 0;
    for (size_t i = 1; i < kept->count; i++)
        if (kept->items[i]->used < kept->items[oldest]->used) oldest = i;
    remove_at(kept, oldest);
}

static void make_room(struct kept_answers *kept, size_t bytes, size_t count_max)
{
    while (kept->count > 0 && (kept->count > count_max || kept->bytes + bytes > LIMIT_KEPT_ANSWERS_BYTES))
        remove_oldest(kept);
}

// ---- one answer

static struct str append(char **at, struct str text)
{
    char *begin = *at;
    if (text.len) memcpy(begin, text.ptr, text.len);
    *at += text.len;
    return (struct str){begin, text.len};
}

static size_t text_bytes(struct str name, const struct http_response *response)
{
    size_t bytes = name.len + response->body.len;
    for (size_t i = 0; i < response->header_count; i++)
        if (is_of_body(response->headers[i].name))
            bytes += response->headers[i].name.len + response->headers[i].value.len;
    return bytes;
}

static struct kept_answer *copy_of(struct str name, const struct http_response *response)
{
    const size_t bytes = text_bytes(name, response);
    if (bytes > LIMIT_KEPT_ANSWER_BYTES) return NULL;
    struct kept_answer *answer = malloc(sizeof *answer + bytes);
    if (!answer) return NULL;
    *answer = (struct kept_answer){.owners = 2, .hash = str_hash(name), .bytes = sizeof *answer + bytes};
    char *at = answer->text;
    answer->name = append(&at, name);
    answer->body = append(&at, buf_str(&response->body));
    for (size_t i = 0; i < response->header_count && answer->header_count < HEADERS_MAX; i++) {
        const struct http_pair *header = &response->headers[i];
        if (!is_of_body(header->name)) continue;
        struct http_pair *copy = &answer->headers[answer->header_count++];
        copy->name = append(&at, header->name);
        copy->value = append(&at, header->value);
    }
    return answer;
}

struct kept_answer *kept_find(struct kept_answers *kept, struct str name)
{
    const uint64_t hash = str_hash(name);
    struct kept_answer *answer = NULL;
    pthread_mutex_lock(&kept->mutex);
    const size_t place = place_of(kept, hash, name);
    if (place < kept->count) {
        answer = kept->items[place];
        answer->used = ++kept->clock;
        atomic_fetch_add(&answer->owners, 1);
    }
    pthread_mutex_unlock(&kept->mutex);
    return answer;
}

struct kept_answer *kept_add(struct kept_answers *kept, struct str name, const struct http_response *response)
{
    struct kept_answer *answer = copy_of(name, response);
    if (!answer) return NULL;
    pthread_mutex_lock(&kept->mutex);
    const size_t place = place_of(kept, answer->hash, name);
    if (place < kept->count) remove_at(kept, place);
    make_room(kept, answer->bytes, KEPT_ANSWERS_MAX - 1);
    answer->used = ++kept->clock;
    kept->items[kept->count++] = answer;
    kept->bytes += answer->bytes;
    pthread_mutex_unlock(&kept->mutex);
    return answer;
}

void kept_add_packed(struct kept_answers *kept, struct kept_answer *answer, struct str packed)
{
    struct packed *copy = malloc(sizeof *copy + packed.len);
    if (!copy) return;
    copy->len = packed.len;
    memcpy(copy->bytes, packed.ptr, packed.len);
    pthread_mutex_lock(&kept->mutex);
    const bool is_first = !atomic_load(&answer->packed);
    if (is_first) {
        const size_t place = place_of(kept, answer->hash, answer->name);
        const bool is_there = place < kept->count && kept->items[place] == answer;
        atomic_store(&answer->packed, copy);
        if (is_there) kept->bytes += packed.len;
        make_room(kept, 0, KEPT_ANSWERS_MAX);
    }
    pthread_mutex_unlock(&kept->mutex);
    if (!is_first) free(copy);
}

void kept_fill(const struct kept_answer *answer, struct http_response *response)
{
    response->status = 200;
    for (size_t i = 0; i < answer->header_count; i++)
        http_response_header(response, answer->headers[i].name, answer->headers[i].value);
    response->static_body = answer->body;
}

struct str kept_packed(const struct kept_answer *answer)
{
    const struct packed *packed = atomic_load(&answer->packed);
    return packed ? (struct str){packed->bytes, packed->len} : STR("");
}
