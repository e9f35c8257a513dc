// Changes that hold only for what the client has read: If-Match (RFC 9110, 13.1.1).
#pragma once

#include "api/call.h"
#include "base/str.h"

#include <stdbool.h>

// Whether the request carries If-Match at all.
bool precondition_is_given(const struct api_call *call);

// Whether one of its tags is `tag` (without quotes), or it is "*" and nothing else.
bool precondition_holds(const struct api_call *call, struct str tag);

// The same for an answer that changes with more than its object's version, whose tag is the version's, a
// point, and something else: whether one of the tags is `tag` with anything behind the point, or "*" alone.
bool precondition_holds_version(const struct api_call *call, struct str tag);
