// Notices: one process tells the others, and itself, to look again. A notice is a hint. It may come twice,
// out of order, or not at all when a process dies between its commit and its notice: what matters is read
// from tables.
//
// A notice has a channel, 1 to 40 of a-z, 0-9 and _, and a payload of at most 200 printable ASCII characters.
// The channel "" means: look at everything.
#pragma once

#include "db/db.h"

// Told on the listener's own thread, one notice after the other; the text is borrowed for the call. What
// comes meanwhile waits, so be quick. It may call db_notify, but not db_unlisten.
typedef void db_notice_handler(void *context, struct str channel, struct str payload);

struct db_listening {
    const char *const *channels; // ends with NULL; copied; at most 16. None at all: only sends, and hears ""
    int poll_ms;                 // the longest time without a "", because a notice may be lost; 0: no limit
    db_notice_handler *handler;
    void *context;
};

struct db_listener;

// Begins to listen: look at the tables after it has returned, since only later notices are told. Beside the
// notices on its channels a listener is told "" when its connection was lost and found again, when so many
// different notices waited (256) that they were dropped for one "", and by poll_ms.
// PostgreSQL: each listener has a connection of its own, beyond the pool, and finds a new one by itself;
// STATUS_UNAVAILABLE "state_unavailable" when the first cannot be had within the busy timeout. SQLite: all
// processes that have the database are this one.
enum status db_listen(struct db *db, const struct db_listening *listening, struct db_listener **out_listener,
                      struct error *error);

// Waits for a call of the handler that is under way; none comes afterwards. What waits for other processes is
// sent before, if that takes no more than a second. NULL is fine.
void db_unlisten(struct db_listener **listener);

// After the commit, outside of every transaction: tells the listeners of this process at once, on their
// threads, and those of other processes a little later. Does not block and cannot fail. Of equal notices that
// wait for somebody one is told, after the last of them was given here. Only a listener sends to other
// processes: while `db` has none, they are not told. What breaks the rules above is told as "".
void db_notify(struct db *db, const char *channel, struct str payload);
