// A JSON value as one text, whatever its white space, the order of its members and the escapes of its
// strings. Numbers stay as they are written.
#pragma once

#include "json/json.h"
#include "json/writer.h"

// Members in the order of their names' bytes. STATUS_NO_MEMORY.
enum status json_canonical(struct json_writer *w, const struct json_value *value, struct arena *arena,
                           struct error *error);
