#include "db/sqlite_group.h"

void sqlite_group_init(struct sqlite_group *group)
{
    *group = (struct sqlite_group){.members = NULL};
    pthread_mutex_init(&group->mutex, NULL);
    pthread_cond_init(&group->settled, NULL);
}

void sqlite_group_done(struct sqlite_group *group)
{
    pthread_cond_destroy(&group->settled);
    pthread_mutex_destroy(&group->mutex);
}

void sqlite_group_join(struct sqlite_group *group, struct sqlite_member *member)
{
    member->next = group->members;
    group->members = member;
    group->count++;
}

static void tell(struct sqlite_member *member, enum status status, const struct error *error)
{
    member->status = status;
    if (status != STATUS_OK)
        (void)error_set(member->error, status, error->code[0] ? error->code : NULL, "%s", error->message);
    member->is_settled = true;
}

void sqlite_group_settle(struct sqlite_group *group, enum status status, const struct error *error)
{
    pthread_mutex_lock(&group->mutex);
    for (struct sqlite_member *member = group->members, *next; member; member = next) {
        next = member->next; // the member is gone as soon as it may go on
        tell(member, status, error);
    }
    group->members = NULL;
    group->count = 0;
    pthread_cond_broadcast(&group->settled);
    pthread_mutex_unlock(&group->mutex);
}

enum status sqlite_group_wait(struct sqlite_group *group, const struct sqlite_member *member)
{
    pthread_mutex_lock(&group->mutex);
    while (!member->is_settled)
        pthread_cond_wait(&group->settled, &group->mutex);
    pthread_mutex_unlock(&group->mutex);
    return member->status;
}
