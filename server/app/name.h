// Names that users give to what they keep: of workspaces, of category sets.
#pragma once

#include "base/error.h"
#include "base/str.h"

// 1 to LIMIT_NAME characters, not all blank, none of them a control character: STATUS_INVALID at "/name"
// otherwise.
enum status name_check(struct str name, struct error *error);
