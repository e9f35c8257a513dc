#include "json/decode.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { POINTER_NAME_MAX = 64, BOUND_TEXT_MAX = NUMBER_TEXT_MAX + 1 };

static const double largest_exact_integer = 9007199254740992.0; // 2^53

static const char *type_name(enum json_type type)
{
    static const char *const names[] = {"null",     "false",    "true",     "a number",
                                        "a string", "an array", "an object"};
    return names[type];
}

static enum status wrong_type(const struct json_value *value, const char *pointer, const char *wanted,
                              struct error *error)
{
    return error_add_field(error, pointer, "must be %s, not %s", wanted, type_name(value->type));
}

// All its digits, which %g would cut.
static const char *bound_text(double bound, char text[static BOUND_TEXT_MAX])
{
    text[number_format(bound, text)] = '\0';
    return text;
}

static enum status check_range(const struct json_field *field, double number, struct str written,
                               const char *pointer, struct error *error)
{
    if (field->minimum == 0 && field->maximum == 0) return STATUS_OK;
    const bool is_low = field->is_above_minimum ? number <= field->minimum : number < field->minimum;
    const bool is_high = field->is_below_maximum ? number >= field->maximum : number > field->maximum;
    if (!is_low && !is_high) return STATUS_OK;
    char least[BOUND_TEXT_MAX], most[BOUND_TEXT_MAX];
    return error_add_field(error, pointer, "%.*s is out of range: must be %s %s and %s %s%s%s",
                           STR_ARG(written), field->is_above_minimum ? "above" : "at least",
                           bound_text(field->minimum, least), field->is_below_maximum ? "below" : "at most",
                           bound_text(field->maximum, most), field->hint ? "; " : "",
                           field->hint ? field->hint : "");
}

static enum status decode_number(const struct json_field *field, const struct json_value *value,
                                 const char *pointer, double *out_number, struct error *error)
{
    double number;
    if (value->type != JSON_NUMBER) return wrong_type(value, pointer, "a number", error);
    if (!number_parse(value->text, &number))
        return error_add_field(error, pointer, "%.*s is too large", STR_ARG(value->text));
    TRY(check_range(field, number, value->text, pointer, error));
    *out_number = number;
    return STATUS_OK;
}

static enum status decode_integer(const struct json_field *field, const struct json_value *value,
                                  const char *pointer, int64_t *out_integer, struct error *error)
{
    double number;
    if (value->type != JSON_NUMBER) return wrong_type(value, pointer, "an integer", error);
    TRY(decode_number(field, value, pointer, &number, error));
    if (number != trunc(number) || fabs(number) > largest_exact_integer)
        return error_add_field(error, pointer, "%.*s is not an integer", STR_ARG(value->text));
    *out_integer = (int64_t)number;
    return STATUS_OK;
}

enum status json_decode_decimal(const struct json_value *value, const char *pointer,
                                struct decimal *out_decimal, struct error *error)
{
    if (value->type != JSON_NUMBER && value->type != JSON_STRING)
        return wrong_type(value, pointer, "a number", error);
    const struct str shown = str_prefix(value->text, 80);
    switch (decimal_parse(value->text, out_decimal)) {
    case DECIMAL_OK: return STATUS_OK;
    case DECIMAL_NO_NUMBER: return error_add_field(error, pointer, "\"%.*s\" is no number", STR_ARG(shown));
    case DECIMAL_TOO_FINE:
        return error_add_field(error, pointer, "%.*s has more than %d digits behind the point",
                               STR_ARG(shown), DECIMAL_SCALE);
    case DECIMAL_TOO_LARGE:
        return error_add_field(error, pointer, "%.*s has more than %d digits before the point",
                               STR_ARG(shown), DECIMAL_INTEGER_DIGITS);
    }
    return STATUS_INTERNAL;
}

