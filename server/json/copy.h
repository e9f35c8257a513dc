// Values of a parsed document, written again.
#pragma once

#include "json/json.h"
#include "json/writer.h"

// One value with all that is inside it, in the order of the document; numbers as they were written.
void json_copy(struct json_writer *w, const struct json_value *value);
