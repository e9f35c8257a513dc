// Events for those who watch now, in whichever process they happen: every log that somebody here watches is
// read once, for all its watchers. Safe for all threads.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct feed;
struct feed_watcher;

// A browser does not show its page comments: a sign of life has to be an event. Who hears nothing for several
// pings has lost the stream, though the connection stands: the server froze, its machine or the network is
// gone, or it cannot read what happens.
enum { FEED_POSITION_MAX = 44, FEED_PING_S = 5, FEED_RIGHTS_S = 10 };

// `process_tag` makes the versions of candles that are told another process's own.
enum status feed_open(const struct app *app, uint64_t process_tag, struct feed **out_feed,
                      struct error *error);
void feed_close(struct feed *feed); // nobody watches any more; NULL is fine

// What a notice says (app/notice.h); "" as channel: everything may have changed.
void feed_on_notice(struct feed *feed, struct str channel, struct str payload);

// The stored candles have changed; for market_options.on_change, with the feed as context.
void feed_on_candles(void *context, uint64_t data_version);

// Who watches, from where on.
struct feed_request {
    struct str workspace_id;
    struct str user_id;
    struct str session_id; // with which the stream ends; "" where nobody signs in
    struct str token_id;   // likewise, of an API token; "" for none
    bool is_operator;      // sees events of the instance, too
    struct str position;   // of the last event that was received, "" for none; what is no position is none

    // Called with a lock of the feed held, from any thread: something can be read; the watcher is to end now.
    void (*wake)(void *context);
    void (*drop)(void *context);
    void *context;
};

// Errors of the state database, STATUS_NO_MEMORY.
enum status feed_watch(struct feed *feed, const struct feed_request *request,
                       struct feed_watcher **out_watcher, struct error *error);

// Copies up to `max` bytes of the event stream that are ready; 0: nothing now. *out_has_ended: the user may
// no longer watch. Does not block.
size_t feed_read(struct feed_watcher *watcher, char *out, size_t max, bool *out_has_ended);

// Neither wake nor drop is called afterwards.
void feed_unwatch(struct feed_watcher *watcher);
