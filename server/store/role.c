#include "store/role.h"

const char *const role_choices[] = {"viewer", "trader", "editor", "owner", NULL};

const char *role_name(enum role role)
{
    return role == ROLE_NONE ? "none" : role_choices[role - ROLE_VIEWER];
}

enum role role_of_choice(int choice)
{
    return (enum role)(ROLE_VIEWER + choice);
}

bool role_parse(struct str name, enum role *out_role)
{
    for (int i = 0; role_choices[i]; i++)
        if (str_eq(name, str_from_c(role_choices[i]))) {
            *out_role = role_of_choice(i);
            return true;
        }
    return false;
}
