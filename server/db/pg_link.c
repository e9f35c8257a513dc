// The session of a listener: it LISTENs, hears the other processes, and tells them with one statement what
// has come together since the last. Nothing here waits: while a server does not answer, the listeners of this
// process are told as always.
//
// NOTIFY commits under a lock of the whole database. Here it keeps only other NOTIFYs waiting, and not for
// the disk.
#include "db/db_pg.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CONNECT_MAX_US = 10 * 1000 * 1000,
    ANSWER_MAX_US = 15 * 1000 * 1000, // more than statement_timeout
    STEADY_US = PG_PAUSE_MAX_US,      // a session that lasted so long is looked for again at once
    LINE_BYTES = LIMIT_NOTICE_CHANNEL_BYTES + LIMIT_NOTICE_PAYLOAD_BYTES + 2,
};

// On the server a channel has this before its name, and the channel "" is this alone.
#define PREFIX "tlab_"

// A notice is worth no wait for the disk, and a session that only listens is idle by trade.
static const char SETTINGS[] = "; SET synchronous_commit = off; SET idle_session_timeout = 0; LISTEN " PREFIX;

// $1: a notice on each line, channel and payload with a blank between them.
static const char SEND[] = "SELECT pg_notify('" PREFIX "' || split_part(line, ' ', 1),"
                           " substr(line, strpos(line, ' ') + 1))"
                           " FROM string_to_table($1, E'\\n') AS line";

enum stage { DOWN, CONNECTING, SETTING_UP, READY, SENDING, STAGE_COUNT };

struct db_link {
    struct db_listener *listener;
    struct pg_db *db;
    enum stage stage;
    PGconn *handle;         // NULL while DOWN
    int pid;                // of the server's process, as soon as something was sent
    short events;           // of its socket that the stage waits for
    int64_t act_at_us;      // DOWN: when to try again; READY: never; else when to give up
    int64_t pause_us;       // before the present attempt
    int64_t ready_since_us; // 0: not now
    int64_t down_since_us;  // 0: not now, or not known yet
    char text[LINE_BYTES * LIMIT_NOTICES_WAITING];
    char why[ERROR_MESSAGE_MAX / 2]; // it is DOWN
};

static void disconnect(struct db_link *link)
{
    int pid = link->pid;
    (void)atomic_compare_exchange_strong(&link->db->sender_pid, &pid, 0);
    PQfinish(link->handle);
    link->handle = NULL;
    link->pid = 0;
}

// One line in the log when it goes and one when it comes back.
static enum stage lose(struct db_link *link, struct str why)
{
    const int64_t now_us = clock_monotonic_us();
    (void)str_to_c(why, link->why, sizeof link->why);
    if (!link->down_since_us) {
        link->down_since_us = now_us;
        LOG(LOG_WARN, "state_listener_lost", LOG_TEXT("detail", why));
    }
    if (link->stage == SENDING) listener_owe_everything(link->listener);
    if (link->ready_since_us && now_us - link->ready_since_us >= STEADY_US) link->pause_us = 0;
    disconnect(link);
    link->ready_since_us = 0;
    link->act_at_us = now_us + pg_jitter(link->pause_us);
    link->pause_us = pg_pause_after(link->pause_us);
    return DOWN;
}

static enum stage lose_handle(struct db_link *link)
{
    return lose(link, pg_first_line(PQerrorMessage(link->handle)));
}

static bool is_late(const struct db_link *link)
{
    return clock_monotonic_us() >= link->act_at_us;
}

// ---- DOWN and CONNECTING

static enum stage start_connecting(struct db_link *link)
{
    if (!is_late(link)) return DOWN;
    link->handle = pg_start_connecting(link->db);
    if (!link->handle) return lose(link, STR("no memory"));
    if (PQstatus(link->handle) == CONNECTION_BAD) return lose_handle(link);
    link->events = POLLOUT;
    link->act_at_us = clock_monotonic_us() + CONNECT_MAX_US;
    return CONNECTING;
}

// Sends the settings and what to listen to as one script, which is one transaction.
static enum stage start_set_up(struct db_link *link)
{
    struct db_listener *listener = link->listener;
    int len = snprintf(link->text, sizeof link->text, "%s%s", PG_SETTINGS, SETTINGS);
    for (size_t i = 0; i < listener->channel_count; i++)
        len += snprintf(link->text + len, sizeof link->text - (size_t)len, "; LISTEN " PREFIX "%s",
                        listener->channels[i]);
    if (PQsetnonblocking(link->handle, 1) != 0 || !PQsendQuery(link->handle, link->text))
        return lose_handle(link);
    link->act_at_us = clock_monotonic_us() + ANSWER_MAX_US;
    return SETTING_UP;
}

// libpq may only be asked when the socket is ready.
static enum stage go_on_connecting(struct db_link *link)
{
    struct pollfd socket = {.fd = PQsocket(link->handle), .events = link->events};
    if (poll(&socket, 1, 0) <= 0) return is_late(link) ? lose(link, STR("no answer in time")) : CONNECTING;
    switch (PQconnectPoll(link->handle)) {
    case PGRES_POLLING_READING: link->events = POLLIN; return CONNECTING;
    case PGRES_POLLING_ACTIVE: // unused by libpq
    case PGRES_POLLING_WRITING: link->events = POLLOUT; return CONNECTING;
    case PGRES_POLLING_OK: return start_set_up(link);
    case PGRES_POLLING_FAILED: break;
    }
    return lose_handle(link);
}

// ---- hearing: SETTING_UP, READY and SENDING

