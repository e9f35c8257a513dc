// Which folder of uploads this is, in one word, for processes that share the queue.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

// The id that the folder keeps in its file `.place` (mode 0600), made by the first process that asks: the
// same for all that have the folder, on whichever host and by whichever path.
enum status upload_place_find(struct str folder, struct arena *arena, struct str *out_place,
                              struct error *error);
