// Where the text of a file comes from: the file itself, gzip, or the member of a ZIP. One pass, bounded
// memory.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

// Who looks on while a file is read.
struct read_watch {
    const atomic_bool *is_cancelled; // NULL: cannot be
    _Atomic int64_t *position;       // told how many bytes of the file are read; NULL: nobody asks
};

struct byte_source {
    // Up to `capacity` bytes; *out_len 0 at the end. After a failure the source is of no more use.
    enum status (*read)(struct byte_source *source, char *buffer, size_t capacity, size_t *out_len,
                        struct error *error);
    void (*close)(struct byte_source *source); // NULL when there is nothing to close
    int fd;                                    // borrowed from the opener
    void *handle;                              // of zlib or libzip
    void *archive;                             // of libzip
    struct str memory;                         // what is left of a text in memory
    size_t read_bytes;                         // so far
    size_t size_bytes;                         // as the archive declares it
    struct read_watch watch;
};

// More than this many bytes for one compressed byte is no file of numbers. Small files are spared.
#define BYTE_SOURCE_MAX_RATIO 100
#define BYTE_SOURCE_RATIO_FREE_BYTES ((size_t)1 << 20)

// The bytes of an open file. The descriptor stays the caller's.
void byte_source_open_file(struct byte_source *out_source, int fd);

// Text that is in memory already, borrowed.
void byte_source_open_memory(struct byte_source *out_source, struct str text);

// Inflates a gzip file of one or several members. STATUS_MALFORMED when it is none, broken or truncated,
// STATUS_TOO_LARGE beyond the ratio; both may come from read.
enum status byte_source_open_gzip(struct byte_source *out_source, int fd, struct error *error);

// For every buffer that is read: tells the watch how far the file has come. STATUS_CANCELLED: no further.
enum status byte_source_look(const struct byte_source *source, struct error *error);

void byte_source_close(struct byte_source *source);
#define BYTE_SOURCE_SCOPE __attribute__((cleanup(byte_source_close))) struct byte_source
