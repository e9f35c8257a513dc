#include "market/download/download_sizes.h"

#include "base/cancel.h"
#include "base/limits.h"

#include <sys/stat.h>

enum { WAIT_MS = 200 };

struct sizing {
    const struct download_plan *plan;
    const struct download_options *options;
    struct fetch_client *client;
    int64_t *sizes;
    size_t next, done; // items
};

static bool is_on_disk(const struct download_plan *plan, struct str name, struct arena *arena)
{
    struct stat file;
    const struct str path =
        str_format(arena, "%.*s/%.*s", STR_ARG(plan->spec->destination_dir), STR_ARG(name));
    return path.ptr && stat(path.ptr, &file) == 0;
}

static enum status ask(struct sizing *sizing, size_t index, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    const struct download_archive archive = download_plan_archive(sizing->plan, &sizing->plan->items[index]);
    const struct str name = download_archive_path(&archive, &arena);
    const struct str url = download_archive_url(&archive, sizing->options->base_url, &arena);
    if (!name.ptr || !url.ptr) return error_no_memory(error);
    sizing->sizes[index] = DOWNLOAD_SIZE_UNKNOWN;
    if (is_on_disk(sizing->plan, name, &arena)) {
        sizing->done++;
        return STATUS_OK;
    }
    const struct fetch_request request = {.url = url, .asks_size = true, .context = &sizing->sizes[index]};
    return fetch_client_start(sizing->client, &request, error);
}

static enum status take(struct sizing *sizing, const struct fetch_result *result, struct error *error)
{
    int64_t *size = result->context;
    sizing->done++;
    if (result->status != STATUS_OK && result->status != STATUS_NOT_FOUND)
        return error_set(error, result->status, NULL, "a size could not be learned: %.300s", result->message);
    *size = result->status == STATUS_NOT_FOUND ? DOWNLOAD_SIZE_ABSENT : result->size;
    return STATUS_OK;
}

static void tell(const struct sizing *sizing)
{
    const struct download_listener *listener = &sizing->options->listener;
    const struct download_progress progress = {.files_done = sizing->done,
                                               .files_total = sizing->plan->count};
    if (listener->on_progress) listener->on_progress(listener->context, &progress);
}

static enum status ask_all(struct sizing *sizing, struct error *error)
{
    while (sizing->done < sizing->plan->count) {
        struct fetch_result result;
        bool has_result;
        TRY(cancel_check(sizing->options->is_cancelled, error));
        while (sizing->next < sizing->plan->count && fetch_client_has_room(sizing->client))
            TRY(ask(sizing, sizing->next++, error));
        if (fetch_client_is_idle(sizing->client)) continue; // all that was come to lies on the disk
        TRY(fetch_client_wait(sizing->client, WAIT_MS, &result, &has_result, error));
        if (has_result) TRY(take(sizing, &result, error));
        tell(sizing);
    }
    return STATUS_OK;
}

enum status download_sizes_ask(const struct download_plan *plan, const struct download_options *options,
                               struct arena *arena, const int64_t **out_sizes, struct error *error)
{
    FETCH_CLIENT_SCOPE client = NULL;
    struct sizing sizing = {.plan = plan, .options = options};
    sizing.sizes = ARENA_ARRAY(arena, int64_t, plan->count + 1);
    if (!sizing.sizes) return error_no_memory(error);
    TRY(fetch_client_new(&options->rules, options->base_url, &client, error));
    sizing.client = client;
    TRY(ask_all(&sizing, error));
    *out_sizes = sizing.sizes;
    return STATUS_OK;
}
