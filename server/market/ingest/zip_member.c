#include "market/ingest/zip_member.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

// The end record of a ZIP (APPNOTE.TXT 4.3.16): signature, then at 10 the number of members, at 12 the bytes
// of their directory; behind it a comment of up to 64 KiB. libzip would read a directory of any size into
// memory first.
enum { END_BYTES = 22, END_MEMBERS_AT = 10, END_DIRECTORY_BYTES_AT = 12, DIRECTORY_MAX_BYTES = 64 * 1024 };

static uint32_t little_endian(const unsigned char *bytes, size_t count)
{
    uint32_t value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static const unsigned char *find_end_record(const unsigned char *tail, size_t len)
{
    static const unsigned char signature[] = {'P', 'K', 5, 6};
    for (size_t at = len < END_BYTES ? 0 : len - END_BYTES + 1; at-- > 0;)
        if (memcmp(tail + at, signature, sizeof signature) == 0) return tail + at;
    return NULL;
}

static enum status check_directory(int fd, struct error *error)
{
    unsigned char tail[END_BYTES + UINT16_MAX];
    struct stat file;
    if (fstat(fd, &file) != 0) return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be looked at");
    const size_t wanted = (size_t)file.st_size < sizeof tail ? (size_t)file.st_size : sizeof tail;
    const ssize_t got = pread(fd, tail, wanted, file.st_size - (off_t)wanted);
    const unsigned char *end = got < 0 ? NULL : find_end_record(tail, (size_t)got);
    if (!end) return error_set(error, STATUS_MALFORMED, NULL, "it is not a ZIP file, or it is truncated");
    const uint32_t members = little_endian(end + END_MEMBERS_AT, 2);
    if (members != 1)
        return error_set(error, STATUS_MALFORMED, NULL,
                         "it holds %" PRIu32 " members instead of one CSV file", members);
    if (little_endian(end + END_DIRECTORY_BYTES_AT, 4) > DIRECTORY_MAX_BYTES)
        return error_set(error, STATUS_MALFORMED, NULL, "its directory is too large for one member");
    return STATUS_OK;
}

static enum status refuse_archive(zip_error_t *reason, struct error *error)
{
    const enum status status =
        error_set(error, STATUS_MALFORMED, NULL, "the ZIP is damaged: %.200s", zip_error_strerror(reason));
    zip_error_fini(reason);
    return status;
}

static enum status open_archive(int fd, zip_t **out_archive, struct error *error)
{
    const int own_fd = dup(fd);
    FILE *stream = own_fd < 0 ? NULL : fdopen(own_fd, "rb");
    if (!stream) {
        if (own_fd >= 0) (void)close(own_fd);
        return error_no_memory(error);
    }
    zip_error_t reason;
    zip_error_init(&reason);
    zip_source_t *source = zip_source_filep_create(stream, 0, -1, &reason);
    if (!source) {
        (void)fclose(stream);
        return refuse_archive(&reason, error);
    }
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, &reason);
    if (!archive) {
        zip_source_free(source); // closes the stream
        return refuse_archive(&reason, error);
    }
    zip_error_fini(&reason);
    *out_archive = archive;
    return STATUS_OK;
}

static bool name_is_plain_csv(struct str name)
{
    if (name.len <= sizeof ".csv" - 1 || name.ptr[0] == '.' || !str_is_utf8(name)) return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '/' || name.ptr[i] == '\\' || name.ptr[i] == ':' ||
            (unsigned char)name.ptr[i] < 0x20)
            return false;
    return str_eq_ignore_case(str_slice(name, name.len - 4, 4), STR(".csv"));
}

static bool is_link(zip_t *archive)
{
    zip_uint8_t system;
    zip_uint32_t attributes;
    if (zip_file_get_external_attributes(archive, 0, 0, &system, &attributes) != 0) return false;
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

static enum status check_member(zip_t *archive, const zip_stat_t *member, struct error *error)
{
    const zip_uint64_t needed =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    if ((member->valid & needed) != needed)
        return error_set(error, STATUS_MALFORMED, NULL, "the ZIP is damaged: the member has no size");
    const struct str name = str_from_c(member->name);
    if (name.len >= ZIP_MEMBER_NAME_MAX || !name_is_plain_csv(name))
        return error_set(error, STATUS_MALFORMED, NULL, "its member is no plain CSV file");
    if (member->encryption_method != ZIP_EM_NONE)
        return error_set(error, STATUS_MALFORMED, NULL, "its member is encrypted");
    if (is_link(archive)) return error_set(error, STATUS_MALFORMED, NULL, "its member is a link");
    if (member->size > LIMIT_IMPORT_FILE_BYTES)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large",
                         "it holds %" PRIu64 " bytes; at most %zu are read", member->size,
                         LIMIT_IMPORT_FILE_BYTES);
    if (member->size > BYTE_SOURCE_RATIO_FREE_BYTES &&
        member->size / BYTE_SOURCE_MAX_RATIO > member->comp_size)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large",
                         "it inflates to more than %d times its size", BYTE_SOURCE_MAX_RATIO);
    return STATUS_OK;
}

static enum status read_member(struct byte_source *source, char *buffer, size_t capacity, size_t *out_len,
                               struct error *error)
{
    const zip_int64_t got = zip_fread(source->handle, buffer, capacity);
    if (got < 0)
        return error_set(error, STATUS_MALFORMED, NULL, "the ZIP is damaged: %.200s",
                         zip_error_strerror(zip_file_get_error(source->handle)));
    source->read_bytes += (size_t)got;
    if (source->read_bytes > source->size_bytes || (got == 0 && source->read_bytes < source->size_bytes))
        return error_set(error, STATUS_MALFORMED, NULL,
                         "the ZIP is damaged: the member has not its declared size");
    *out_len = (size_t)got;
    return STATUS_OK;
}

static void close_member(struct byte_source *source)
{
    if (source->handle) (void)zip_fclose(source->handle);
    zip_discard(source->archive);
}

static enum status open_member(zip_t *archive, struct byte_source *source,
                               char out_name[static ZIP_MEMBER_NAME_MAX], struct error *error)
{
    zip_stat_t member;
    if (zip_stat_index(archive, 0, ZIP_FL_ENC_RAW, &member) != 0)
        return refuse_archive(zip_get_error(archive), error);
    TRY(check_member(archive, &member, error));
    source->handle = zip_fopen_index(archive, 0, 0);
    if (!source->handle) return refuse_archive(zip_get_error(archive), error);
    source->size_bytes = member.size;
    (void)str_to_c(str_from_c(member.name), out_name, ZIP_MEMBER_NAME_MAX);
    return STATUS_OK;
}

enum status zip_member_open(struct byte_source *out_source, int fd, char out_name[static ZIP_MEMBER_NAME_MAX],
                            struct error *error)
{
    TRY(check_directory(fd, error));
    zip_t *archive = NULL;
    TRY(open_archive(fd, &archive, error));
    struct byte_source source = {.read = read_member, .close = close_member, .fd = fd, .archive = archive};
    const enum status status = open_member(archive, &source, out_name, error);
    if (status == STATUS_OK)
        *out_source = source;
    else
        byte_source_close(&source);
    return status;
}
