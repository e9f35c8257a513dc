// SHA-256 of files, and the CHECKSUM file that Binance puts beside each archive.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

enum { CHECKSUM_HEX_BYTES = 65 };

// Of the whole file from its first byte, lower-case hex; leaves the descriptor at the first byte.
enum status checksum_of_file(int fd, char out_hex[static CHECKSUM_HEX_BYTES], struct error *error);

// Compares with the line for `file_name` in "<path>.CHECKSUM" ("<64 hex digits>  [*]<name>", LF or CRLF).
// *out_is_present is false when there is no such file. STATUS_MALFORMED: it does not agree, is about other
// files only, or holds no SHA-256.
enum status checksum_verify(const char *path, const char *hex, bool *out_is_present, struct error *error);
