// The file of categories as a running process sees it: read again when it changed, the last good set kept.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"

#include <stdbool.h>

struct category_source;

// No file is opened: category_source_look does. A path of "" stands for no file at all: an empty set for
// ever. STATUS_INVALID path too long, STATUS_NO_MEMORY.
enum status category_source_new(struct str path, struct category_source **out_source, struct error *error);
void category_source_free(struct category_source *source); // NULL is fine

// Reads the file if it is another than at the last look; true when another set is in effect. By one thread.
bool category_source_look(struct category_source *source);

// The set in effect, with one owner more: the last good one, or an empty one.
const struct category_set *category_source_get(struct category_source *source);

// Why what is in the file is not in effect, "" when it is; NUL-terminated and cut to the capacity.
void category_source_detail(struct category_source *source, char *buffer, size_t capacity);

const char *category_source_path(const struct category_source *source); // lives as long as the source
