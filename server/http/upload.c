#include "http/upload.h"

#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// The names of our files, so that leftovers can be told from files of others.
#define PREFIX ".upload-"
#define RANDOM_SUFFIX "-XXXXXX" // for mkostemp

enum { LEFTOVER_S = 24 * 60 * 60 };

static void remove_leftover(int folder, const char *name, int64_t now_s)
{
    struct stat file;
    if (!str_starts_with(str_from_c(name), STR(PREFIX))) return;
    if (fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(file.st_mode)) return;
    if (now_s - file.st_mtime > LEFTOVER_S && unlinkat(folder, name, 0) == 0)
        LOG(LOG_INFO, "upload_leftover_removed", LOG_C("name", name));
}

static enum status remove_leftovers(const char *folder, int64_t now_s, struct error *error)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return error_set(error, STATUS_INVALID, NULL, "the folder for uploads, %s, cannot be read: %s",
                         folder, strerrordesc_np(errno));
    const struct dirent *entry;
    while ((entry = readdir(listing)))
        remove_leftover(dirfd(listing), entry->d_name, now_s);
    closedir(listing);
    return STATUS_OK;
}

enum status uploads_start(struct uploads *uploads, struct str folder, size_t max_count, int64_t now_us,
                          struct error *error)
{
    char path[PATH_MAX];
    uploads->folder = folder;
    uploads->max_count = max_count;
    if (folder.len == 0) return STATUS_OK;
    if (!str_to_c(folder, path, sizeof path))
        return error_set(error, STATUS_INVALID, NULL, "the name of the folder for uploads is too long");
    return remove_leftovers(path, now_us / 1000000, error);
}

struct upload *upload_new(struct uploads *uploads, struct str id)
{
    const size_t path_size = uploads->folder.len + sizeof "/" PREFIX + id.len + sizeof RANDOM_SUFFIX;
    struct upload *upload = uploads->folder.len > 0 ? malloc(sizeof *upload + path_size) : NULL;
    if (!upload) return NULL;
    *upload = (struct upload){.uploads = uploads, .fd = -1};
    (void)snprintf(upload->path, path_size, "%.*s/" PREFIX "%.*s" RANDOM_SUFFIX, STR_ARG(uploads->folder),
                   STR_ARG(id));
    return upload;
}

static void remove_file(struct upload *upload)
{
    if (upload->fd >= 0) close(upload->fd);
    if (upload->has_file && !upload->is_kept) (void)unlink(upload->path); // gone where it was renamed
    upload->fd = -1;
    upload->has_file = false;
}

static void fail(struct upload *upload, int reason)
{
    const bool is_full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
    LOG(LOG_ERROR, "upload_not_stored", LOG_C("path", upload->path),
        LOG_C("reason", strerrordesc_np(reason)));
    upload->fault = is_full ? HTTP_FAULT(507, "The server has no room left to store the body of the request.")
                            : HTTP_FAULT(500, "The server could not store the body of the request.");
    remove_file(upload);
}

static bool take_place(struct upload *upload)
{
    struct uploads *uploads = upload->uploads;
    upload->has_place = atomic_fetch_add(&uploads->count, 1) < uploads->max_count;
    if (upload->has_place) return true;
    atomic_fetch_sub(&uploads->count, 1);
    upload->fault = HTTP_FAULT(503, "The server takes no upload now. Please try again in a moment.");
    return false;
}

static bool create_file(struct upload *upload)
{
    if (!take_place(upload)) return false;
    upload->fd = mkostemp(upload->path, O_CLOEXEC);
    upload->has_file = upload->fd >= 0;
    if (!upload->has_file) fail(upload, errno);
    return upload->has_file;
}

void upload_write(struct upload *upload, struct str bytes)
{
    if (upload->fault.status || (!upload->has_file && !create_file(upload))) return;
    while (bytes.len) {
        const ssize_t written = write(upload->fd, bytes.ptr, bytes.len);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            fail(upload, errno);
            return;
        }
        bytes = str_slice(bytes, (size_t)written, bytes.len);
    }
}

void upload_close(struct upload *upload)
{
    const int fd = upload->fd;
    upload->fd = -1;
    if (fd >= 0 && close(fd) != 0) fail(upload, errno); // some file systems find out only here
}

void upload_free(struct upload *upload)
{
    if (!upload) return;
    struct uploads *uploads = upload->uploads;
    remove_file(upload);
    if (upload->has_place) atomic_fetch_sub(&uploads->count, 1);
    free(upload);
}
