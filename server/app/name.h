// Names that users give: to workspaces, category sets and tokens, and to themselves.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

// Whether there is a control character in it, of ASCII or one of those that turn the letters around that
// follow.
bool name_has_control(struct str text);

// 1 to LIMIT_NAME characters, not all blank, without name_has_control: STATUS_INVALID at `pointer` otherwise.
enum status name_check(struct str name, const char *pointer, struct error *error);

// What prices and money are counted in, such as USDT: 2 to 20 capital letters and digits. STATUS_INVALID at
// `pointer` otherwise.
enum status asset_check(struct str asset, const char *pointer, struct error *error);
