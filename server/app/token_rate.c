#include "app/token_rate.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

#define SECOND_US ((int64_t)1000000)
#define STEP_US (SECOND_US / LIMIT_TOKEN_REQUESTS_PER_S)
#define BURST_US (STEP_US * LIMIT_TOKEN_BURST)

enum { WAYS = 4, SETS = LIMIT_TOKEN_RATES / WAYS, ID_BYTES = 16 };

struct place {
    char id[ID_BYTES]; // "" for none
    int64_t due_us;    // when all that were counted are spread evenly, the next one comes then
};

struct token_rate {
    pthread_mutex_t mutex;
    struct place places[SETS][WAYS];
};

enum status token_rate_new(struct token_rate **out_rate, struct error *error)
{
    struct token_rate *rate = calloc(1, sizeof *rate);
    if (!rate) return error_no_memory(error);
    pthread_mutex_init(&rate->mutex, NULL);
    *out_rate = rate;
    return STATUS_OK;
}

void token_rate_free(struct token_rate *rate)
{
    if (!rate) return;
    pthread_mutex_destroy(&rate->mutex);
    free(rate);
}

// The token's own, or the one that is left first.
static struct place *place_of(struct place set[WAYS], struct str id)
{
    struct place *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (str_eq(str_from_c(set[i].id), id)) return &set[i];
        if (set[i].due_us < oldest->due_us) oldest = &set[i];
    }
    *oldest = (struct place){.due_us = 0};
    (void)str_to_c(id, oldest->id, sizeof oldest->id);
    return oldest;
}

// How long the next request is too early; 0: it was counted. Requests come out of order by as long as they
// waited for a worker: that gives nobody more of them. A clock that was set back by more keeps nobody out for
// longer than a burst takes.
static int64_t count(struct place *place, int64_t now_us)
{
    int64_t due_us = place->due_us > now_us ? place->due_us : now_us;
    if (due_us > now_us + 2 * BURST_US) due_us = now_us + BURST_US;
    const int64_t early_us = due_us + STEP_US - (now_us + BURST_US);
    place->due_us = early_us > 0 ? due_us : due_us + STEP_US;
    return early_us > 0 ? early_us : 0;
}

enum status token_rate_take(struct token_rate *rate, struct str token_id, int64_t now_us, struct error *error)
{
    if (!rate) return STATUS_OK;
    pthread_mutex_lock(&rate->mutex);
    const int64_t early_us = count(place_of(rate->places[str_hash(token_id) % SETS], token_id), now_us);
    pthread_mutex_unlock(&rate->mutex);
    if (early_us == 0) return STATUS_OK;
    error->retry_after_s = (early_us + SECOND_US - 1) / SECOND_US;
    return error_set(error, STATUS_TOO_MANY, "throttled",
                     "this API token sends more than %d requests a second; wait for %lld s",
                     LIMIT_TOKEN_REQUESTS_PER_S, (long long)error->retry_after_s);
}