// The bounds of a field as the decimals that they are written as; absent ones are beyond every value.
static enum status check_decimal_range(const struct json_field *field, struct decimal decimal,
                                       const char *pointer, struct error *error)
{
    struct decimal minimum, maximum;
    char text[DECIMAL_TEXT_MAX];
    const bool has_maximum = field->maximum != 0;
    if (!has_maximum && field->minimum == 0 && !field->is_above_minimum) return STATUS_OK;
    if (!decimal_from_double(field->minimum, &minimum) || !decimal_from_double(field->maximum, &maximum))
        return STATUS_INTERNAL;
    const int low = decimal_compare(decimal, minimum), high = decimal_compare(decimal, maximum);
    const bool is_low = field->is_above_minimum ? low <= 0 : low < 0;
    const bool is_high = has_maximum && (field->is_below_maximum ? high >= 0 : high > 0);
    if (!is_low && !is_high) return STATUS_OK;
    (void)decimal_format(decimal, text);
    char least[BOUND_TEXT_MAX], most[BOUND_TEXT_MAX];
    const char *above = field->is_above_minimum ? "above" : "at least";
    const char *below = field->is_below_maximum ? "below" : "at most";
    if (!has_maximum)
        return error_add_field(error, pointer, "%s is out of range: must be %s %s", text, above,
                               bound_text(field->minimum, least));
    return error_add_field(error, pointer, "%s is out of range: must be %s %s and %s %s", text, above,
                           bound_text(field->minimum, least), below, bound_text(field->maximum, most));
}

static enum status decode_decimal(const struct json_field *field, const struct json_value *value,
                                  const char *pointer, struct decimal *out_decimal, struct error *error)
{
    struct decimal decimal;
    TRY(json_decode_decimal(value, pointer, &decimal, error));
    TRY(check_decimal_range(field, decimal, pointer, error));
    *out_decimal = decimal;
    return STATUS_OK;
}

static enum status decode_text(const struct json_field *field, const struct json_value *value,
                               const char *pointer, struct str *out_text, struct error *error)
{
    const size_t most = field->max_bytes ? field->max_bytes : LIMIT_NOTES_BYTES;
    if (value->type != JSON_STRING) return wrong_type(value, pointer, "a string", error);
    if (value->text.len < field->min_bytes || value->text.len > most)
        return error_add_field(error, pointer, "must have %zu to %zu bytes, not %zu", field->min_bytes, most,
                               value->text.len);
    *out_text = value->text;
    return STATUS_OK;
}

static enum status decode_boolean(const struct json_value *value, const char *pointer, bool *out_flag,
                                  struct error *error)
{
    if (value->type != JSON_TRUE && value->type != JSON_FALSE)
        return wrong_type(value, pointer, "true or false", error);
    *out_flag = value->type == JSON_TRUE;
    return STATUS_OK;
}

static enum status decode_choice(const struct json_field *field, const struct json_value *value,
                                 const char *pointer, int *out_index, struct error *error)
{
    if (value->type != JSON_STRING) return wrong_type(value, pointer, "a string", error);
    BUF_SCOPE(known, KIB);
    for (int i = 0; field->choices[i]; i++) {
        if (str_eq(value->text, str_from_c(field->choices[i]))) {
            *out_index = i;
            return STATUS_OK;
        }
        buf_append_format(&known, "%s%s", i ? ", " : "", field->choices[i]);
    }
    const struct str shown = str_slice(value->text, 0, 40);
    return error_add_field(error, pointer, "\"%.*s\" is unknown; one of %.*s", STR_ARG(shown),
                           STR_ARG(buf_str(&known)));
}

static enum status decode_container(const struct json_field *field, const struct json_value *value,
                                    const char *pointer, const struct json_value **out_value,
                                    struct error *error)
{
    if (field->kind == JSON_FIELD_OBJECT && value->type != JSON_OBJECT)
        return wrong_type(value, pointer, "an object", error);
    if (field->kind == JSON_FIELD_ARRAY && value->type != JSON_ARRAY)
        return wrong_type(value, pointer, "an array", error);
    if (field->kind == JSON_FIELD_ARRAY && field->max_bytes && value->count > field->max_bytes)
        return error_add_field(error, pointer, "may have at most %zu elements, not %u", field->max_bytes,
                               value->count);
    *out_value = value;
    return STATUS_OK;
}

