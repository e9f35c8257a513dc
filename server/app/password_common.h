// Passwords that are tried first: found by how they are made, since a list of what leaked is never whole.
#pragma once

#include "base/str.h"

#include <stdbool.h>

// Few different characters, something short over and over, a walk along the alphabet or the keyboard, or
// nothing but words that everybody thinks of (the product's own too), digits and signs, also with 0 for o and
// the like.
bool password_is_common(struct str password);
