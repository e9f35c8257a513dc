// The first rows of an order out of many, without keeping or sorting the rest.
#pragma once

#include "app/scan.h"

struct scan_hit {
    double key;
    uint32_t base;  // index of a series
    uint32_t quote; // the same; SCAN_NO_QUOTE where there is none
};

#define SCAN_NO_QUOTE UINT32_MAX

struct scan_top {
    const struct scan_request *request;
    const struct scan_universe *universe;
    struct scan_hit *hits;
    size_t count;
    size_t capacity;
    size_t wanted; // one more than the request's limit, to know whether there are more
};

// STATUS_NO_MEMORY.
enum status scan_top_init(struct scan_top *top, const struct scan_request *request,
                          const struct scan_universe *universe, struct arena *arena);

// What a row is sorted by.
double scan_key(enum scan_sort sort, const struct scan_figures *figures, double score, double quote_volume);

void scan_top_add(struct scan_top *top, struct scan_hit hit);

// Puts them in order; answers how many there are, at most `wanted`.
size_t scan_top_finish(struct scan_top *top);
