#include "app/verify_json.h"

#include "app/job_json.h"
#include "base/buf.h"
#include "base/limits.h"
#include "json/writer.h"

static void put_series(struct json_writer *w, const struct verify_series *series)
{
    json_begin_object(w);
    json_put_str(w, "symbol", series->symbol);
    json_put_str(w, "interval", series->interval);
    json_put_c(w, "status", series_state_name(series->state));
    if (series->has_changed_from)
        json_put_int(w, "changed_from", series->changed_from);
    else
        json_put_null(w, "changed_from");
    json_end_object(w);
}

static void put_revised(struct json_writer *w, const struct verification *verification)
{
    json_key(w, "revised");
    json_begin_array(w);
    for (size_t i = 0; i < verification->revised_count; i++) {
        const struct verify_revised *revised = &verification->revised[i];
        json_begin_object(w);
        json_put_str(w, "symbol", revised->symbol);
        json_put_str(w, "interval", revised->interval);
        json_put_int(w, "candles", revised->candles);
        json_put_int(w, "first", revised->first);
        json_put_int(w, "last", revised->last);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_pair(struct json_writer *w, double stored, double now)
{
    json_put_double(w, "stored", stored);
    json_put_double(w, "now", now);
}

static void put_figures(struct json_writer *w, const struct verification *verification)
{
    json_key(w, "figures");
    json_begin_array(w);
    for (size_t i = 0; i < verification->figure_count; i++) {
        const struct verify_figure *figure = &verification->figures[i];
        json_begin_object(w);
        json_put_c(w, "name", figure->name);
        put_pair(w, figure->stored, figure->now);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_row(struct json_writer *w, const char *name, const struct verify_row *row)
{
    json_key(w, name);
    if (!row->differs) {
        json_null(w);
        return;
    }
    json_begin_object(w);
    json_put_int(w, "number", (int64_t)row->number);
    json_put_int(w, "time", row->time);
    put_pair(w, row->stored, row->now);
    json_end_object(w);
}

static void put_parts(struct json_writer *w, const struct verification *verification)
{
    json_key(w, "parts");
    json_begin_array(w);
    for (size_t i = 0; i < VERIFY_PARTS; i++)
        if (verification->parts[i]) json_c(w, verify_part_name((enum verify_part)i));
    json_end_array(w);
}

// Null when there was nothing to compare with.
static void put_differences(struct json_writer *w, const struct verification *verification)
{
    json_key(w, "differences");
    if (!verification->was_run) {
        json_null(w);
        return;
    }
    json_begin_object(w);
    put_figures(w, verification);
    put_row(w, "equity", &verification->equity);
    put_row(w, "trades", &verification->trades);
    put_parts(w, verification);
    json_end_object(w);
}

static void put_engine(struct json_writer *w, const struct verification *verification)
{
    json_key(w, "engine_version");
    json_begin_object(w);
    json_put_str(w, "stored", verification->engine_stored);
    json_put_str(w, "now", verification->engine_now);
    json_end_object(w);
}

static void put_verification(struct json_writer *w, const struct verification *verification)
{
    const bool is_refused = !verification->was_run;
    const struct error *refusal = &verification->refusal;
    const struct str none = {0};
    json_begin_object(w);
    json_put_str(w, "backtest_id", verification->backtest_id);
    json_put_c(w, "verdict", verdict_name(verification->verdict));
    put_engine(w, verification);
    json_key(w, "series");
    json_begin_array(w);
    for (size_t i = 0; i < verification->series_count; i++)
        put_series(w, &verification->series[i]);
    json_end_array(w);
    put_revised(w, verification);
    put_differences(w, verification);
    job_json_put_error(w, is_refused ? str_from_c(refusal->code) : none, str_from_c(refusal->message));
    json_end_object(w);
}

struct str verify_json(const struct verification *verification, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    put_verification(&w, verification);
    return buf_copy(&buf, arena);
}
