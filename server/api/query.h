// Query parameters by type. A fault is recorded as "?name"; several are collected before the handler gives
// up.
#pragma once

#include "api/call.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The guard's check: every parameter is one the route knows, and comes once.
enum status query_check_names(const struct http_request *request, const char *known_names,
                              struct error *error);

// Absent parameters leave *value as it is (the default).
enum status query_count(struct api_call *call, const char *name, size_t maximum, size_t *value);
enum status query_count_or_zero(struct api_call *call, const char *name, size_t maximum, size_t *value);
// A finite decimal number of at least `minimum`.
enum status query_number(struct api_call *call, const char *name, double minimum, double *value);
enum status query_bool(struct api_call *call, const char *name, bool *value); // "true" or "false"
enum status query_decimals(struct api_call *call); // ?decimals=number|string, for the writers of answers
enum status query_interval(struct api_call *call, const char *name, enum interval *value);
enum status query_choice(struct api_call *call, const char *name, const char *const *choices, int *value);
enum status query_text(struct api_call *call, const char *name, size_t max_bytes, struct str *value);
enum status query_required_text(struct api_call *call, const char *name, size_t max_bytes,
                                struct str *out_value);

// A series that a list is filtered by, spelled as POST spells it: BTCUSDT for "btcusdt", CAT:Layer 1 for
// "cat:Layer 1@usdt". Categories keep their letters, since each set has its own. What is no series stays as
// it came, and finds nothing.
enum status query_series(struct api_call *call, const char *name, size_t max_bytes, struct str *value);

// Epoch seconds or an ISO-8601 date or time; *is_given tells whether it came, and is set always.
enum status query_time(struct api_call *call, const char *name, bool *is_given, int64_t *value);

// Whether the answer is to be CSV: by format=json|csv ("objects", what candles call it, is JSON, too),
// without it by an Accept header that names text/csv. Marks the answer as varying by that header.
bool query_wants_csv(struct api_call *call);

// "limit" of a list, at most `maximum`. Where it is absent *limit stays as it is, but a CSV file, which is
// kept rather than paged through, has as many rows as there may be.
enum status query_limit(struct api_call *call, bool is_csv, size_t maximum, size_t *limit);

// Refuses a text that is not one series, a symbol or the index of a category, as "?name" with the
// code "invalid_symbol".
enum status query_check_term(struct api_call *call, const char *name, struct str text);

// Whether the client does not want to wait for the result: Prefer: respond-async (RFC 7240).
bool query_prefers_async(const struct api_call *call);

// "%text%" in lower case with the wildcards of LIKE escaped by \, in the arena.
struct str query_like_pattern(struct arena *arena, struct str text);

// The text as a JSON string, with its quotes, in the arena.
struct str query_json_text(struct arena *arena, struct str text);

// Names the parameter or member behind a STATUS_INVALID that a lower layer found without knowing where the
// value came from. Hands the status on.
enum status query_blame(struct api_call *call, enum status status, const char *pointer);

// STATUS_INVALID when faults were recorded so far.
enum status query_finish(const struct api_call *call);
