// Files over HTTP: GET (and HEAD for a size), several at once, tried again where that may help, and continued
// where they were cut off. For one thread at a time.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fetch_rules {
    size_t at_once;            // requests under way, 1 to LIMIT_FETCHES
    int64_t connect_ms;        // for one connection
    int64_t stall_s;           // a transfer that brings less than the next for so long is cut off
    int64_t stall_bytes_s;     // bytes a second: a byte now and then is no progress
    int64_t total_s;           // for one attempt
    int attempts;              // of one request, the first included
    int64_t pause_ms;          // before the second attempt, doubled with each further one
    int64_t pause_max_ms;      // of those pauses
    int64_t retry_after_max_s; // whoever asks to wait for longer has refused
};

struct fetch_rules fetch_rules_default(void);

struct fetch_request {
    struct str url;
    // The file to write, and a file with ".tag" behind its name while it is not whole. Where both are left of
    // an earlier attempt, of this process or another, the server is asked for the rest; it decides by the tag
    // whether that fits. "": the answer is kept in memory.
    struct str path;
    size_t max_bytes; // of the whole
    bool asks_size;   // HEAD: only how long the answer would be; path and max_bytes count nothing
    void *context;
};

struct fetch_result {
    // STATUS_OK; STATUS_NOT_FOUND: 404; STATUS_UNAVAILABLE: no attempt succeeded, or the server refuses;
    // STATUS_TOO_LARGE; STATUS_STORAGE_FULL, STATUS_FORBIDDEN, STATUS_INTERNAL: the file cannot be written.
    enum status status;
    char message[ERROR_MESSAGE_MAX]; // why, "" for STATUS_OK
    struct str body;                 // of a request to memory, borrowed until the next call
    int64_t size;                    // of a request that asks it: -1 where the server does not say
    int attempts;
    long http_status; // of the last answer; 0: none came
    void *context;    // of the request
};

struct fetch_client;

// No redirects, cookies, .netrc or proxies, whatever the environment says; the certificates of the system.
// HTTPS only, unless `base_url`, which is a setting, says http. Errors: STATUS_NO_MEMORY.
enum status fetch_client_new(const struct fetch_rules *rules, struct str base_url,
                             struct fetch_client **out_client, struct error *error);

// What is under way is given up; what it had written stays and is continued later. NULL is fine.
void fetch_client_free(struct fetch_client **client);
#define FETCH_CLIENT_SCOPE __attribute__((cleanup(fetch_client_free))) struct fetch_client *

bool fetch_client_has_room(const struct fetch_client *client);
bool fetch_client_is_idle(const struct fetch_client *client);

// Asks for something more, where there is room. Errors: STATUS_INVALID a URL or path that is too long.
enum status fetch_client_start(struct fetch_client *client, const struct fetch_request *request,
                               struct error *error);

// Lets requests go on until one is at its end, for up to `wait_ms`. *out_has_result false: none is yet.
// Errors: STATUS_INTERNAL.
enum status fetch_client_wait(struct fetch_client *client, int64_t wait_ms, struct fetch_result *out_result,
                              bool *out_has_result, struct error *error);

// Bytes of bodies that came over the wire so far.
int64_t fetch_client_bytes(const struct fetch_client *client);
