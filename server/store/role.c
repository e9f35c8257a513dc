#include "store/role.h"

static const char *const role_names[] = {"none", "viewer", "trader", "editor", "owner"};

const char *role_name(enum role role)
{
    return role_names[role];
}

bool role_parse(struct str name, enum role *out_role)
{
    for (int i = ROLE_VIEWER; i <= ROLE_OWNER; i++)
        if (str_eq(name, str_from_c(role_names[i]))) {
            *out_role = (enum role)i;
            return true;
        }
    return false;
}
