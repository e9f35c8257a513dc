// Structured log: one JSON object per line on standard error, safe from any thread.
// {"time":"…Z","level":"info","event":"request","method":"GET",…}: values are escaped, so no input can forge
// a line.
#pragma once

#include "base/str.h"

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_kind { LOG_KIND_END, LOG_KIND_TEXT, LOG_KIND_INT, LOG_KIND_DOUBLE };

struct log_field {
    const char *name;
    enum log_kind kind;
    struct str text;
    int64_t integer;
    double real;
};

#define LOG_TEXT(field_name, value)                                                                          \
    ((struct log_field){.name = (field_name), .kind = LOG_KIND_TEXT, .text = (value)})
#define LOG_C(field_name, value) LOG_TEXT(field_name, str_from_c(value))
#define LOG_INT(field_name, value)                                                                           \
    ((struct log_field){.name = (field_name), .kind = LOG_KIND_INT, .integer = (value)})
#define LOG_REAL(field_name, value)                                                                          \
    ((struct log_field){.name = (field_name), .kind = LOG_KIND_DOUBLE, .real = (value)})

// Lines below `level` are dropped. Set once at start, before other threads exist.
void log_set_level(enum log_level level);

// LOG(LOG_INFO, "listening", LOG_INT("port", 8000)): never a secret, a cookie or a request body in it.
#define LOG(level, event, ...)                                                                               \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
void log_write(enum log_level level, const char *event, const struct log_field *fields);
