// A stream's source for tests: says what the test tells it to, and counts what happens to it.
#pragma once

#include "http/http.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct feed {
    pthread_mutex_t mutex; // guards everything below
    pthread_cond_t changed;
    struct http_stream *stream; // NULL before it is opened and after it is closed
    size_t unread;              // bytes to say: 'x'
    size_t late;                // bytes that come, one at a time, just when it has said that there is nothing
    bool is_endless;            // says as much as it is asked for
    bool is_over;               // ends when all has been said
    size_t read_bytes;          // said so far
    size_t read_count;          // how often it was asked
    size_t opened_count;
    size_t closed_count;
};

void feed_init(struct feed *feed);
void feed_done(struct feed *feed);

struct http_stream_source feed_source(struct feed *feed);

// From any thread: `count` more bytes, and a wake.
void feed_say(struct feed *feed, size_t count);

// Says whatever it is asked for from now on.
void feed_say_endlessly(struct feed *feed);
void feed_end(struct feed *feed);
void feed_abort(struct feed *feed);

size_t feed_read_bytes(struct feed *feed);
size_t feed_read_count(struct feed *feed);
size_t feed_opened_count(struct feed *feed);
size_t feed_closed_count(struct feed *feed);

// Each fails the test when it takes too long.
void feed_await_opened(struct feed *feed);
void feed_await_closed(struct feed *feed);
