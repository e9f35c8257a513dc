// The conversation with the server: commands that go out together, and their answers in order.
#include "db/db_pg.h"

#include <stdio.h>
#include <string.h>

static enum status receive_all(struct pg_connection *connection, struct error *error)
{
    PGresult *last = NULL;
    TRY(pg_receive(connection, &last, error));
    PQclear(last);
    return STATUS_OK;
}

// Room is made by waiting; the caller notes the command as sent.
static enum status make_room(struct pg_connection *connection, size_t bytes, struct error *error)
{
    const bool has_room =
        connection->sent_count < PG_SENT_MAX && connection->unmarked_bytes + bytes <= PG_UNMARKED_MAX;
    return has_room || connection->sent_count == 0 ? STATUS_OK : receive_all(connection, error);
}

static enum status note_sent(struct pg_connection *connection, const char *what, int is_sent,
                             struct error *error)
{
    if (!is_sent) return pg_fail(connection, NULL, what, error);
    connection->sent[connection->sent_count++] = what;
    return STATUS_OK;
}

// About what libpq adds to the values of a command.
enum { COMMAND_BYTES = 64, PARAM_BYTES = 8 };

static size_t bytes_of(const struct pg_params *params, size_t param_count)
{
    size_t bytes = COMMAND_BYTES + PARAM_BYTES * param_count;
    for (size_t i = 0; i < param_count; i++)
        bytes += (size_t)params->lengths[i];
    return bytes;
}

enum status pg_send_sql(struct pg_connection *connection, const char *what, const char *sql,
                        struct error *error)
{
    TRY(make_room(connection, COMMAND_BYTES, error));
    connection->unmarked_bytes += COMMAND_BYTES;
    return note_sent(connection, what,
                     PQsendQueryParams(connection->handle, sql, 0, NULL, NULL, NULL, NULL, 1), error);
}

enum status pg_send_prepared(struct pg_connection *connection, const char *what, const char *name,
                             size_t param_count, struct error *error)
{
    const struct pg_params *params = &connection->params;
    const size_t bytes = bytes_of(params, param_count);
    TRY(make_room(connection, bytes, error));
    connection->unmarked_bytes += bytes;
    return note_sent(connection, what,
                     PQsendQueryPrepared(connection->handle, name, (int)param_count, params->values,
                                         params->lengths, params->formats, 1),
                     error);
}

enum status pg_send_prepare(struct pg_connection *connection, const char *what, const char *name,
                            const char *sql, struct error *error)
{
    const size_t bytes = strlen(sql);
    TRY(make_room(connection, bytes, error));
    connection->unmarked_bytes += bytes;
    TRY(note_sent(connection, what, PQsendPrepare(connection->handle, name, sql, 0, NULL), error));
    TRY(make_room(connection, 0, error));
    return note_sent(connection, what, PQsendDescribePrepared(connection->handle, name), error);
}

// The next answer; NULL when the session is lost.
static PGresult *next_answer(struct pg_connection *connection)
{
    PGresult *result = PQgetResult(connection->handle);
    if (result) PQclear(PQgetResult(connection->handle)); // the end of its rows
    return result;
}

static bool is_fine(const PGresult *result)
{
    const ExecStatusType answer = PQresultStatus(result);
    return answer == PGRES_COMMAND_OK || answer == PGRES_TUPLES_OK;
}

// Answers up to and with the mark behind them. *out_result is the last one's, or the first that is a failure,
// of which *out_what is the command.
static void read_answers(struct pg_connection *connection, PGresult **out_result, const char **out_what)
{
    PGresult *kept = NULL;
    *out_what = NULL;
    for (size_t i = 0; i < connection->sent_count && !pg_connection_is_lost(connection); i++) {
        PGresult *result = next_answer(connection);
        const bool has_failed = *out_what != NULL;
        if (!has_failed && !is_fine(result)) *out_what = connection->sent[i];
        PQclear(has_failed ? result : kept);
        kept = has_failed ? kept : result;
    }
    if (!pg_connection_is_lost(connection)) PQclear(PQgetResult(connection->handle)); // the mark
    connection->sent_count = connection->unmarked_bytes = 0;
    connection->is_left = false;
    *out_result = kept;
}

enum status pg_receive(struct pg_connection *connection, PGresult **out_last, struct error *error)
{
    const char *what = connection->sent[connection->sent_count - 1], *failed;
    PGresult *result = NULL;
    if (!PQpipelineSync(connection->handle)) return pg_fail(connection, NULL, what, error);
    read_answers(connection, &result, &failed);
    if (!failed && result && !pg_connection_is_lost(connection)) {
        *out_last = result;
        return STATUS_OK;
    }
    const enum status status = pg_fail(connection, result, failed ? failed : what, error);
    PQclear(result);
    return status;
}

enum status pg_keep_short(struct pg_connection *connection, struct error *error)
{
    return connection->unmarked_bytes > PG_UNMARKED_MAX ? receive_all(connection, error) : STATUS_OK;
}

void pg_leave(struct pg_connection *connection)
{
    connection->is_left = PQpipelineSync(connection->handle) != 0;
}

// A server that went away between transactions has closed its end of the socket.
static bool has_hung_up(const struct pg_connection *connection)
{
    struct pollfd socket = {.fd = PQsocket(connection->handle), .events = POLLRDHUP};
    return poll(&socket, 1, 0) > 0;
}

bool pg_take_up(struct pg_connection *connection)
{
    PGresult *result = NULL;
    const char *failed;
    if (pg_connection_is_lost(connection)) return false;
    if (connection->is_left) read_answers(connection, &result, &failed);
    PQclear(result);
    return !pg_connection_is_lost(connection) && !has_hung_up(connection);
}
