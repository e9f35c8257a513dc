// A set of categories as people send and get it: the YAML of SYMBOL_CATEGORIES_PATH, or JSON of the same
// shape.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"
#include "json/json.h"
#include "json/writer.h"

// STATUS_MALFORMED "invalid_yaml" with the line and what to do; STATUS_TOO_LARGE over a limit of
// category_file.h; STATUS_NO_MEMORY. The set has no version of its own yet.
enum status category_document_read_yaml(struct str text, const struct category_set **out_set,
                                        struct error *error);

// The same of an object that stands at `pointer` in a body. Unlike in YAML, members that nobody knows are
// refused. STATUS_INVALID with the faults by their pointers.
enum status category_document_read_json(const struct json_value *object, const char *pointer,
                                        const struct category_set **out_set, struct error *error);

// The text by which the set is kept, which can be read again: the same set gives the same text. Owned by the
// arena. STATUS_TOO_LARGE over a limit of category_file.h, STATUS_NO_MEMORY.
enum status category_document_text(const struct category_set *set, struct arena *arena, struct str *out_text,
                                   struct error *error);

// {"symbols": …, "categories": …, "needs_review": …}
void category_document_put(struct json_writer *w, const struct category_set *set);