static void tell(struct db_link *link, const PGnotify *heard)
{
    const struct str channel = str_from_c(heard->relname + strlen(PREFIX));
    const struct str payload = str_from_c(heard->extra);
    // the listeners of this process were told when the notice was given
    if (heard->be_pid == atomic_load(&link->db->sender_pid)) return;
    if (notice_is_valid(channel, payload))
        listener_tell(link->listener, channel, payload);
    else // not from a program like this one
        listener_tell(link->listener, STR(""), STR(""));
}

static void hear(struct db_link *link)
{
    PGnotify *heard;
    while ((heard = PQnotifies(link->handle))) {
        tell(link, heard);
        PQfreemem(heard);
    }
}

// ---- SETTING_UP and SENDING

static enum stage get_ready(struct db_link *link)
{
    const int64_t now_us = clock_monotonic_us();
    if (link->down_since_us)
        LOG(LOG_INFO, "state_listener_back", LOG_INT("after_ms", (now_us - link->down_since_us) / 1000));
    link->down_since_us = 0;
    link->ready_since_us = now_us;
    listener_tell(link->listener, STR(""), STR("")); // at first, in db_listen, that is silent
    return READY;
}

// The script gives several results, the statement one; then comes none.
static enum stage read_answer(struct db_link *link)
{
    while (!PQisBusy(link->handle)) {
        PGresult *result = PQgetResult(link->handle);
        if (!result) return link->stage == SETTING_UP ? get_ready(link) : READY;
        const ExecStatusType answer = PQresultStatus(result);
        const bool is_fine = answer == PGRES_COMMAND_OK || answer == PGRES_TUPLES_OK;
        const enum stage next =
            is_fine ? link->stage : lose(link, pg_first_line(PQresultErrorMessage(result)));
        PQclear(result);
        if (!is_fine) return next;
    }
    return is_late(link) ? lose(link, STR("no answer in time")) : link->stage;
}

static enum stage await_answer(struct db_link *link)
{
    const int unflushed = PQflush(link->handle);
    if (unflushed < 0 || !PQconsumeInput(link->handle)) return lose_handle(link);
    link->events = unflushed ? POLLIN | POLLOUT : POLLIN;
    hear(link);
    return read_answer(link);
}

// ---- READY

static void write_lines(struct db_link *link, const struct notice_queue *notices)
{
    size_t len = 0;
    for (size_t i = 0; i < notices->count; i++) {
        const struct notice *notice = &notices->notices[i];
        memcpy(link->text + len, notice->channel, notice->channel_len);
        len += notice->channel_len;
        link->text[len++] = ' ';
        memcpy(link->text + len, notice->payload, notice->payload_len);
        len += notice->payload_len;
        link->text[len++] = '\n';
    }
    link->text[len - 1] = '\0';
}

static enum stage send_notices(struct db_link *link, const struct notice_queue *notices)
{
    const char *const values[] = {link->text};
    write_lines(link, notices);
    link->pid = PQbackendPID(link->handle);
    atomic_store(&link->db->sender_pid, link->pid);
    link->stage = SENDING;
    link->act_at_us = clock_monotonic_us() + ANSWER_MAX_US;
    if (!PQsendQueryParams(link->handle, SEND, 1, NULL, values, NULL, NULL, 0)) return lose_handle(link);
    return SENDING;
}

static enum stage hear_and_send(struct db_link *link)
{
    if (!PQconsumeInput(link->handle)) return lose_handle(link);
    link->events = POLLIN;
    hear(link);
    const struct notice_queue *unsent = listener_take_unsent(link->listener);
    return unsent ? send_notices(link, unsent) : READY;
}

// ---- the link

static enum link_state link_step(struct db_link *link)
{
    static enum stage (*const steps[STAGE_COUNT])(struct db_link * link) = {
        [DOWN] = start_connecting, [CONNECTING] = go_on_connecting, [SETTING_UP] = await_answer,
        [READY] = hear_and_send,   [SENDING] = await_answer,
    };
    enum stage before;
    do {
        before = link->stage;
        link->stage = steps[before](link);
    } while (link->stage != before);
    if (link->stage == READY) return LINK_IDLE;
    return link->stage == SENDING ? LINK_BUSY : LINK_DOWN;
}

static struct pollfd link_wait(const struct db_link *link, int64_t *until_us)
{
    if (link->stage != READY && link->act_at_us < *until_us) *until_us = link->act_at_us;
    return (struct pollfd){.fd = link->handle ? PQsocket(link->handle) : -1, .events = link->events};
}

static void link_close(struct db_link *link)
{
    disconnect(link);
    free(link);
}

static enum status link_open(struct db_listener *listener, int64_t deadline_us, struct db_link **out_link,
                             struct error *error)
{
    struct db_link *link = calloc(1, sizeof *link);
    if (!link) return error_no_memory(error);
    link->listener = listener;
    link->db = (struct pg_db *)listener->db;
    (void)str_to_c(STR("no answer in time"), link->why, sizeof link->why);
    while (link_step(link) != LINK_IDLE && clock_monotonic_us() < deadline_us) {
        int64_t until_us = deadline_us;
        struct pollfd socket = link_wait(link, &until_us);
        (void)db_wait_for(&socket, 1, until_us);
    }
    if (link->stage == READY) {
        *out_link = link;
        return STATUS_OK;
    }
    const enum status status = error_set(error, STATUS_UNAVAILABLE, "state_unavailable",
                                         "the state database cannot be reached for notices: %s", link->why);
    link_close(link);
    return status;
}

const struct db_link_ops PG_LINK_OPS = {
    .open = link_open,
    .close = link_close,
    .step = link_step,
    .wait = link_wait,
};
