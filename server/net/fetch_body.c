#include "net/fetch_body.h"

#include "net/fetch_retry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Of a beginning that is shorter nothing is gained, and thousands of files are: their tags are not written
// down.
enum { TAG_PATH_MAX = PATH_MAX + 8, FILE_MODE = 0644, TAG_FROM_BYTES = 64 * 1024 };

static const char *tag_path(const char *path, char buffer[static TAG_PATH_MAX])
{
    (void)snprintf(buffer, TAG_PATH_MAX, "%s.tag", path);
    return buffer;
}

void fetch_body_remove(const char *path)
{
    char beside[TAG_PATH_MAX];
    (void)unlink(path);
    (void)unlink(tag_path(path, beside));
}

static enum status blame_file(const struct fetch_body *body, struct error *error)
{
    const int reason = errno;
    const bool is_full = reason == ENOSPC || reason == EDQUOT;
    const bool is_refused = reason == EACCES || reason == EPERM || reason == EROFS;
    const enum status status = is_full      ? STATUS_STORAGE_FULL
                               : is_refused ? STATUS_FORBIDDEN
                                            : STATUS_INTERNAL;
    return error_set(error, status, NULL, "%.300s cannot be written: %s", body->path,
                     strerrordesc_np(reason));
}

static void read_tag(struct fetch_body *body)
{
    char beside[TAG_PATH_MAX];
    const int fd = open(tag_path(body->path, beside), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    body->has_tag_file = true;
    const ssize_t got = read(fd, body->tag, sizeof body->tag - 1);
    (void)close(fd);
    body->tag[got > 0 ? got : 0] = '\0';
    if (!fetch_tag_is_strong(str_from_c(body->tag))) body->tag[0] = '\0';
}

static void drop_tag(struct fetch_body *body)
{
    char beside[TAG_PATH_MAX];
    if (body->has_tag_file) (void)unlink(tag_path(body->path, beside));
    body->has_tag_file = false;
}

// A tag that cannot be written is no tag: the file is fetched whole the next time.
static void write_tag(struct fetch_body *body)
{
    char beside[TAG_PATH_MAX];
    const size_t len = strlen(body->tag);
    if (len == 0 || body->has_tag_file || body->bytes < TAG_FROM_BYTES) return;
    const int fd = open(tag_path(body->path, beside), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd < 0) return;
    body->has_tag_file = true;
    const bool is_written = write(fd, body->tag, len) == (ssize_t)len;
    (void)close(fd);
    if (!is_written) drop_tag(body);
}

enum status fetch_body_open(struct fetch_body *body, struct str path, size_t max_bytes, struct error *error)
{
    *body = (struct fetch_body){.fd = -1, .max_bytes = (int64_t)max_bytes};
    buf_init(&body->memory, max_bytes);
    if (!str_to_c(path, body->path, sizeof body->path))
        return error_set(error, STATUS_INVALID, NULL, "the path %.100s… is too long", body->path);
    if (path.len == 0) return STATUS_OK;
    struct stat file;
    if (stat(body->path, &file) != 0 || !S_ISREG(file.st_mode)) return STATUS_OK;
    read_tag(body);
    if (body->tag[0]) body->bytes = file.st_size;
    return STATUS_OK;
}

static enum status open_file(struct fetch_body *body, struct error *error)
{
    if (body->fd >= 0) return STATUS_OK;
    body->fd = open(body->path, O_WRONLY | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (body->fd < 0) return blame_file(body, error);
    const off_t end = lseek(body->fd, 0, SEEK_END);
    // a file that was cut to nothing is written to the disk when it is closed, at once
    if (end != body->bytes && ftruncate(body->fd, body->bytes) != 0) return blame_file(body, error);
    return lseek(body->fd, body->bytes, SEEK_SET) == body->bytes ? STATUS_OK : blame_file(body, error);
}

enum status fetch_body_restart(struct fetch_body *body, struct str tag, struct error *error)
{
    buf_clear(&body->memory);
    body->bytes = 0;
    (void)str_to_c(fetch_tag_is_strong(tag) && tag.len < sizeof body->tag ? tag : STR(""), body->tag,
                   sizeof body->tag);
    if (!body->path[0]) return STATUS_OK;
    fetch_body_close(body, false);
    drop_tag(body);
    return open_file(body, error); // shortens what there was
}

static enum status write_file(struct fetch_body *body, const char *bytes, size_t len, struct error *error)
{
    TRY(open_file(body, error));
    while (len > 0) {
        const ssize_t written = write(body->fd, bytes, len);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return blame_file(body, error);
        bytes += written;
        len -= (size_t)written;
    }
    return STATUS_OK;
}

enum status fetch_body_too_large(const struct fetch_body *body, struct error *error)
{
    return error_set(error, STATUS_TOO_LARGE, NULL, "the answer is longer than %lld bytes",
                     (long long)body->max_bytes);
}

enum status fetch_body_write(struct fetch_body *body, const char *bytes, size_t len, struct error *error)
{
    if ((int64_t)len > body->max_bytes - body->bytes) return fetch_body_too_large(body, error);
    if (body->path[0])
        TRY(write_file(body, bytes, len, error));
    else
        buf_append(&body->memory, bytes, len);
    body->bytes += (int64_t)len;
    if (body->path[0]) write_tag(body);
    return body->memory.failed ? error_no_memory(error) : STATUS_OK;
}

void fetch_body_close(struct fetch_body *body, bool is_whole)
{
    if (body->fd >= 0) (void)close(body->fd);
    body->fd = -1;
    if (is_whole) drop_tag(body);
}
