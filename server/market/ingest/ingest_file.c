#include "market/ingest/ingest_file.h"

#include "base/limits.h"
#include "market/ingest/candle_csv.h"
#include "market/ingest/candle_parquet.h"
#include "market/ingest/checksum.h"
#include "market/ingest/zip_member.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(const int *fd)
{
    if (*fd >= 0) (void)close(*fd);
}
#define FD_SCOPE __attribute__((cleanup(close_fd))) int

static enum status open_regular(const char *path, int *out_fd, struct error *error)
{
    FD_SCOPE fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not hold the import
    if (fd < 0)
        return error_set(error, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE, NULL, "%s",
                         errno == ENOENT ? "there is no such file or folder" : strerrordesc_np(errno));
    struct stat file;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
        return error_set(error, STATUS_UNSUPPORTED, NULL, "it is not a regular file");
    if ((size_t)file.st_size > LIMIT_IMPORT_FILE_BYTES)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large", "it has %zu bytes; at most %zu are read",
                         (size_t)file.st_size, LIMIT_IMPORT_FILE_BYTES);
    *out_fd = fd;
    fd = -1;
    return STATUS_OK;
}

static enum status open_text(enum ingest_kind kind, int fd, struct byte_source *out_source,
                             char member_name[static ZIP_MEMBER_NAME_MAX], struct error *error)
{
    member_name[0] = '\0';
    if (kind == INGEST_ZIP) return zip_member_open(out_source, fd, member_name, error);
    if (kind == INGEST_GZIP) return byte_source_open_gzip(out_source, fd, error);
    byte_source_open_file(out_source, fd);
    return STATUS_OK;
}

static enum status read_text(const char *path, int fd, const struct ingest_file_rules *rules,
                             struct ingest_file *file, struct error *error)
{
    BYTE_SOURCE_SCOPE source = {.fd = -1};
    char member_name[ZIP_MEMBER_NAME_MAX];
    TRY(open_text(ingest_kind(str_from_c(path)), fd, &source, member_name, error));
    TRY(series_name_resolve(str_from_c(path), str_from_c(member_name), &rules->series, &file->series, error));
    source.watch = rules->watch;
    const struct candle_csv_rules csv_rules = {
        .series = &file->series, .layout = rules->layout, .skips_bad_rows = rules->skips_bad_rows};
    return candle_csv_read(&source, &csv_rules, &file->rows, &file->report, error);
}

static enum status read_rows(const char *path, int fd, const struct ingest_file_rules *rules,
                             struct ingest_file *file, struct error *error)
{
    if (ingest_kind(str_from_c(path)) != INGEST_PARQUET) return read_text(path, fd, rules, file, error);
    TRY(series_name_resolve(str_from_c(path), STR(""), &rules->series, &file->series, error));
    const struct candle_parquet_rules parquet_rules = {.series = &file->series,
                                                       .skips_bad_rows = rules->skips_bad_rows,
                                                       .is_cancelled = rules->watch.is_cancelled};
    return candle_parquet_read(path, &parquet_rules, &file->rows, &file->report, error);
}

enum status ingest_file_read(const char *path, const struct ingest_file_rules *rules,
                             struct ingest_file *file, struct error *error)
{
    const enum ingest_kind kind = ingest_kind(str_from_c(path));
    FD_SCOPE fd = -1;
    TRY(open_regular(path, &fd, error));
    if (kind == INGEST_OTHER)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "it is not named .zip, .csv, .csv.gz or .parquet");
    TRY(checksum_of_file(fd, rules->watch.is_cancelled, file->sha256, error));
    enum checksum_finding checksum;
    TRY(checksum_verify(path, file->sha256, &checksum, error));
    if (checksum == CHECKSUM_ABSENT && kind == INGEST_ZIP)
        ingest_report_notice(&file->report, 0, "no CHECKSUM beside it, contents not verified");
    if (checksum == CHECKSUM_HOLDS_FOR_OTHER_NAME)
        ingest_report_notice(&file->report, 0, "its CHECKSUM holds, but names another file");
    TRY(read_rows(path, fd, rules, file, error));
    if (file->rows.count == 0) ingest_report_notice(&file->report, 0, "holds no candles");
    return STATUS_OK;
}

void ingest_file_done(struct ingest_file *file)
{
    row_list_done(&file->rows);
    *file = (struct ingest_file){0};
}
