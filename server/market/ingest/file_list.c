#include "market/ingest/file_list.h"

#include "base/limits.h"
#include "market/ingest/series_name.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FIRST_CAPACITY = 256 };

void file_list_init(struct file_list *list)
{
    *list = (struct file_list){0};
    arena_init(&list->arena, LIMIT_IMPORT_PATHS_BYTES);
}

// `path` lives in the arena.
static enum status append(struct file_list *list, const char *path, int64_t bytes, struct error *error)
{
    if (list->count == LIMIT_IMPORT_FILES)
        return error_set(error, STATUS_TOO_LARGE, NULL, "more than %d files", LIMIT_IMPORT_FILES);
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? list->capacity * 2 : FIRST_CAPACITY;
        struct file_entry *entries = reallocarray(list->entries, capacity, sizeof *entries);
        if (!entries) return error_no_memory(error);
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = (struct file_entry){.path = path, .bytes = bytes};
    list->total_bytes += bytes;
    return STATUS_OK;
}

static int is_not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status add_folder(struct file_list *list, const char *path, size_t depth, struct error *error);

static enum status add_entry(struct file_list *list, const char *folder, const char *name, size_t depth,
                             struct error *error)
{
    const size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    const struct str path = str_format(&list->arena, "%s%s%s", folder, slash, name);
    struct stat named, target;
    if (!path.ptr) return error_no_memory(error);
    if (lstat(path.ptr, &named) != 0) return STATUS_OK; // gone meanwhile
    if (S_ISDIR(named.st_mode)) return add_folder(list, path.ptr, depth + 1, error);
    if (ingest_kind(path) == INGEST_OTHER) return STATUS_OK;
    if (stat(path.ptr, &target) != 0 || !S_ISREG(target.st_mode)) return STATUS_OK;
    return append(list, path.ptr, target.st_size, error);
}

static enum status add_names(struct file_list *list, const char *path, struct dirent **names, size_t count,
                             size_t depth, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        TRY(add_entry(list, path, names[i]->d_name, depth, error));
    return STATUS_OK;
}

static enum status add_folder(struct file_list *list, const char *path, size_t depth, struct error *error)
{
    if (depth > LIMIT_IMPORT_DEPTH)
        return error_set(error, STATUS_TOO_LARGE, NULL, "%.200s: more than %d folders deep", path,
                         LIMIT_IMPORT_DEPTH);
    struct dirent **names;
    const int count = scandir(path, &names, is_not_hidden, by_name);
    if (count < 0) return append(list, path, 0, error);
    const enum status status = add_names(list, path, names, (size_t)count, depth, error);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return status;
}

enum status file_list_add(struct file_list *list, const char *path, struct error *error)
{
    struct stat file;
    const char *copy = str_copy_c(&list->arena, str_from_c(path));
    if (!copy) return error_no_memory(error);
    if (stat(copy, &file) != 0) return append(list, copy, 0, error);
    if (S_ISDIR(file.st_mode)) return add_folder(list, copy, 0, error);
    return append(list, copy, file.st_size, error);
}

void file_list_done(struct file_list *list)
{
    arena_clear(&list->arena);
    free(list->entries);
    list->entries = NULL;
    list->count = list->capacity = 0;
}
