#include "market/ingest/checksum.h"

#include "base/cancel.h"
#include "market/ingest/field.h"
#include "market/ingest/series_name.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SHA256_BYTES = 32, READ_BYTES = 64 * 1024, CHECKSUM_FILE_MAX_BYTES = 64 * 1024 };

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static ssize_t read_some(int fd, void *buffer, size_t capacity)
{
    ssize_t got;
    do
        got = read(fd, buffer, capacity);
    while (got < 0 && errno == EINTR);
    return got;
}

static enum status hash_whole(int fd, const atomic_bool *is_cancelled,
                              unsigned char digest[static SHA256_BYTES], struct error *error)
{
    __attribute__((cleanup(free_context))) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL)) return error_no_memory(error);
    unsigned char buffer[READ_BYTES];
    ssize_t got;
    while ((got = read_some(fd, buffer, sizeof buffer)) > 0) {
        TRY(cancel_check(is_cancelled, error));
        if (!EVP_DigestUpdate(context, buffer, (size_t)got)) return error_no_memory(error);
    }
    if (got < 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be read: %s", strerrordesc_np(errno));
    return EVP_DigestFinal_ex(context, digest, NULL) ? STATUS_OK : error_no_memory(error);
}

enum status checksum_of_file(int fd, const atomic_bool *is_cancelled, char out_hex[static CHECKSUM_HEX_BYTES],
                             struct error *error)
{
    unsigned char digest[SHA256_BYTES];
    TRY(hash_whole(fd, is_cancelled, digest, error));
    if (lseek(fd, 0, SEEK_SET) != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "it is no regular file");
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(out_hex + 2 * i, 3, "%02x", digest[i]);
    return STATUS_OK;
}

// What the lines of a CHECKSUM file say about one file.
struct checksum_lines {
    struct str digest;     // of the line with its name
    struct str other_name; // of a line with another name
    bool is_named;
    bool other_agrees; // a line with another name has its digest
};

static size_t find_blank(struct str line)
{
    const size_t space = str_find(line, ' '), tab = str_find(line, '\t');
    return space < tab ? space : tab;
}

static struct checksum_lines read_lines(struct str text, struct str file_name, struct str hex)
{
    struct checksum_lines lines = {0};
    struct str line;
    while (!lines.is_named && str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0) continue;
        const size_t digest_len = find_blank(line);
        const struct str digest = str_slice(line, 0, digest_len);
        struct str name = str_trim(str_slice(line, digest_len, line.len));
        if (name.len && name.ptr[0] == '*') name = str_slice(name, 1, name.len);
        lines.digest = digest;
        const bool is_bare = name.len == 0 && digest.len == hex.len; // of the file it lies beside
        lines.is_named = is_bare || str_eq(name, file_name);
        if (lines.is_named || !name.len) continue;
        lines.other_name = name;
        lines.other_agrees = lines.other_agrees || str_eq_ignore_case(digest, hex);
    }
    return lines;
}

enum status checksum_compare(struct str text, struct str file_name, struct str hex,
                             enum checksum_finding *out_finding, struct error *error)
{
    const struct checksum_lines lines = read_lines(text, file_name, hex);
    if (!lines.is_named && lines.other_agrees) {
        *out_finding = CHECKSUM_HOLDS_FOR_OTHER_NAME;
        return STATUS_OK;
    }
    if (lines.digest.len != hex.len)
        return error_set(error, STATUS_MALFORMED, NULL, "its CHECKSUM holds no SHA-256 of 64 digits");
    if (!lines.is_named)
        return error_set(error, STATUS_MALFORMED, NULL, "its CHECKSUM is for another file, %s",
                         field_quote(lines.other_name).text);
    if (!str_eq_ignore_case(lines.digest, hex))
        return error_set(error, STATUS_MALFORMED, NULL, "its SHA-256 is not the one in its CHECKSUM");
    *out_finding = CHECKSUM_HOLDS;
    return STATUS_OK;
}

enum status checksum_verify(const char *path, const char *hex, enum checksum_finding *out_finding,
                            struct error *error)
{
    char beside[PATH_MAX], text[CHECKSUM_FILE_MAX_BYTES];
    const int len = snprintf(beside, sizeof beside, "%s.CHECKSUM", path);
    const int fd = len < (int)sizeof beside ? open(beside, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (fd < 0) {
        *out_finding = CHECKSUM_ABSENT;
        return STATUS_OK;
    }
    const ssize_t got = read_some(fd, text, sizeof text);
    (void)close(fd);
    if (got < 0) return error_set(error, STATUS_UNAVAILABLE, NULL, "its CHECKSUM cannot be read");
    return checksum_compare((struct str){.ptr = text, .len = (size_t)got}, path_file_name(str_from_c(path)),
                            str_from_c(hex), out_finding, error);
}
