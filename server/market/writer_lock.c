#include "market/writer_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status refuse_open(const char *path, int cause, struct error *error)
{
    enum status status = STATUS_UNAVAILABLE;
    if (cause == EACCES || cause == EROFS || cause == EPERM) status = STATUS_FORBIDDEN;
    if (cause == ENOENT || cause == ENOTDIR) status = STATUS_NOT_FOUND;
    if (cause == ENOSPC || cause == EDQUOT) status = STATUS_STORAGE_FULL;
    return error_set(error, status, NULL, "%.300s cannot be made: %s", path, strerrordesc_np(cause));
}

static enum status refuse_held(int fd, struct error *error)
{
    char text[32] = "";
    const ssize_t got = pread(fd, text, sizeof text - 1, 0);
    const struct str process = str_trim((struct str){.ptr = text, .len = got > 0 ? (size_t)got : 0});
    return error_set(error, STATUS_CONFLICT, "import_running", "another import (process %.*s) writes to it",
                     STR_ARG(process));
}

// The last holder removes the file: what was locked may be a file that has no name any more.
static bool is_still_named(int fd, const char *path)
{
    struct stat open_file, named_file;
    return fstat(fd, &open_file) == 0 && stat(path, &named_file) == 0 &&
           open_file.st_ino == named_file.st_ino && open_file.st_dev == named_file.st_dev;
}

static enum status try_take(const char *path, int *out_fd, struct error *error)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return refuse_open(path, errno, error);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *out_fd = fd;
        return STATUS_OK;
    }
    const enum status status = refuse_held(fd, error);
    (void)close(fd);
    return status;
}

enum status writer_lock_take(struct str database_path, struct writer_lock *out_lock, struct error *error)
{
    struct writer_lock lock = {.fd = -1};
    const int len = snprintf(lock.path, sizeof lock.path, "%.*s.lock", STR_ARG(database_path));
    if (len >= (int)sizeof lock.path) return error_set(error, STATUS_INVALID, NULL, "the path is too long");
    for (;;) {
        TRY(try_take(lock.path, &lock.fd, error));
        if (is_still_named(lock.fd, lock.path)) break;
        (void)close(lock.fd);
    }
    if (ftruncate(lock.fd, 0) == 0) (void)dprintf(lock.fd, "%d\n", (int)getpid()); // only for messages
    *out_lock = lock;
    return STATUS_OK;
}

// Readers who wait hold this byte of the lock file together; the writer's own lock is of another kind, and
// they do not touch.
static struct flock waiting_byte(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
}

bool writer_lock_is_awaited(const struct writer_lock *lock)
{
    struct flock held = waiting_byte(F_WRLCK);
    return fcntl(lock->fd, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK;
}

int writer_lock_wait(struct str database_path)
{
    char given[PATH_MAX], resolved[PATH_MAX], path[PATH_MAX + sizeof ".lock"];
    if (!str_to_c(database_path, given, sizeof given) || !realpath(given, resolved)) return -1;
    (void)snprintf(path, sizeof path, "%s.lock", resolved);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct flock waiting = waiting_byte(F_RDLCK);
    if (fd >= 0) (void)fcntl(fd, F_OFD_SETLK, &waiting);
    return fd;
}

void writer_lock_stop_waiting(const int *waiting)
{
    if (*waiting >= 0) (void)close(*waiting);
}

void writer_lock_release(struct writer_lock *lock)
{
    if (lock->fd < 0) return;
    (void)unlink(lock->path);
    (void)close(lock->fd);
    lock->fd = -1;
}
