// Idempotency-Key in front of the handlers that make something (routes.h `makes`, `makes_secret`). See
// app/once.h.
#pragma once

#include "api/call.h"
#include "app/once.h"
#include "base/error.h"

#include <stdbool.h>

// What a request with a key carries while its handler runs.
struct once_call {
    struct once once;
    bool is_answered; // by what was answered before: nothing is run, nothing is kept
    struct app app;   // of the server, with this request's `once`
    struct api api;
};

// Prepares call->api for the handler, or, where the key was used before, answers. Routes that make nothing,
// and requests without a key, pass. STATUS_INVALID "idempotency_key_reused"; STATUS_MALFORMED for a key that
// is none.
enum status once_call_begin(struct api_call *call, struct once_call *once_call);

// What comes of the handler's status: where another request with the key was faster, its answer.
enum status once_call_settle(struct api_call *call, struct once_call *once_call, enum status status);

// The whole answer is there. It is kept if it is one that a repetition would get: a success, or a conflict.
void once_call_keep(struct api_call *call, const struct once_call *once_call);
