#include "base/error.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

enum status error_set(struct error *error, enum status status, const char *code, const char *format, ...)
{
    if (!error) return status;
    error->status = status;
    str_to_c(code ? str_from_c(code) : (struct str){0}, error->code, sizeof error->code);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

enum status error_add_field(struct error *error, const char *pointer, const char *format, ...)
{
    if (!error) return STATUS_INVALID;
    struct error_field ignored;
    struct error_field *field =
        error->field_count < ERROR_FIELDS_MAX ? &error->fields[error->field_count++] : &ignored;
    str_to_c(str_from_c(pointer), field->pointer, sizeof field->pointer);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(field->detail, sizeof field->detail, format, arguments);
    va_end(arguments);
    if (error->status == STATUS_OK)
        return error_set(error, STATUS_INVALID, "invalid_input", "%s: %s", field->pointer, field->detail);
    return STATUS_INVALID;
}

enum status error_no_memory(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "no_memory", "the memory limit of this request is reached");
}
