#include "app/download_request.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/download/download_terms.h"
#include "json/decode.h"

enum { S_PER_DAY = 86400, TITLE_SYMBOLS = 3 };

static const char *const freqs[] = {"daily", "monthly", "auto", NULL};

struct body {
    struct str asset, interval, from, to;
    const struct json_value *symbols;
    int freq;
    bool recheck;
};

static enum status read_body(const struct json_value *object, struct body *body, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct body, asset, TEXT, .max_bytes = 16),
        JSON_FIELD(struct body, interval, TEXT, .is_required = true, .max_bytes = 8),
        JSON_FIELD(struct body, symbols, ARRAY, .is_required = true, .max_bytes = LIMIT_DOWNLOAD_JOB_SYMBOLS),
        JSON_FIELD(struct body, from, TEXT, .is_required = true, .max_bytes = DATETIME_TEXT_MAX),
        JSON_FIELD(struct body, to, TEXT, .max_bytes = DATETIME_TEXT_MAX),
        JSON_FIELD(struct body, freq, CHOICE, .choices = freqs),
        JSON_FIELD(struct body, recheck, BOOLEAN),
    };
    return json_decode(object, "", fields, sizeof fields / sizeof *fields, body, error);
}

static enum status read_symbols(const struct json_value *array, struct arena *arena,
                                struct download_terms *terms, struct error *error)
{
    struct str *symbols = ARENA_ARRAY(arena, struct str, array->count + 1);
    const struct json_value *value = json_first(array);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < array->count; i++, value = json_after(value)) {
        if (value->type != JSON_STRING) return error_add_field(error, "/symbols", "must be a list of texts");
        symbols[i] = value->text;
    }
    terms->symbols = symbols;
    terms->symbol_count = array->count;
    return STATUS_OK;
}

static enum status check_size(const struct download_spec *spec, enum download_freq freq, struct error *error)
{
    const int64_t days = spec->last_day - spec->first_day + 1;
    if (freq == DOWNLOAD_DAILY && !download_interval_has_daily(spec->interval))
        return error_add_field(error, "/freq", "there are no daily files of %s: ask for monthly ones",
                               interval_name(spec->interval));
    if (days <= LIMIT_DOWNLOAD_JOB_DAYS / (int64_t)spec->symbol_count) return STATUS_OK;
    return error_add_field(error, "/from", "%zu symbols for %lld days are too many: %d in all",
                           spec->symbol_count, (long long)days, LIMIT_DOWNLOAD_JOB_DAYS);
}

enum status download_request_decode(const struct json_value *object, int64_t today, struct arena *arena,
                                    struct download_request *out_request, struct error *error)
{
    struct body body = {.freq = DOWNLOAD_AUTO};
    struct download_request request = {0};
    TRY(read_body(object, &body, error));
    struct download_terms terms = {
        .asset = body.asset, .interval = body.interval, .from = body.from, .to = body.to};
    TRY(read_symbols(body.symbols, arena, &terms, error));
    TRY(download_terms_read(&terms, today, arena, &request.spec, error));
    request.freq = (enum download_freq)body.freq;
    request.rechecks = body.recheck;
    TRY(check_size(&request.spec, request.freq, error));
    *out_request = request;
    return STATUS_OK;
}

enum status download_request_parse(struct str json, int64_t today, struct arena *arena,
                                   struct download_request *out_request, struct error *error)
{
    const struct json_value *object;
    TRY(json_parse_object(arena, json, &object, error));
    return download_request_decode(object, today, arena, out_request, error);
}

static void put_day(struct json_writer *w, const char *name, int64_t day)
{
    char text[DATETIME_TEXT_MAX];
    json_put_str(w, name, datetime_format_date(day * S_PER_DAY, text));
}

void download_request_put(struct json_writer *w, const struct download_request *request)
{
    const struct download_spec *spec = &request->spec;
    json_put_c(w, "asset", download_asset_name(spec->asset));
    json_put_c(w, "interval", interval_name(spec->interval));
    json_key(w, "symbols");
    json_begin_array(w);
    for (size_t i = 0; i < spec->symbol_count; i++)
        json_str(w, spec->symbols[i]);
    json_end_array(w);
    put_day(w, "from", spec->first_day);
    put_day(w, "to", spec->last_day);
    json_put_c(w, "freq", freqs[request->freq]);
    json_put_bool(w, "recheck", request->rechecks);
}

struct str download_request_encode(const struct download_request *request, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    download_request_put(&w, request);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

struct str download_request_title(const struct download_request *request, struct arena *arena)
{
    BUF_SCOPE(buf, KIB);
    const struct download_spec *spec = &request->spec;
    buf_append_format(&buf, "%s %s", download_asset_name(spec->asset), interval_name(spec->interval));
    for (size_t i = 0; i < spec->symbol_count && i < TITLE_SYMBOLS; i++)
        buf_append_format(&buf, "%s%.*s", i ? ", " : " ", STR_ARG(spec->symbols[i]));
    if (spec->symbol_count > TITLE_SYMBOLS)
        buf_append_format(&buf, " and %zu more", spec->symbol_count - TITLE_SYMBOLS);
    return buf_copy(&buf, arena);
}
