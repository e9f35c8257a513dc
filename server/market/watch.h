// A thread that looks at something again and again until it is stopped.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct watch;

// Calls `look` at once and then every `interval_ms` after the call before has returned, always in the same
// thread.
enum status watch_start(int64_t interval_ms, void (*look)(void *context), void *context,
                        struct watch **out_watch, struct error *error);

// Has `look` called now rather than at its time, and waits until a call that began afterwards is over.
// Not from within `look`.
void watch_look_now(struct watch *watch);

// Waits for a call that is under way; none comes afterwards. NULL is fine.
void watch_stop(struct watch *watch);
