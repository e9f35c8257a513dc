#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 3, 0))) static void format_into(char *out, size_t capacity, const char *format,
                                                              va_list arguments)
{
    const int wanted = vsnprintf(out, capacity, format, arguments);
    if (wanted < 0 || (size_t)wanted < capacity) return;
    size_t len = capacity - 1; // cut: the last character may lack its end and must not reach the answer
    while (len && (out[len - 1] & 0xC0) == 0x80)
        len--;
    if (len && out[len - 1] & 0x80) len--;
    out[len] = '\0';
}

enum status(error_set)(struct error *error, enum status status, const char *code, const char *format, ...)
{
    if (!error) return status;
    error->status = status;
    str_to_c(code ? str_from_c(code) : (struct str){0}, error->code, sizeof error->code);
    va_list arguments;
    va_start(arguments, format);
    format_into(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

enum status(error_add_field)(struct error *error, const char *pointer, const char *format, ...)
{
    if (!error) return STATUS_INVALID;
    struct error_field ignored;
    struct error_field *field =
        error->field_count < ERROR_FIELDS_MAX ? &error->fields[error->field_count++] : &ignored;
    str_to_c(str_from_c(pointer), field->pointer, sizeof field->pointer);
    va_list arguments;
    va_start(arguments, format);
    format_into(field->detail, sizeof field->detail, format, arguments);
    va_end(arguments);
    if (error->status == STATUS_OK)
        return error_set(error, STATUS_INVALID, "invalid_input", "%s%s%s", field->pointer,
                         *field->pointer ? ": " : "", field->detail);
    return STATUS_INVALID;
}

void error_add_near(struct error *error, struct str name)
{
    if (error && error->near_count < ERROR_NEAR_MAX)
        (void)str_to_c(name, error->near[error->near_count++], ERROR_POINTER_MAX);
}

enum status(error_no_memory)(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "no_memory", "the memory limit of this request is reached");
}
