// The roles of a workspace's members, each including the ones before it: one integer comparison decides.
#pragma once

#include "base/str.h"

#include <stdbool.h>

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_TRADER, ROLE_EDITOR, ROLE_OWNER };

const char *role_name(enum role role);                 // "viewer" …; "none" for ROLE_NONE
bool role_parse(struct str name, enum role *out_role); // the four of a member

// Their names as the choices of a JSON member, NULL at the end, and the role of a choice.
extern const char *const role_choices[];
enum role role_of_choice(int choice);
