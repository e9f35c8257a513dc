#include "market/download/download_store.h"

#include "market/ingest/series_name.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BESIDE_MAX = PATH_MAX + 16, FOLDER_MODE = 0755, FILE_MODE = 0644 };

static enum status blame_file(const char *path, struct error *error)
{
    const int reason = errno;
    const bool is_refused = reason == EACCES || reason == EPERM || reason == EROFS;
    const enum status status = reason == ENOSPC || reason == EDQUOT ? STATUS_STORAGE_FULL
                               : is_refused                         ? STATUS_FORBIDDEN
                                                                    : STATUS_INTERNAL;
    return error_set(error, status, NULL, "%.300s: %s", path, strerrordesc_np(reason));
}

enum status download_store_make_folders(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    if (!str_to_c(str_from_c(path), folder, sizeof folder))
        return error_set(error, STATUS_INVALID, NULL, "the path %.100s… is too long", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) return blame_file(folder, error);
        *slash = '/';
    }
    return STATUS_OK;
}

static bool hash(const char *path, char out_hex[static CHECKSUM_HEX_BYTES])
{
    struct error ignored = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    const enum status status = checksum_of_file(fd, NULL, out_hex, &ignored);
    (void)close(fd);
    return status == STATUS_OK;
}

bool download_store_has(const char *path, char out_hex[static CHECKSUM_HEX_BYTES])
{
    struct error ignored = {0};
    enum checksum_finding finding = CHECKSUM_ABSENT;
    if (!hash(path, out_hex)) return false;
    return checksum_verify(path, out_hex, &finding, &ignored) == STATUS_OK && finding == CHECKSUM_HOLDS;
}

static enum status write_beside(const char *path, struct str text, struct error *error)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd < 0) return blame_file(path, error);
    const bool is_written = write(fd, text.ptr, text.len) == (ssize_t)text.len;
    const enum status status = is_written ? STATUS_OK : blame_file(path, error);
    (void)close(fd);
    return status;
}

static enum status move(const char *from, const char *to, struct error *error)
{
    return rename(from, to) == 0 ? STATUS_OK : blame_file(to, error);
}

static enum status verify(const char *part, struct str name, struct str checksum, struct error *error)
{
    char hex[CHECKSUM_HEX_BYTES];
    enum checksum_finding finding;
    if (!hash(part, hex)) return blame_file(part, error);
    enum status status = checksum_compare(checksum, name, str_from_c(hex), &finding, error);
    if (status == STATUS_OK && finding != CHECKSUM_HOLDS)
        status = error_set(error, STATUS_MALFORMED, NULL, "its CHECKSUM is for another file");
    if (status != STATUS_OK) (void)unlink(part);
    return status;
}

enum status download_store_take(const char *path, struct str checksum, struct error *error)
{
    char part[BESIDE_MAX], beside[BESIDE_MAX], beside_part[BESIDE_MAX];
    (void)snprintf(part, sizeof part, "%s.part", path);
    (void)snprintf(beside, sizeof beside, "%s.CHECKSUM", path);
    (void)snprintf(beside_part, sizeof beside_part, "%s.CHECKSUM.part", path);
    TRY(verify(part, path_file_name(str_from_c(path)), checksum, error));
    TRY(write_beside(beside_part, checksum, error));
    TRY(move(part, path, error));
    return move(beside_part, beside, error);
}
