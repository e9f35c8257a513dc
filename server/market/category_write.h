// A set of categories written as the file that category_file.h reads.
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "market/category_set.h"

// The same set gives the same bytes; read again, they give the same set. Texts that YAML would take for
// something else (numbers, yes, null) are quoted.
void category_set_print(const struct category_set *set, struct buf *out_text);

// Writes the file whole or not at all: beside it first, then in its place. The folder is made when it is
// missing, the one above must be there. STATUS_UNAVAILABLE when it cannot be written, STATUS_STORAGE_FULL,
// STATUS_NO_MEMORY.
enum status category_file_write(const char *path, const struct category_set *set, struct error *error);
