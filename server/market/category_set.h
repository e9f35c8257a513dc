// Which symbols belong to which category: read from a file or made by rules, never changed once made, shared
// between threads by reference count.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CATEGORY_NONE "Uncategorized" // where rules put what they do not know

struct category {
    struct str name;
    const struct str *symbols; // ordered by bytes, each once; stored as candles or not
    size_t symbol_count;
};

// A symbol that the set speaks of.
struct category_entry {
    struct str symbol; // in ASCII capitals
    struct str base_asset;
    struct str quote_asset;       // "" where none is known
    const struct str *categories; // names, ordered by bytes
    size_t category_count;
    bool needs_review; // rules put it there, nobody has looked at it yet
};

struct category_set {
    uint64_t version; // no two sets that answers are made of have the same in a process; 0: of none yet
    const struct category *categories; // ordered by name
    size_t category_count;
    const struct category_entry *entries; // ordered by symbol
    size_t entry_count;
};

const struct category_set *category_set_retain(const struct category_set *set);
void category_set_release(const struct category_set **set); // NULL is fine
#define CATEGORY_SET_SCOPE __attribute__((cleanup(category_set_release))) const struct category_set *

// Memory that the set holds.
size_t category_set_bytes(const struct category_set *set);

// The category of this name, whatever the case of its ASCII letters; NULL when there is none.
const struct category *category_set_find(const struct category_set *set, struct str name);

// That name as the set spells it; where there is none, as it is.
struct str category_set_spelling(const struct category_set *set, struct str name);

// Whether the symbol, whatever the case of its ASCII letters, is in the category.
bool category_has(const struct category *category, struct str symbol);

// What is said of a symbol, whatever the case of its ASCII letters; NULL when nothing is.
const struct category_entry *category_set_entry(const struct category_set *set, struct str symbol);

// STATUS_NOT_FOUND "unknown_category" with up to five names that come close in the message and as error.near.
enum status category_set_unknown(const struct category_set *set, struct str name, struct error *error);

// Whether a text can be the name of a category: 1 to LIMIT_CATEGORY_BYTES bytes of UTF-8 without control
// bytes, slash or at sign (both mean something in expressions), without a space at either end.
bool category_name_is_valid(struct str name);

// ---- making one

struct category_builder;

// `version` becomes that of the set. STATUS_NO_MEMORY.
enum status category_builder_new(uint64_t version, struct category_builder **out_builder,
                                 struct error *error);
void category_builder_free(struct category_builder **builder); // NULL is fine
#define CATEGORY_BUILDER_SCOPE __attribute__((cleanup(category_builder_free))) struct category_builder *

// A category that may stay empty. Names that differ in case only are one, spelled as they came first.
// STATUS_INVALID for a text that is no name, STATUS_TOO_LARGE beyond LIMIT_CATEGORIES.
enum status category_builder_add(struct category_builder *builder, struct str name, struct error *error);

// One statement about a symbol; several about one symbol add up.
struct category_mention {
    struct str symbol;      // any case
    struct str category;    // "" where it is not about a category
    struct str base_asset;  // "" where not said: by symbol_name.h
    struct str quote_asset; // "" where not said
    bool needs_review;
};

// STATUS_INVALID for a symbol or category that cannot be one, STATUS_TOO_LARGE beyond
// LIMIT_CATEGORY_MENTIONS.
enum status category_builder_mention(struct category_builder *builder, const struct category_mention *mention,
                                     struct error *error);

// The set of all that was said, with one owner. The builder may only be freed afterwards.
enum status category_builder_finish(struct category_builder *builder, const struct category_set **out_set,
                                    struct error *error);
