// The one CSV file of a Binance ZIP. Nothing is ever written to disk: a member's name is only looked at.
#pragma once

#include "base/error.h"
#include "market/ingest/byte_source.h"

enum { ZIP_MEMBER_NAME_MAX = 256 };

// Opens the archive's only member for reading and copies its name. STATUS_MALFORMED: no ZIP, truncated,
// damaged (also while reading: the CRC-32 is checked at the end), not exactly one member, a name that is no
// plain "….csv", encrypted, a link. STATUS_TOO_LARGE: more than LIMIT_IMPORT_FILE_BYTES or beyond the ratio
// of byte_source.h.
enum status zip_member_open(struct byte_source *out_source, int fd, char out_name[static ZIP_MEMBER_NAME_MAX],
                            struct error *error);
