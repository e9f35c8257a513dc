#include "market/category_source.h"

#include "base/log.h"
#include "market/category_file.h"
#include "market/file_stamp.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct category_source {
    char path[512];

    // Only the looking thread:
    struct file_stamp seen;
    bool has_looked;
    uint64_t version; // of the last set

    pthread_mutex_t mutex; // guards what follows; no other lock is taken under it
    const struct category_set *set;
    char detail[256];
};

static enum status make_empty(uint64_t version, const struct category_set **out_set, struct error *error)
{
    CATEGORY_BUILDER_SCOPE builder = NULL;
    TRY(category_builder_new(version, &builder, error));
    return category_builder_finish(builder, out_set, error);
}

enum status category_source_new(struct str path, struct category_source **out_source, struct error *error)
{
    const struct category_set *empty;
    TRY(make_empty(0, &empty, error));
    struct category_source *source = calloc(1, sizeof *source);
    const bool fits = source && str_to_c(path, source->path, sizeof source->path);
    if (!fits) {
        const bool is_path_long = source != NULL;
        free(source);
        category_set_release(&empty);
        if (!is_path_long) return error_no_memory(error);
        return error_set(error, STATUS_INVALID, NULL, "the path of the categories is longer than %zu bytes",
                         sizeof source->path - 1);
    }
    source->set = empty;
    pthread_mutex_init(&source->mutex, NULL);
    *out_source = source;
    return STATUS_OK;
}

void category_source_free(struct category_source *source)
{
    if (!source) return;
    category_set_release(&source->set);
    pthread_mutex_destroy(&source->mutex);
    free(source);
}

static void publish(struct category_source *source, const struct category_set *set, const char *detail)
{
    pthread_mutex_lock(&source->mutex);
    const struct category_set *old = NULL;
    if (set) {
        old = source->set;
        source->set = set;
    }
    (void)snprintf(source->detail, sizeof source->detail, "%s", detail);
    pthread_mutex_unlock(&source->mutex);
    category_set_release(&old);
}

static void publish_set(struct category_source *source, const struct category_set *set, const char *detail)
{
    source->version = set->version;
    LOG(LOG_INFO, "categories read", LOG_C("path", source->path),
        LOG_INT("categories", (int64_t)set->category_count), LOG_INT("symbols", (int64_t)set->entry_count));
    publish(source, set, detail);
}

// A file that is away says that there are no categories; one that is broken says nothing.
static bool read_anew(struct category_source *source)
{
    const struct category_set *set = NULL;
    struct error error = {0};
    char detail[256] = "";
    const enum status status = category_file_read(source->path, source->version + 1, &set, &error);
    if (status == STATUS_NOT_FOUND) {
        (void)snprintf(detail, sizeof detail, "there is no such file; tlab categories generate makes one");
        if (source->version == 0 || make_empty(source->version + 1, &set, NULL) != STATUS_OK) {
            publish(source, NULL, detail);
            return false;
        }
    } else if (status != STATUS_OK) {
        LOG(LOG_WARN, "categories cannot be read", LOG_C("path", source->path),
            LOG_C("reason", error.message));
        (void)str_to_c(str_from_c(error.message), detail, sizeof detail);
        publish(source, NULL, detail);
        return false;
    }
    publish_set(source, set, detail);
    return true;
}

bool category_source_look(struct category_source *source)
{
    if (source->path[0] == '\0') return false;
    const struct file_stamp now = file_stamp_read(source->path);
    if (source->has_looked && file_stamp_eq(&now, &source->seen)) return false;
    source->has_looked = true;
    source->seen = now;
    return read_anew(source);
}

const struct category_set *category_source_get(struct category_source *source)
{
    pthread_mutex_lock(&source->mutex);
    const struct category_set *set = category_set_retain(source->set);
    pthread_mutex_unlock(&source->mutex);
    return set;
}

void category_source_detail(struct category_source *source, char *buffer, size_t capacity)
{
    pthread_mutex_lock(&source->mutex);
    (void)str_to_c(str_from_c(source->detail), buffer, capacity);
    pthread_mutex_unlock(&source->mutex);
}

const char *category_source_path(const struct category_source *source)
{
    return source->path;
}
