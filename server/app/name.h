// Names that users give: to workspaces, category sets and tokens, and to themselves.
#pragma once

#include "base/error.h"
#include "base/str.h"

// 1 to LIMIT_NAME characters, not all blank, none of them a control character: STATUS_INVALID at `pointer`
// otherwise.
enum status name_check(struct str name, const char *pointer, struct error *error);
