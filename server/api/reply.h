// What many handlers put into their answers in the same way.
#pragma once

#include "api/call.h"
#include "base/str.h"
#include "json/writer.h"

#include <stdbool.h>

// Sets the JSON content type and answers a writer on the body.
struct json_writer reply_json(struct api_call *call);

// A writer of the same manner on another buffer.
struct json_writer reply_json_on(const struct api_call *call, struct buf *buf);

// "next_cursor": the text, or null when ptr is NULL.
void reply_next_cursor(struct json_writer *w, struct str cursor);

// ETag header around the text (which must be visible ASCII without quotes).
void reply_etag(struct api_call *call, struct str tag);

// What an answer over market data was made of.
struct market_versions {
    uint64_t data;       // of the candles
    uint64_t categories; // 0 where none had a part in it
};

// The ETag of answers made of market data: changes with the data, the categories, the process and the
// representation.
void reply_market_etag(struct api_call *call, struct market_versions versions, const char *representation);

// 201 with Location.
void reply_created(struct api_call *call, struct str location);

// Whether the client asks for CSV by its Accept header; marks the answer as varying by it.
bool reply_wants_csv(struct api_call *call);

// Sets the CSV content type, and X-Next-Cursor when there is a next page.
void reply_csv(struct api_call *call, struct str next_cursor);

// A comma and a CSV cell of a number: shortest round trip, empty when it is not finite.
void reply_csv_number(struct buf *buf, double value);

// A CSV cell of text: quoted where needed, and made harmless where a spreadsheet would take it for a formula.
void reply_csv_text(struct buf *buf, struct str text);
