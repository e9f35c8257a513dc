// SHA-256 of files, and the CHECKSUM file that Binance puts beside each archive.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdatomic.h>

enum { CHECKSUM_HEX_BYTES = 65 };

// Of the whole file from its first byte, lower-case hex; leaves the descriptor at the first byte.
// STATUS_CANCELLED soon after the end is asked for (NULL: it cannot be).
enum status checksum_of_file(int fd, const atomic_bool *is_cancelled, char out_hex[static CHECKSUM_HEX_BYTES],
                             struct error *error);

enum checksum_finding {
    CHECKSUM_ABSENT,
    CHECKSUM_HOLDS,
    CHECKSUM_HOLDS_FOR_OTHER_NAME, // the contents are those of a file with another name: it was renamed or
                                   // copied
};

// Compares with the line for `file_name` in "<path>.CHECKSUM" ("<64 hex digits>  [*]<name>", LF or CRLF), or,
// where no line has that name, with those for other files. STATUS_MALFORMED: none agrees, or none holds a
// SHA-256.
enum status checksum_verify(const char *path, const char *hex, enum checksum_finding *out_finding,
                            struct error *error);

// The same for the text of a CHECKSUM file; never CHECKSUM_ABSENT.
enum status checksum_compare(struct str text, struct str file_name, struct str hex,
                             enum checksum_finding *out_finding, struct error *error);
