#include "market/ingest/byte_source.h"

#include "base/cancel.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static enum status read_file(struct byte_source *source, char *buffer, size_t capacity, size_t *out_len,
                             struct error *error)
{
    ssize_t got;
    do
        got = read(source->fd, buffer, capacity);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be read: %s", strerrordesc_np(errno));
    *out_len = (size_t)got;
    return STATUS_OK;
}

void byte_source_open_file(struct byte_source *out_source, int fd)
{
    *out_source = (struct byte_source){.read = read_file, .fd = fd};
}

static enum status read_memory(struct byte_source *source, char *buffer, size_t capacity, size_t *out_len,
                               struct error *error)
{
    (void)error; // memory does not fail
    const struct str part = str_slice(source->memory, 0, capacity);
    if (part.len) memcpy(buffer, part.ptr, part.len);
    source->memory = str_slice(source->memory, part.len, source->memory.len);
    *out_len = part.len;
    return STATUS_OK;
}

void byte_source_open_memory(struct byte_source *out_source, struct str text)
{
    *out_source = (struct byte_source){.read = read_memory, .fd = -1, .memory = text};
}

static enum status read_gzip(struct byte_source *source, char *buffer, size_t capacity, size_t *out_len,
                             struct error *error)
{
    gzFile file = source->handle;
    const int got = gzread(file, buffer, (unsigned)capacity);
    int code = Z_OK;
    (void)gzerror(file, &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
        return error_set(error, STATUS_MALFORMED, NULL, "the gzip data are %s",
                         code == Z_BUF_ERROR ? "truncated" : "damaged");
    if (gzdirect(file) && got > 0) return error_set(error, STATUS_MALFORMED, NULL, "it is not a gzip file");
    source->read_bytes += (size_t)got;
    const size_t compressed = (size_t)gzoffset(file);
    if (source->read_bytes > BYTE_SOURCE_RATIO_FREE_BYTES &&
        source->read_bytes / BYTE_SOURCE_MAX_RATIO > compressed)
        return error_set(error, STATUS_TOO_LARGE, "file_too_large",
                         "it inflates to more than %d times its size", BYTE_SOURCE_MAX_RATIO);
    *out_len = (size_t)got;
    return STATUS_OK;
}

static void close_gzip(struct byte_source *source)
{
    (void)gzclose(source->handle);
}

enum status byte_source_open_gzip(struct byte_source *out_source, int fd, struct error *error)
{
    enum { BUFFER_BYTES = 128 * 1024 };
    const int own_fd = dup(fd); // gzclose closes it
    gzFile file = own_fd < 0 ? NULL : gzdopen(own_fd, "rb");
    if (!file) {
        if (own_fd >= 0) (void)close(own_fd);
        return error_no_memory(error);
    }
    (void)gzbuffer(file, BUFFER_BYTES);
    *out_source = (struct byte_source){.read = read_gzip, .close = close_gzip, .fd = fd, .handle = file};
    return STATUS_OK;
}

// zlib and libzip read through copies of the descriptor, which share its place.
enum status byte_source_look(const struct byte_source *source, struct error *error)
{
    if (source->watch.position) atomic_store(source->watch.position, (int64_t)lseek(source->fd, 0, SEEK_CUR));
    return cancel_check(source->watch.is_cancelled, error);
}

void byte_source_close(struct byte_source *source)
{
    if (source->close) source->close(source);
    *source = (struct byte_source){.fd = -1};
}
