// Answers that are the same for everybody who asks, as long as their name is: kept as bytes, plain and
// packed, and sent again without being made again.
#pragma once

#include "base/str.h"
#include "http/http.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { KEPT_ANSWERS_MAX = 256 };

// One answer. Whoever has it from kept_find or kept_add is one of its owners; it never changes, but for the
// packed body that is added once.
struct kept_answer;

// The answers of a server; of those that do not fit in LIMIT_KEPT_ANSWERS_BYTES the least recently used goes.
// Safe for all threads.
struct kept_answers {
    pthread_mutex_t mutex;
    struct kept_answer *items[KEPT_ANSWERS_MAX];
    size_t count;
    size_t bytes;
    uint64_t clock; // counts uses
};

void kept_init(struct kept_answers *kept);
void kept_done(struct kept_answers *kept); // those that are still being sent live on

// NULL when there is none of that name.
struct kept_answer *kept_find(struct kept_answers *kept, struct str name);

// Copies headers and body. NULL when it is too large to be kept, or memory is short. Of two threads that keep
// the same answer, the last one's stays.
struct kept_answer *kept_add(struct kept_answers *kept, struct str name,
                             const struct http_response *response);

void kept_add_packed(struct kept_answers *kept, struct kept_answer *answer, struct str packed);

// Fills headers and body, which live as long as the answer has owners.
void kept_fill(const struct kept_answer *answer, struct http_response *response);

struct str kept_packed(const struct kept_answer *answer); // "" until it was added

void kept_release(struct kept_answer *answer); // NULL is fine