static enum status decode_field(const struct json_field *field, const struct json_value *value,
                                const char *pointer, void *place, struct error *error)
{
    switch (field->kind) {
    case JSON_FIELD_TEXT: return decode_text(field, value, pointer, place, error);
    case JSON_FIELD_INTEGER: return decode_integer(field, value, pointer, place, error);
    case JSON_FIELD_NUMBER: return decode_number(field, value, pointer, place, error);
    case JSON_FIELD_DECIMAL: return decode_decimal(field, value, pointer, place, error);
    case JSON_FIELD_BOOLEAN: return decode_boolean(value, pointer, place, error);
    case JSON_FIELD_CHOICE: return decode_choice(field, value, pointer, place, error);
    case JSON_FIELD_VALUE:
    case JSON_FIELD_OBJECT:
    case JSON_FIELD_ARRAY: return decode_container(field, value, pointer, place, error);
    }
    return STATUS_INTERNAL;
}

// prefix "/" name, with ~ and / of the name escaped (RFC 6901).
static void pointer_of(const char *prefix, struct str name, char pointer[static ERROR_POINTER_MAX])
{
    BUF_SCOPE(buf, KIB);
    buf_append_format(&buf, "%s/", prefix);
    for (size_t i = 0; i < name.len && i < POINTER_NAME_MAX; i++) {
        if (name.ptr[i] == '~')
            buf_append_str(&buf, STR("~0"));
        else if (name.ptr[i] == '/')
            buf_append_str(&buf, STR("~1"));
        else
            buf_append_char(&buf, name.ptr[i]);
    }
    (void)str_to_c(buf_str(&buf), pointer, ERROR_POINTER_MAX);
}

static bool is_known(struct str name, const struct json_field *fields, size_t field_count)
{
    for (size_t i = 0; i < field_count; i++)
        if (str_eq(name, str_from_c(fields[i].name))) return true;
    return false;
}

static void refuse_unknown(const struct json_value *object, const char *prefix,
                           const struct json_field *fields, size_t field_count, struct error *error)
{
    BUF_SCOPE(known, KIB);
    for (size_t i = 0; i < field_count; i++)
        buf_append_format(&known, "%s%s", i ? ", " : "", fields[i].name);
    const struct json_value *name = json_first(object);
    for (uint32_t i = 0; i < object->count; i++, name = json_after(name + 1)) {
        char pointer[ERROR_POINTER_MAX];
        if (is_known(name->text, fields, field_count)) continue;
        pointer_of(prefix, name->text, pointer);
        (void)error_add_field(error, pointer,
                              field_count ? "unknown member; known are %.*s"
                                          : "unknown member; none is taken%.*s",
                              STR_ARG(buf_str(&known)));
    }
}

enum status json_decode_part(const struct json_value *object, const char *prefix,
                             const struct json_field *fields, size_t field_count, void *out_struct,
                             struct error *error)
{
    const size_t faults = error->field_count;
    if (object->type != JSON_OBJECT) return wrong_type(object, prefix, "an object", error);
    for (size_t i = 0; i < field_count; i++) {
        char pointer[ERROR_POINTER_MAX];
        const struct json_value *value = json_member(object, str_from_c(fields[i].name));
        pointer_of(prefix, str_from_c(fields[i].name), pointer);
        if (value && value->type != JSON_NULL)
            (void)decode_field(&fields[i], value, pointer, (char *)out_struct + fields[i].offset, error);
        else if (fields[i].is_required)
            (void)error_add_field(error, pointer, "is missing");
    }
    return error->field_count > faults ? STATUS_INVALID : STATUS_OK;
}

enum status json_decode(const struct json_value *object, const char *prefix, const struct json_field *fields,
                        size_t field_count, void *out_struct, struct error *error)
{
    const enum status status = json_decode_part(object, prefix, fields, field_count, out_struct, error);
    const size_t faults = error->field_count;
    if (object->type == JSON_OBJECT) refuse_unknown(object, prefix, fields, field_count, error);
    return error->field_count > faults ? STATUS_INVALID : status;
}
