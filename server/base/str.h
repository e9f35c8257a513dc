// Text as pointer and length. Never owns; the memory belongs to whoever made it (arena, literal, request).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
    const char *ptr; // not NUL-terminated unless said so; may be NULL when len is 0
    size_t len;
};

#define STR(literal) ((struct str){.ptr = "" literal, .len = sizeof(literal) - 1})
#define STR_ARG(s) ((int)(s).len), ((s).ptr ? (s).ptr : "") // for "%.*s"

static inline struct str str_from_c(const char *text)
{
    return text ? (struct str){.ptr = text, .len = strlen(text)} : (struct str){0};
}

bool str_eq(struct str a, struct str b);
bool str_eq_ignore_case(struct str a, struct str b);     // ASCII letters only
int str_compare(struct str a, struct str b);             // byte order; <0, 0, >0
int str_compare_ignore_case(struct str a, struct str b); // the same of ASCII letters in small
bool str_starts_with(struct str text, struct str prefix);
bool str_ends_with(struct str text, struct str suffix);
bool str_contains(struct str text, struct str part);

// Position of the first `c`, or text.len when there is none.
size_t str_find(struct str text, char c);

// Bytes [from, from + len), cut to what exists.
struct str str_slice(struct str text, size_t from, size_t len);

// The first bytes, at most `max_bytes`, without a UTF-8 sequence cut in two at the end.
struct str str_prefix(struct str text, size_t max_bytes);

// Without leading and trailing spaces, tabs, CR and LF.
struct str str_trim(struct str text);

// Cuts the part before the next `separator` off `*rest` into `*out_part`; false when nothing is left.
// "a,,b" gives "a", "", "b" and "" gives ""; a text whose ptr is NULL gives nothing.
bool str_split(struct str *rest, char separator, struct str *out_part);

// Whether one of the parts is `item`; blanks around a part are no part of it.
bool str_lists(struct str list, char separator, struct str item);

// Copy cut to capacity - 1 bytes as by str_prefix and NUL-terminated; true when all of it fitted. capacity >
// 0.
bool str_to_c(struct str text, char *buffer, size_t capacity);

// NUL-terminated copies owned by the arena; NULL / empty on lack of memory.
char *str_copy_c(struct arena *arena, struct str text);
struct str str_copy(struct arena *arena, struct str text);
struct str str_upper(struct arena *arena, struct str text); // ASCII letters only
struct str str_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A whole decimal integer, optional minus, nothing around it; false on overflow or anything else.
bool str_to_int64(struct str text, int64_t *out_value);

// Characters (code points) of a UTF-8 text.
size_t str_characters(struct str text);

// Well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool str_is_utf8(struct str text);

// FNV-1a, for in-memory tables only; not stable between versions.
uint64_t str_hash(struct str text);
