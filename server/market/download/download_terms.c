#include "market/download/download_terms.h"

#include "base/datetime.h"

static enum status read_asset(struct str text, enum download_asset *out_asset, struct error *error)
{
    if (!text.ptr || download_asset_parse(text, out_asset)) return STATUS_OK;
    return error_add_field(error, "/asset", "\"%.*s\" is no asset; one of: spot, um, cm",
                           STR_ARG(str_prefix(text, 60)));
}

static enum status read_interval(struct str text, enum interval *out_interval, struct error *error)
{
    if (!text.ptr) return error_add_field(error, "/interval", "is missing");
    if (interval_parse(text, out_interval)) return STATUS_OK;
    return error_add_field(error, "/interval", "\"%.*s\" is no interval such as 1d",
                           STR_ARG(str_prefix(text, 60)));
}

static enum status read_day(struct str text, const char *pointer, int64_t *out_day, struct error *error)
{
    int64_t time_us;
    if (!datetime_parse_us(text, &time_us) || time_us < 0)
        return error_add_field(error, pointer, "\"%.*s\" is no day since 1970 such as 2024-01-31",
                               STR_ARG(str_prefix(text, 60)));
    *out_day = datetime_day_us(time_us);
    return STATUS_OK;
}

static enum status read_days(const struct download_terms *terms, struct download_spec *spec,
                             struct error *error)
{
    if (!terms->from.ptr) return error_add_field(error, "/from", "is missing");
    TRY(read_day(terms->from, "/from", &spec->first_day, error));
    if (terms->to.ptr) TRY(read_day(terms->to, "/to", &spec->last_day, error));
    if (spec->first_day <= spec->last_day) return STATUS_OK;
    if (terms->to.ptr) return error_add_field(error, "/to", "lies before \"from\"");
    return error_add_field(error, "/from", "has not ended yet; the archive has days that are over");
}

static enum status read_symbols(const struct download_terms *terms, struct arena *arena,
                                struct download_spec *spec, struct error *error)
{
    struct error cause = {0};
    if (terms->symbol_count == 0) return error_add_field(error, "/symbols", "there are none");
    const enum status status =
        download_spec_take_symbols(spec, terms->symbols, terms->symbol_count, arena, &cause);
    if (status == STATUS_NO_MEMORY) return error_no_memory(error);
    return status == STATUS_OK ? STATUS_OK : error_add_field(error, "/symbols", "%s", cause.message);
}

enum status download_terms_read(const struct download_terms *terms, int64_t today, struct arena *arena,
                                struct download_spec *out_spec, struct error *error)
{
    struct download_spec spec = {.asset = DOWNLOAD_SPOT,
                                 .last_day = today - 1,
                                 .destination_dir =
                                     terms->destination_dir.ptr ? terms->destination_dir : STR("data")};
    (void)read_asset(terms->asset, &spec.asset, error);
    (void)read_interval(terms->interval, &spec.interval, error);
    (void)read_days(terms, &spec, error);
    TRY(read_symbols(terms, arena, &spec, error));
    if (error->field_count) return STATUS_INVALID;
    *out_spec = spec;
    return STATUS_OK;
}
