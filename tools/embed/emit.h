// What the build's generators share: files and folders in, C text out. They stop the build at the first
// fault, so nothing here returns a status.
#pragma once

#include "base/buf.h"
#include "base/str.h"

enum { EMIT_FILE_BYTES_MAX = 64 * 1024 * 1024 };

// Prints "generator: message" and ends the process with 1.
_Noreturn void emit_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Text that is never given back: a generator's memory lives as long as its process.
char *emit_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Zeroed memory.
void *emit_array(size_t count, size_t size);

// A whole file, never given back either.
struct str emit_file_read(const char *path);

// Writes the contents of a buffer that has not failed.
void emit_file_write(const char *path, const struct buf *contents);

struct emit_folder {
    char **names; // sorted by bytes, so that the output is the same on every machine; no dot files
    size_t count;
};

// An absent folder gives no names.
struct emit_folder emit_folder_read(const char *path);

// Appends `text` as a C string literal, one line of it per line of text.
void emit_literal(struct buf *out, struct str text);

// The make-style list of everything that was read, written by emit_inputs_write: the build runs the generator
// again when one of them changes. Folders count as changed when a file comes or goes.
void emit_inputs_add(const char *path);
void emit_inputs_write(const char *path, const char *target);
