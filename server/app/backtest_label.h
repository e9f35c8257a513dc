// What people write on a backtest: its name, tags and notes, and a star.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

#include <stdbool.h>

struct backtest_label {
    struct str name;      // ptr NULL: none
    struct str notes;     // ptr NULL: none
    struct str tags_json; // array of distinct strings
    bool is_starred;
};

// For requests that hold these members beside others: a name loses the blanks around it, and is what
// name_check takes, or a fault at "/name" (ptr NULL: none); tags (NULL: none) become JSON text in the arena,
// their faults are at "/tags/<index>".
struct str backtest_label_name(struct str name, struct error *error);
struct str backtest_label_tags(const struct json_value *tags, struct arena *arena, struct error *error);

// The body of PATCH: what is absent keeps what `label` has, null takes it away. Other members are refused.
enum status backtest_label_change(const struct json_value *object, struct arena *arena,
                                  struct backtest_label *label, struct error *error);
