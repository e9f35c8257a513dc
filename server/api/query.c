#include "api/query.h"

#include "api/reply.h"
#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/number.h"
#include "market/series_expression.h"
#include "json/writer.h"

#include <stdio.h>

static const int64_t earliest_s = -62135596800; // 0001-01-01
static const int64_t latest_s = 253402300799;   // 9999-12-31T23:59:59

static enum status fault(struct api_call *call, const char *name, const char *rule, struct str value)
{
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "?%s", name);
    return error_add_field(call->error, pointer, "%s, not \"%.*s\"", rule, STR_ARG(str_slice(value, 0, 64)));
}

static bool is_first(const struct http_request *request, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (str_eq(request->query[i].name, request->query[index].name)) return false;
    return true;
}

enum status query_check_names(const struct http_request *request, const char *known_names,
                              struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    for (size_t i = 0; i < request->query_count; i++) {
        const struct str name = request->query[i].name;
        (void)snprintf(pointer, sizeof pointer, "?%.*s", name.len ? (int)(name.len < 64 ? name.len : 64) : 7,
                       name.len ? name.ptr : "(empty)");
        if (!str_lists(str_from_c(known_names), ' ', name))
            (void)error_add_field(error, pointer, "unknown parameter; known are: %s",
                                  known_names ? known_names : "none");
        else if (http_request_query_count(request, name) > 1 && is_first(request, i))
            (void)error_add_field(error, pointer, "may be given only once");
    }
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

static bool find(const struct api_call *call, const char *name, struct str *out_value)
{
    if (http_request_query_count(call->request, str_from_c(name)) == 0) return false;
    *out_value = http_request_query(call->request, str_from_c(name));
    return true;
}

static enum status count_from(struct api_call *call, const char *name, size_t minimum, size_t maximum,
                              size_t *value)
{
    struct str text;
    int64_t number;
    if (!find(call, name, &text)) return STATUS_OK;
    if (str_to_int64(text, &number) && number >= (int64_t)minimum && (uint64_t)number <= maximum) {
        *value = (size_t)number;
        return STATUS_OK;
    }
    return fault(call, name,
                 str_format(call->arena, "must be an integer from %zu to %zu", minimum, maximum).ptr, text);
}

enum status query_count(struct api_call *call, const char *name, size_t maximum, size_t *value)
{
    return count_from(call, name, 1, maximum, value);
}

enum status query_count_or_zero(struct api_call *call, const char *name, size_t maximum, size_t *value)
{
    return count_from(call, name, 0, maximum, value);
}

enum status query_number(struct api_call *call, const char *name, double minimum, double *value)
{
    struct str text;
    double number;
    if (!find(call, name, &text)) return STATUS_OK;
    if (text.len <= LIMIT_JSON_NUMBER_BYTES && number_parse(text, &number) && number >= minimum) {
        *value = number;
        return STATUS_OK;
    }
    return fault(call, name, str_format(call->arena, "must be a number from %g on", minimum).ptr, text);
}

enum status query_bool(struct api_call *call, const char *name, bool *value)
{
    static const char *const names[] = {"false", "true", NULL};
    int choice = *value;
    TRY(query_choice(call, name, names, &choice));
    *value = choice == 1;
    return STATUS_OK;
}

enum status query_decimals(struct api_call *call)
{
    static const char *const forms[] = {"number", "string", NULL};
    int form = 0;
    TRY(query_choice(call, "decimals", forms, &form));
    call->quotes_decimals = form == 1;
    return STATUS_OK;
}

enum status query_interval(struct api_call *call, const char *name, enum interval *value)
{
    struct str text;
    if (!find(call, name, &text) || interval_parse(text, value)) return STATUS_OK;
    BUF_SCOPE(known, KIB);
    for (int i = 0; i < INTERVAL_COUNT; i++)
        buf_append_format(&known, " %s", interval_name((enum interval)i));
    return fault(call, name, str_format(call->arena, "must be one of%.*s", STR_ARG(buf_str(&known))).ptr,
                 text);
}

enum status query_choice(struct api_call *call, const char *name, const char *const *choices, int *value)
{
    struct str text;
    if (!find(call, name, &text)) return STATUS_OK;
    BUF_SCOPE(known, KIB);
    for (int i = 0; choices[i]; i++) {
        if (str_eq(text, str_from_c(choices[i]))) {
            *value = i;
            return STATUS_OK;
        }
        buf_append_format(&known, " %s", choices[i]);
    }
    return fault(call, name, str_format(call->arena, "must be one of%.*s", STR_ARG(buf_str(&known))).ptr,
                 text);
}

enum status query_text(struct api_call *call, const char *name, size_t max_bytes, struct str *value)
{
    struct str text;
    if (!find(call, name, &text)) return STATUS_OK;
    if (text.len == 0 || text.len > max_bytes)
        return fault(call, name, str_format(call->arena, "must have 1 to %zu bytes", max_bytes).ptr, text);
    *value = text;
    return STATUS_OK;
}

enum status query_series(struct api_call *call, const char *name, size_t max_bytes, struct str *value)
{
    char spelled[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    struct series_expression expression;
    struct str text = {0};
    TRY(query_text(call, name, max_bytes, &text));
    if (!text.ptr) return STATUS_OK;
    *value = text;
    if (series_expression_parse(text, &expression, NULL) != STATUS_OK) return STATUS_OK;
    const struct str copy = str_copy(call->arena, series_expression_text(&expression, spelled));
    if (copy.ptr) *value = copy;
    return STATUS_OK;
}

enum status query_required_text(struct api_call *call, const char *name, size_t max_bytes,
                                struct str *out_value)
{
    char pointer[ERROR_POINTER_MAX];
    struct str text;
    if (find(call, name, &text)) return query_text(call, name, max_bytes, out_value);
    (void)snprintf(pointer, sizeof pointer, "?%s", name);
    return error_add_field(call->error, pointer, "is missing");
}

enum status query_time(struct api_call *call, const char *name, bool *is_given, int64_t *value)
{
    struct str text;
    int64_t time, time_us;
    *is_given = false;
    if (!find(call, name, &text)) return STATUS_OK;
    if (datetime_parse_us(text, &time_us))
        time = time_us / 1000000 + (time_us % 1000000 > 0); // the first whole second at or after it
    else if (!str_to_int64(text, &time) || time < earliest_s || time > latest_s)
        return fault(call, name,
                     "must be seconds since 1970 or a date such as 2024-01-01 or 2024-01-01T12:00:00Z", text);
    *is_given = true;
    *value = time;
    return STATUS_OK;
}

bool query_wants_csv(struct api_call *call)
{
    static const char *const formats[] = {"json", "csv", "objects", NULL};
    int format = reply_wants_csv(call);
    (void)query_choice(call, "format", formats, &format);
    return format == 1;
}

enum status query_limit(struct api_call *call, bool is_csv, size_t maximum, size_t *limit)
{
    if (is_csv) *limit = maximum;
    return query_count(call, "limit", maximum, limit);
}

struct str query_json_text(struct arena *arena, struct str text)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_str(&w, text);
    return str_copy(arena, buf_str(&buf));
}

struct str query_like_pattern(struct arena *arena, struct str text)
{
    BUF_SCOPE(buf, KIB);
    buf_append_char(&buf, '%');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '%' || c == '_' || c == '\\') buf_append_char(&buf, '\\');
        buf_append_char(&buf, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    buf_append_char(&buf, '%');
    return str_copy(arena, buf_str(&buf));
}

enum status query_check_term(struct api_call *call, const char *name, struct str text)
{
    char pointer[ERROR_POINTER_MAX];
    struct error fault = {0};
    struct series_expression expression;
    (void)snprintf(pointer, sizeof pointer, "?%s", name);
    enum status status = series_expression_parse(text, &expression, &fault);
    if (status == STATUS_OK && expression.term_count != 1)
        status = error_set(&fault, STATUS_INVALID, "invalid_symbol",
                           "\"%.*s\" is a ratio, where one symbol or category is wanted", STR_ARG(text));
    if (status != STATUS_INVALID) return status;
    if (call->error->status == STATUS_OK)
        (void)error_set(call->error, STATUS_INVALID, fault.code, "%s", fault.message);
    return error_add_field(call->error, pointer, "%s", fault.message);
}

enum status query_blame(struct api_call *call, enum status status, const char *pointer)
{
    if (status == STATUS_INVALID && !call->error->field_count)
        (void)error_add_field(call->error, pointer, "%s", call->error->message);
    return status;
}

enum status query_finish(const struct api_call *call)
{
    return call->error->field_count ? STATUS_INVALID : STATUS_OK;
}

bool query_prefers_async(const struct api_call *call)
{
    for (size_t i = 0; i < call->request->header_count; i++) {
        const struct http_pair *header = &call->request->headers[i];
        struct str rest = header->value, preference;
        if (!str_eq_ignore_case(header->name, STR("Prefer"))) continue;
        while (str_split(&rest, ',', &preference)) {
            const struct str name = str_slice(preference, 0, str_find(preference, ';')); // parameters follow
            if (str_eq_ignore_case(str_trim(name), STR("respond-async"))) return true;
        }
    }
    return false;
}
