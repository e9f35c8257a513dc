// Why something failed, said once where it is known and read by whoever answers the user.
#pragma once

#include "base/status.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

enum {
    ERROR_CODE_MAX = 48,
    ERROR_MESSAGE_MAX = 512,
    ERROR_POINTER_MAX = 128,
    ERROR_FIELDS_MAX = 16,
    ERROR_NEAR_MAX = 5,
    ERROR_ROLE_MAX = 16,
};

// One member of the input that is at fault.
struct error_field {
    char pointer[ERROR_POINTER_MAX]; // JSON pointer ("/params/fast") or "?name" for a query parameter
    char detail[ERROR_MESSAGE_MAX];
};

// Lives on the caller's stack; holds no pointer, needs no release. Zero-initialise it.
struct error {
    enum status status;
    char code[ERROR_CODE_MAX]; // machine-readable, from the closed list in docs/api/openapi.yaml; "" = by
                               // status
    char message[ERROR_MESSAGE_MAX]; // one lower-case line that names the value
    struct error_field fields[ERROR_FIELDS_MAX];
    size_t field_count;
    char near[ERROR_NEAR_MAX][ERROR_POINTER_MAX]; // names that exist and come close to an unknown one
    size_t near_count;
    char required_role[ERROR_ROLE_MAX]; // that would have been enough; "" where none was asked for
    int64_t retry_after_s;              // when trying again may help; 0: not known
};

// Record status, code (NULL: the status says enough) and message; answers `status` so that a failure is one
// line. `error` may be NULL where the caller wants only the status. Fields recorded before are kept.
enum status error_set(struct error *error, enum status status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Add a member at fault (beyond ERROR_FIELDS_MAX they are dropped) and make the error a STATUS_INVALID.
// Code and message default to "invalid_input" and the first member's detail. Answers STATUS_INVALID.
enum status error_add_field(struct error *error, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Add a name that exists and comes close to the one that was asked for, the nearest first (beyond
// ERROR_NEAR_MAX dropped).
void error_add_near(struct error *error, struct str name);

// STATUS_NO_MEMORY with the standard message.
enum status error_no_memory(struct error *error);

// The static analyzer reads one file at a time: this tells it which status comes back.
#ifdef __clang_analyzer__
#define error_set(error, status, code, ...)                                                                  \
    ((void)(error_set)((error), (status), (code), __VA_ARGS__), (status))
#define error_add_field(...) ((void)(error_add_field)(__VA_ARGS__), STATUS_INVALID)
#define error_no_memory(error) ((void)(error_no_memory)(error), STATUS_NO_MEMORY)
#endif
