#include "market/file_stamp.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static struct file_mark mark_of(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0) return (struct file_mark){0};
    return (struct file_mark){.exists = true,
                              .device = file.st_dev,
                              .inode = file.st_ino,
                              .size = file.st_size,
                              .modified_ns = nanoseconds(&file.st_mtim),
                              .changed_ns = nanoseconds(&file.st_ctim)};
}

struct file_stamp file_stamp_read(const char *path)
{
    char log_path[PATH_MAX];
    const int len = snprintf(log_path, sizeof log_path, "%s.wal", path);
    struct file_stamp stamp = {.data = mark_of(path)};
    if (len > 0 && (size_t)len < sizeof log_path) stamp.log = mark_of(log_path);
    return stamp;
}

static bool mark_eq(const struct file_mark *a, const struct file_mark *b)
{
    return a->exists == b->exists && a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b)
{
    return mark_eq(&a->data, &b->data) && mark_eq(&a->log, &b->log);
}
