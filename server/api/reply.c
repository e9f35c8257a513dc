#include "api/reply.h"

#include "base/number.h"

#include <inttypes.h>
#include <math.h>

struct json_writer reply_json(struct api_call *call)
{
    http_response_header(call->response, STR("Content-Type"), STR("application/json; charset=utf-8"));
    return reply_json_on(call, &call->response->body);
}

struct json_writer reply_json_on(const struct api_call *call, struct buf *buf)
{
    struct json_writer w = json_writer_on(buf);
    w.quotes_decimals = call->quotes_decimals;
    return w;
}

void reply_next_cursor(struct json_writer *w, struct str cursor)
{
    json_put_str(w, "next_cursor", cursor);
}

void reply_etag(struct api_call *call, struct str tag)
{
    http_response_header(call->response, STR("ETag"), str_format(call->arena, "\"%.*s\"", STR_ARG(tag)));
}

void reply_market_etag(struct api_call *call, struct market_versions versions, const char *representation)
{
    reply_etag(call, str_format(call->arena, "%" PRIx64 "-%" PRIu64 "-%" PRIu64 "-%s", call->api->boot_id,
                                versions.data, versions.categories, representation));
}

void reply_created(struct api_call *call, struct str location)
{
    call->response->status = 201;
    http_response_header(call->response, STR("Location"), location);
}

bool reply_wants_csv(struct api_call *call)
{
    http_response_header(call->response, STR("Vary"), STR("Accept"));
    return http_request_accepts(call->request, STR("text/csv"));
}

void reply_csv(struct api_call *call, struct str next_cursor)
{
    http_response_header(call->response, STR("Content-Type"), STR("text/csv; charset=utf-8"));
    if (next_cursor.ptr) http_response_header(call->response, STR("X-Next-Cursor"), next_cursor);
}

void reply_csv_number(struct buf *buf, double value)
{
    char text[NUMBER_TEXT_MAX];
    buf_append_char(buf, ',');
    if (isfinite(value)) buf_append(buf, text, number_format(value, text));
}

void reply_csv_text(struct buf *buf, struct str text)
{
    const bool is_formula = text.len && strchr("=+-@\t\r", text.ptr[0]) != NULL;
    bool needs_quotes = is_formula;
    for (size_t i = 0; i < text.len; i++)
        needs_quotes = needs_quotes || strchr(",\"\r\n", text.ptr[i]) != NULL;
    if (!needs_quotes) {
        buf_append_str(buf, text);
        return;
    }
    buf_append_str(buf, is_formula ? STR("\"'") : STR("\""));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') buf_append_char(buf, '"');
        buf_append_char(buf, text.ptr[i]);
    }
    buf_append_char(buf, '"');
}
