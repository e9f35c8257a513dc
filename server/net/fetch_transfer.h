// One request of a client with all its attempts: what is asked, where the answer goes, and what its end is
// worth. Within net/fetch.c alone.
#pragma once

#include "base/limits.h"
#include "net/fetch.h"
#include "net/fetch_body.h"

#include <curl/curl.h>

enum { HEADER_VALUE_MAX = 256 };

// What all transfers of a client have in common.
struct transfer_ground {
    struct fetch_rules rules;
    const char *schemes; // as libcurl lists them
    CURLM *multi;
    int64_t paused_until_us; // for all: the server asked for it
    int64_t bytes;           // that came
};

enum transfer_state { TRANSFER_FREE, TRANSFER_PAUSED, TRANSFER_RUNNING, TRANSFER_ENDED };

// One request, with all its attempts.
struct transfer {
    struct transfer_ground *ground;
    enum transfer_state state;
    CURL *easy;
    struct curl_slist *headers; // of the attempt
    char url[LIMIT_URL_BYTES];
    void *context;
    struct fetch_body body;
    bool asks_size;
    int64_t size;
    int attempts;
    int64_t not_before_us;
    // of the attempt
    bool has_begun;   // the first byte of the body was there
    long http_status; // 0: no answer
    size_t unread;    // bytes of what an error says
    char tag[HEADER_VALUE_MAX];
    char content_range[HEADER_VALUE_MAX];
    char encoding[HEADER_VALUE_MAX];
    char location[HEADER_VALUE_MAX];
    char problem[CURL_ERROR_SIZE];
    struct error local; // what went wrong on this side
    enum status status; // of a transfer that has ended
};

// Begins an attempt: it runs from now on.
enum status transfer_begin(struct transfer *transfer, struct error *error);

// At the end of an attempt, with what libcurl says of it: the transfer has ended, or waits for the next
// attempt.
void transfer_settle(struct transfer *transfer, CURLcode code);

// Forgets the request; the transfer is free for another.
void transfer_free(struct transfer *transfer);
