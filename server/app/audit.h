// What was done, by whom, from where, with what outcome: a log per workspace, and one of the instance ("").
//
// Entries are only ever added. Each has the SHA-256 over the hash of the one before it (32 zero bytes for the
// first) and its own fields in the order of struct audit_entry, each as "length:bytes" and integers in
// decimal, so that whoever changes, removes or inserts one changes every hash behind it. audit_verify finds
// the place.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/audit_store.h"

enum audit_outcome { AUDIT_OK, AUDIT_FAILED, AUDIT_DENIED };

struct audit_event {
    struct str log;     // a workspace's id; "": the instance
    const char *action; // "noun.verb": "session.login"
    enum audit_outcome outcome;
    const char *object_type; // "user"; "" for none
    struct str object_id;
    struct str detail_json; // an object without secrets; ptr NULL: none
};

// Inside the caller's transaction, before any event is appended to it; other entries of that log wait until
// it ends.
enum status audit_append(struct db_tx *tx, const struct actor *actor, const struct audit_event *event,
                         struct error *error);

// In a transaction of its own: for what failed and changed nothing else.
enum status audit_record(const struct app *app, const struct actor *actor, const struct audit_event *event,
                         struct error *error);

// The same for a refusal, which whoever is refused can repeat as fast as they like: the first is told at
// once, and then no other of the same actor, way in (session or token), action and object in that log within
// a minute. What was told is looked up in the log itself, and once more with the log held: so it holds over
// all processes and after a restart, and a refusal that is told already costs no writer's turn. The object
// must be one of few: a route and not a path, or there would be as many entries as there are paths. Only the
// last 1,000 entries are looked at; in a log that gets more a minute the same may be told once in as many.
enum status audit_record_refusal(const struct app *app, const struct actor *actor,
                                 const struct audit_event *event, struct error *error);

// Entries of a log, newest first.
enum status audit_list(const struct app *app, const struct audit_filter *filter, struct arena *arena,
                       struct audit_list *out_list, struct error *error);

// What is wrong with a log.
struct audit_fault {
    struct str log;
    int64_t number; // of the first entry that does not fit; 0: none
    struct str what;
};

// Recomputes the chain of every log. *out_fault is the first fault (number 0 and log "" with what "" when
// there is none), *out_checked the number of entries that were found right.
enum status audit_verify(const struct app *app, struct arena *arena, struct audit_fault *out_fault,
                         int64_t *out_checked, struct error *error);

// Writes the number and hash of the last entry of every log to the server's log ("audit_head"), which is kept
// elsewhere: whoever makes a whole chain anew does not make that line anew.
enum status audit_log_heads(const struct app *app, struct error *error);
