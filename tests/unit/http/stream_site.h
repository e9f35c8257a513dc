// A site with streams, for the tests of how they go on and how they end. One at a time: set up before, and
// torn down after, each test.
#pragma once

#include "client.h"
#include "feed.h"
#include "site.h"

enum {
    STREAM_SITE_MAX = 104, // streams
    STREAM_SITE_FEEDS = STREAM_SITE_MAX + 1,
};

#define STREAM "GET /stream HTTP/1.1\r\n" HOST

extern struct site stream_site;
extern struct feed stream_feeds[STREAM_SITE_FEEDS];

// "/stream?n=3" answers with the stream of feed 3, 0 without n, with ETag "stream-1"; &wait=1 waits first as
// "/wait" does, &split=1 adds a header that cannot be sent. `options` as for site_start.
void stream_site_start(struct http_server_options options);
void stream_site_stop(void);

// On a connection of its own, the head has been read.
struct client stream_site_open(size_t n);

// Nothing happens for `ms`. While this can be called one request is in "/wait".
void stream_site_let_pass(int ms);
