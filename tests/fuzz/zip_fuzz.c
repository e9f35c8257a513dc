// A ZIP as it is downloaded: raw bytes, or a good archive with some bytes changed. Whatever it is, no more is
// read than the limits allow, the name is a plain one, and what comes out whole has the CRC-32 that its
// directory says.
#include "base/limits.h"
#include "market/ingest/zip_member.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EDITS_MAX = 8, EDIT_BYTES = 3 };

static void require(bool condition)
{
    if (!condition) abort();
}

// An archive of one member with these bytes; heap.
static uint8_t *make_archive(const uint8_t *content, size_t size, size_t *out_size)
{
    zip_error_t error;
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    require(target != NULL);
    zip_source_keep(target);
    zip_t *archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    require(archive != NULL);
    require(zip_file_add(archive, "BTCUSDT-1h-2024-01.csv", zip_source_buffer(archive, content, size, 0),
                         0) == 0);
    require(zip_close(archive) == 0);
    zip_stat_t stat;
    require(zip_source_open(target) == 0 && zip_source_stat(target, &stat) == 0);
    uint8_t *bytes = malloc(stat.size);
    require(bytes && zip_source_read(target, bytes, stat.size) == (zip_int64_t)stat.size);
    *out_size = stat.size;
    zip_source_free(target);
    return bytes;
}

// data: number of edits, the edits (place, place, value), the content.
static uint8_t *make_edited(const uint8_t *data, size_t size, size_t *out_size)
{
    const size_t edits = data[0] % EDITS_MAX;
    if (size < 1 + edits * EDIT_BYTES) return NULL;
    const size_t head = 1 + edits * EDIT_BYTES;
    uint8_t *bytes = make_archive(data + head, size - head, out_size);
    for (size_t i = 0; i < edits; i++) {
        const uint8_t *edit = data + 1 + i * EDIT_BYTES;
        bytes[(size_t)(edit[0] << 8 | edit[1]) % *out_size] = edit[2];
    }
    return bytes;
}

static void check_name(const char *name)
{
    const size_t len = strlen(name);
    require(len > 4 && len < ZIP_MEMBER_NAME_MAX && name[0] != '.');
    require(!strpbrk(name, "/\\:\n\r\t") && str_is_utf8(str_from_c(name)));
}

// Reads to the end; false when the archive is refused on the way.
static bool read_all(struct byte_source *source, size_t archive_size, uLong *out_crc, size_t *out_size)
{
    char buffer[4096];
    size_t got = 1;
    struct error error = {0};
    *out_crc = crc32(0, NULL, 0);
    for (*out_size = 0; got > 0; *out_size += got) {
        if (source->read(source, buffer, sizeof buffer, &got, &error) != STATUS_OK) return false;
        *out_crc = crc32(*out_crc, (const Bytef *)buffer, (uInt)got);
        require(*out_size + got <= LIMIT_IMPORT_FILE_BYTES);
    }
    require(*out_size <= BYTE_SOURCE_RATIO_FREE_BYTES ||
            *out_size / (BYTE_SOURCE_MAX_RATIO + 1) <= archive_size);
    return true;
}

// The CRC-32 of the first entry of a directory, APPNOTE.TXT 4.3.12, and its size.
static void check_against_directory(const uint8_t *bytes, size_t size, uLong crc, size_t member_size)
{
    if (member_size == 0) return; // libzip does not look at the CRC-32 of nothing
    for (const uint8_t *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), "PK\1\2", 4)); at++) {
        if (size - (size_t)(at - bytes) < 46) return;
        uint32_t said_crc, said_size;
        memcpy(&said_crc, at + 16, sizeof said_crc);
        memcpy(&said_size, at + 24, sizeof said_size);
        if (said_crc == crc && said_size == member_size) return;
    }
    abort();
}

static void read_archive(const uint8_t *bytes, size_t size)
{
    const int fd = memfd_create("zip", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    struct byte_source source = {.fd = -1};
    struct error error = {0};
    char name[ZIP_MEMBER_NAME_MAX];
    if (zip_member_open(&source, fd, name, &error) == STATUS_OK) {
        uLong crc;
        size_t member_size;
        check_name(name);
        if (read_all(&source, size, &crc, &member_size))
            check_against_directory(bytes, size, crc, member_size);
        byte_source_close(&source);
    } else {
        require(error.message[0] != '\0');
    }
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    if (data[0] % 4 == 0) {
        read_archive(data + 1, size - 1);
        return 0;
    }
    size_t archive_size;
    uint8_t *archive = make_edited(data + 1, size - 1, &archive_size);
    if (archive) read_archive(archive, archive_size);
    free(archive);
    return 0;
}
