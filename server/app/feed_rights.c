#include "app/feed_state.h"

#include "base/clock.h"
#include "base/limits.h"
#include "store/api_token_store.h"
#include "store/session_store.h"
#include "store/user_store.h"
#include "store/workspace_store.h"

struct right {
    struct str workspace_id;
    struct str user_id;
    struct str session_id;
    struct str token_id;
    bool is_operator;
    bool is_gone;
};

static size_t list_rights(struct feed *feed, struct arena *arena, struct right **out_rights)
{
    size_t count = 0, used = 0;
    pthread_mutex_lock(&feed->mutex);
    feed->must_check_rights = false;
    for (const struct feed_watcher *watcher = feed->watchers; watcher; watcher = watcher->next)
        count++;
    struct right *rights = ARENA_ARRAY(arena, struct right, count);
    for (const struct feed_watcher *watcher = feed->watchers; rights && watcher; watcher = watcher->next)
        rights[used++] = (struct right){.workspace_id = str_copy(arena, str_from_c(watcher->workspace_id)),
                                        .user_id = str_copy(arena, str_from_c(watcher->user_id)),
                                        .session_id = str_copy(arena, str_from_c(watcher->session_id)),
                                        .token_id = str_copy(arena, str_from_c(watcher->token_id)),
                                        .is_operator = watcher->is_operator};
    pthread_mutex_unlock(&feed->mutex);
    *out_rights = rights;
    return used;
}

// Without either everybody is who they are.
static enum status look_up_entry(struct db_tx *tx, const struct right *right, bool *out_is_alive)
{
    *out_is_alive = true;
    if (right->session_id.len)
        return session_store_is_alive(tx, right->session_id, clock_wall_us(), out_is_alive, NULL);
    if (right->token_id.len)
        return api_token_store_is_alive(tx, right->token_id, clock_wall_us(), out_is_alive, NULL);
    return STATUS_OK;
}

// Who is an operator no longer follows as everybody does once they come back. Where nobody signs in, whoever
// is there runs the server.
static enum status look_up_operator(struct db_tx *tx, const struct right *right, struct arena *arena,
                                    bool *out_is_operator)
{
    struct user user;
    *out_is_operator = right->is_operator;
    if (!right->is_operator || right->session_id.len == 0) return STATUS_OK;
    const enum status status = user_store_get(tx, right->user_id, arena, &user, NULL);
    *out_is_operator = status == STATUS_OK && user.is_operator;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

// A session or token that is no more, and one whose user is disabled, is like a right that was taken away.
static enum status look_up(struct db_tx *tx, struct right *right, struct arena *arena)
{
    struct workspace workspace;
    bool is_alive, is_operator;
    TRY(look_up_entry(tx, right, &is_alive));
    TRY(look_up_operator(tx, right, arena, &is_operator));
    const enum status status =
        workspace_store_get(tx, right->workspace_id, right->user_id, arena, &workspace, NULL);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
    right->is_gone = !is_alive || is_operator != right->is_operator || status == STATUS_NOT_FOUND;
    return STATUS_OK;
}

static enum status look_up_rights(const struct app *app, struct right *rights, size_t count,
                                  struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        DB_TX_SCOPE tx = NULL;
        TRY(db_begin(app->db, DB_READ, &tx, NULL));
        TRY(look_up(tx, &rights[i], arena));
        TRY(db_commit(&tx, NULL));
    }
    return STATUS_OK;
}

static void end_watchers(struct feed *feed, const struct right *gone)
{
    pthread_mutex_lock(&feed->mutex);
    for (struct feed_watcher *watcher = feed->watchers; watcher; watcher = watcher->next) {
        if (!str_eq(str_from_c(watcher->workspace_id), gone->workspace_id) ||
            !str_eq(str_from_c(watcher->user_id), gone->user_id) ||
            !str_eq(str_from_c(watcher->session_id), gone->session_id) ||
            !str_eq(str_from_c(watcher->token_id), gone->token_id) ||
            watcher->is_operator != gone->is_operator)
            continue;
        feed_watcher_leave(watcher);
        watcher->wake(watcher->context);
    }
    pthread_mutex_unlock(&feed->mutex);
}

void feed_check_rights(struct feed *feed)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct right *rights;
    const size_t count = list_rights(feed, &arena, &rights);
    if (count == 0 || look_up_rights(feed->app, rights, count, &arena) != STATUS_OK) return;
    for (size_t i = 0; i < count; i++) {
        if (!rights[i].is_gone) continue;
        feed_read_log(feed,
                      rights[i].workspace_id); // they see what took the right away, and nothing behind it
        end_watchers(feed, &rights[i]);
    }
}
