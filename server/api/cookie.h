// Cookies of the application. On https their names begin with __Host-, which ties them to this host and to
// https; on plain HTTP, where browsers refuse that, they do not.
#pragma once

#include "api/call.h"
#include "base/str.h"

#include <stdint.h>

#define COOKIE_SESSION "tlab_session"
#define COOKIE_DEVICE "tlab_device"

// "" when there is none, or more than one of that name.
struct str cookie_read(const struct api_call *call, const char *name);

// For `max_age_s` seconds; 0 deletes it. Only this site's own requests carry it, and no script reads it.
void cookie_write(struct api_call *call, const char *name, struct str value, int64_t max_age_s);
