#include "market/export/export_file.h"

#include "market/export/export_csv.h"
#include "market/export/export_parquet.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const format_names[] = {[EXPORT_CSV] = "csv", [EXPORT_PARQUET] = "parquet"};

const char *export_format_name(enum export_format format)
{
    return format_names[format];
}

bool export_format_parse(struct str text, enum export_format *out_format)
{
    for (size_t i = 0; i < sizeof format_names / sizeof *format_names; i++) {
        if (!str_eq(text, str_from_c(format_names[i]))) continue;
        *out_format = (enum export_format)i;
        return true;
    }
    return false;
}

static enum status cannot(const char *path, int reason, struct error *error)
{
    return error_set(error, reason == ENOSPC || reason == EDQUOT ? STATUS_STORAGE_FULL : STATUS_UNAVAILABLE,
                     NULL, "%.300s cannot be written: %s", path, strerrordesc_np(reason));
}

static enum status is_taken(const char *path, struct error *error)
{
    return error_set(error, STATUS_CONFLICT, NULL, "%.300s is there already; --force replaces it", path);
}

static void folder_of(const char *path, char out_folder[static PATH_MAX])
{
    char copy[PATH_MAX];
    (void)str_to_c(str_from_c(path), copy, sizeof copy);
    (void)str_to_c(str_from_c(dirname(copy)), out_folder, PATH_MAX);
}

static enum status make_folder(const char *path, struct export_writer *writer, struct error *error)
{
    char beside[PATH_MAX];
    folder_of(path, beside);
    const int len = snprintf(writer->folder, PATH_MAX, "%s/.tlab-export.XXXXXX", beside);
    const bool fits = len > 0 && (size_t)len < PATH_MAX - sizeof "/partial";
    if (!fits || !mkdtemp(writer->folder)) {
        writer->folder[0] = '\0';
        return cannot(path, fits ? errno : ENAMETOOLONG, error);
    }
    (void)snprintf(writer->partial, PATH_MAX, "%.*s/partial", len, writer->folder);
    (void)snprintf(writer->spill, PATH_MAX, "%.*s/spill", len, writer->folder);
    return STATUS_OK;
}

enum status export_writer_open(struct str database_path, const char *path, struct export_writer *writer,
                               struct error *error)
{
    *writer = (struct export_writer){0};
    if (path)
        TRY(make_folder(path, writer, error));
    else
        (void)snprintf(writer->spill, PATH_MAX, "tlab-export.%ld.spill", (long)getpid());
    return export_reader_open(database_path, str_from_c(writer->partial), str_from_c(writer->spill),
                              &writer->reader, error);
}

void export_writer_close(struct export_writer *writer)
{
    export_reader_close(&writer->reader);
    if (writer->partial[0]) (void)unlink(writer->partial);
    if (writer->spill[0]) (void)rmdir(writer->spill); // DuckDB empties it
    if (writer->folder[0]) (void)rmdir(writer->folder);
}

static enum status write_partial(struct export_writer *writer, const struct export_request *request,
                                 enum export_format format, int fd, int64_t *out_rows, struct error *error)
{
    EXPORT_SOURCE_SCOPE source = {0};
    TRY(export_source_begin(&writer->reader, request, &source, error));
    TRY(format == EXPORT_CSV ? export_csv(&source, fd, error)
                             : export_parquet(&source, str_from_c(writer->partial), error));
    *out_rows = source.row_count;
    return STATUS_OK;
}

// File systems that cannot rename without replacing (EINVAL) were looked at before.
static int rename_to(const char *from, const struct export_target *target)
{
    if (!target->overwrites) {
        if (renameat2(AT_FDCWD, from, AT_FDCWD, target->path, RENAME_NOREPLACE) == 0) return 0;
        if (errno != EINVAL && errno != ENOSYS) return errno;
    }
    return rename(from, target->path) == 0 ? 0 : errno;
}

static int flush_folder(const char *path)
{
    char folder[PATH_MAX];
    folder_of(path, folder);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    const int reason = fsync(fd) == 0 || errno == EINVAL ? 0 : errno; // not every file system has it
    (void)close(fd);
    return reason;
}

static enum status take_place(const char *partial, int fd, const struct export_target *target,
                              struct error *error)
{
    int reason = fsync(fd) == 0 ? rename_to(partial, target) : errno;
    if (reason == EEXIST) return is_taken(target->path, error);
    if (reason == 0) reason = flush_folder(target->path);
    return reason == 0 ? STATUS_OK : cannot(target->path, reason, error);
}

enum status export_to_file(struct export_writer *writer, const struct export_request *request,
                           const struct export_target *target, int64_t *out_rows, struct error *error)
{
    int64_t rows = 0;
    if (!target->overwrites && access(target->path, F_OK) == 0) return is_taken(target->path, error);
    const int fd = open(writer->partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return cannot(target->path, errno, error);
    enum status status = write_partial(writer, request, target->format, fd, &rows, error);
    if (status == STATUS_OK) status = take_place(writer->partial, fd, target, error);
    (void)close(fd); // flushed, or thrown away
    if (status == STATUS_OK) *out_rows = rows;
    return status;
}

enum status export_to_stream(struct export_writer *writer, const struct export_request *request, int fd,
                             int64_t *out_rows, struct error *error)
{
    return write_partial(writer, request, EXPORT_CSV, fd, out_rows, error);
}
