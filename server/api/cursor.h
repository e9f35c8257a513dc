// Opaque positions in lists: a key and an id, as base64url of a short text. What a client sends back is
// checked.
#pragma once

#include "api/call.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

// The text of a cursor over `kind` (one letter), e.g. 'e' for equity rows; in the arena.
struct str cursor_write(struct arena *arena, char kind, struct str key, struct str id);

// Reads the query parameter "cursor" of that kind. *out_is_given false when it is absent. STATUS_INVALID
// "?cursor".
enum status cursor_read(struct api_call *call, char kind, bool *out_is_given, struct str *out_key,
                        struct str *out_id);

// Shorthands for cursors whose key is an integer.
struct str cursor_write_int(struct arena *arena, char kind, int64_t key, struct str id);
enum status cursor_read_int(struct api_call *call, char kind, bool *out_is_given, int64_t *out_key,
                            struct str *out_id);
