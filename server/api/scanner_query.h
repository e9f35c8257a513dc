// What the scanners share: parameters read, and told in the answer.
#pragma once

#include "api/call.h"
#include "api/reply.h"
#include "app/scan.h"
#include "json/writer.h"

#include <stdbool.h>

struct scanner_query {
    struct scan_request request;
    bool wants_csv;
};

// Interval, quote asset, as_of and the rules. Faults are recorded in the call's error.
void scanner_query_read_scope(struct api_call *call, struct scan_scope *scope);
void scanner_query_read_rules(struct api_call *call, struct scan_rules *rules);

// All parameters of a list of uptrends. STATUS_INVALID with every fault by name.
enum status scanner_query_read(struct api_call *call, struct scanner_query *out_query);

// The same with the lists of bases and quotes.
enum status scanner_query_read_ratios(struct api_call *call, struct scanner_query *out_query);

// The cursor behind the last row shown; ptr NULL when there are no more.
struct str scanner_query_cursor(struct api_call *call, const struct scan_outcome *outcome);

// The members of an object that tell the rules.
void scanner_put_rules(struct json_writer *w, const struct scan_rules *rules);

// The bar that was looked at is part of the tag: a candle closes by the clock, without new data.
void scanner_put_etag(struct api_call *call, struct market_versions versions, int64_t as_of, bool is_csv);
