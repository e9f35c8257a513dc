// Puts the built web application and the API description into the binary: one file with all bytes, each asset
// as it is, as gzip and as brotli, and a table of C constants that points into it.
#define ZLIB_CONST // the input is not written to, and zlib says so

#include "emit.h"

#include <brotli/encode.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

enum { ASSETS_MAX = 4096, GZIP_WINDOW_BITS = 15 + 16, GZIP_MEMORY_LEVEL = 9 };

struct asset {
    const char *path; // in the URL
    const char *type;
    struct str identity;
    struct str gzip; // empty: not smaller
    struct str brotli;
};

struct assets {
    struct asset items[ASSETS_MAX];
    size_t count;
};

static const struct {
    const char *ending, *type;
} content_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
};

static const char *content_type_of(const char *path)
{
    for (size_t i = 0; i < sizeof content_types / sizeof *content_types; i++)
        if (str_ends_with(str_from_c(path), str_from_c(content_types[i].ending)))
            return content_types[i].type;
    emit_fail("%s: no content type is known for this ending; add it to tools/embed/web.c", path);
}

// The best compression there is: it is paid once, here.
static struct str compress_gzip(struct str plain)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        emit_fail("zlib cannot start");
    const size_t bound = deflateBound(&stream, plain.len);
    char *bytes = emit_array(bound, 1);
    stream.next_in = (const Bytef *)plain.ptr;
    stream.avail_in = (uInt)plain.len;
    stream.next_out = (Bytef *)bytes;
    stream.avail_out = (uInt)bound;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) emit_fail("zlib cannot compress");
    const struct str packed = {.ptr = bytes, .len = stream.total_out};
    (void)deflateEnd(&stream);
    return packed.len < plain.len ? packed : (struct str){0};
}

static struct str compress_brotli(struct str plain)
{
    size_t len = BrotliEncoderMaxCompressedSize(plain.len);
    uint8_t *bytes = emit_array(len, 1);
    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_GENERIC, plain.len,
                               (const uint8_t *)plain.ptr, &len, bytes))
        emit_fail("brotli cannot compress");
    return len < plain.len ? (struct str){.ptr = (const char *)bytes, .len = len} : (struct str){0};
}

// A page is found without its ending: docs.html as /docs. The application's own stands for all of its
// addresses.
static const char *address_of(const char *path)
{
    const struct str text = str_from_c(path), ending = STR(".html");
    if (!str_ends_with(text, ending) || str_eq(text, STR("/index.html"))) return path;
    return emit_format("%.*s", (int)(text.len - ending.len), path);
}

static void asset_add(struct assets *assets, const char *path, const char *file)
{
    if (assets->count == ASSETS_MAX) emit_fail("more than %d files to embed", ASSETS_MAX);
    const struct str identity = emit_file_read(file);
    assets->items[assets->count++] = (struct asset){.path = address_of(path),
                                                    .type = content_type_of(path),
                                                    .identity = identity,
                                                    .gzip = compress_gzip(identity),
                                                    .brotli = compress_brotli(identity)};
}

// Every file under `folder`, whose URLs begin with `prefix`.
static void assets_add_folder(struct assets *assets, const char *prefix, const char *folder)
{
    const struct emit_folder listing = emit_folder_read(folder);
    for (size_t i = 0; i < listing.count; i++) {
        const char *path = emit_format("%s/%s", prefix, listing.names[i]);
        const char *file = emit_format("%s/%s", folder, listing.names[i]);
        struct stat info;
        if (lstat(file, &info) != 0) emit_fail("cannot look at %s", file);
        if (S_ISDIR(info.st_mode))
            assets_add_folder(assets, path, file);
        else if (S_ISREG(info.st_mode))
            asset_add(assets, path, file);
        else
            emit_fail("%s is neither a file nor a folder", file);
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct asset *)a)->path, ((const struct asset *)b)->path);
}

// Vite puts what it names by a hash of the contents under assets/.
static bool is_immutable(const char *path)
{
    return str_starts_with(str_from_c(path), STR("/assets/"));
}

static void emit_text_field(struct buf *out, const char *field, const char *text)
{
    buf_append_format(out, "        .%s = {.ptr = ", field);
    emit_literal(out, str_from_c(text));
    buf_append_format(out, ", .len = %zu},\n", strlen(text));
}

static void emit_bytes_field(struct buf *out, struct buf *bytes, const char *field, struct str value)
{
    if (value.len == 0) return;
    buf_append_format(out, "        .%s = {.ptr = static_asset_bytes + %zu, .len = %zu},\n", field,
                      bytes->len, value.len);
    buf_append_str(bytes, value);
}

static const char *etag_of(struct str contents)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)contents.ptr, contents.len, digest);
    struct buf text = {.max_bytes = EMIT_FILE_BYTES_MAX};
    buf_append_char(&text, '"');
    for (size_t i = 0; i < sizeof digest; i++)
        buf_append_format(&text, "%02x", digest[i]);
    buf_append(&text, "\"", 2);
    return text.data;
}

static void emit_asset(struct buf *out, struct buf *bytes, const struct asset *asset)
{
    buf_append_str(out, STR("    {\n"));
    emit_text_field(out, "path", asset->path);
    emit_text_field(out, "content_type", asset->type);
    emit_text_field(out, "etag", etag_of(asset->identity));
    emit_bytes_field(out, bytes, "identity", asset->identity);
    emit_bytes_field(out, bytes, "gzip", asset->gzip);
    emit_bytes_field(out, bytes, "brotli", asset->brotli);
    buf_append_format(out, "        .is_immutable = %s,\n    },\n",
                      is_immutable(asset->path) ? "true" : "false");
}

// The bytes come in through the assembler: a compiler needs seconds for an array of a megabyte.
static const char table_begin[] = "#include \"http/static_assets.h\"\n"
                                  "\n"
                                  "__asm__(\".pushsection .rodata\\n\"\n"
                                  "        \".hidden static_asset_bytes\\n\"\n"
                                  "        \".global static_asset_bytes\\n\"\n"
                                  "        \"static_asset_bytes:\\n\"\n"
                                  "        \".incbin \\\"%s\\\"\\n\"\n"
                                  "        \".byte 0\\n\"\n"
                                  "        \".popsection\\n\");\n"
                                  "extern const char static_asset_bytes[];\n"
                                  "\n"
                                  "const struct static_asset static_asset_table[] = {\n";
static const char table_end[] = "    {.is_immutable = false}, // there is always one row\n"
                                "};\n"
                                "const size_t static_asset_count = %zu;\n";

static void emit_table(struct buf *out, struct buf *bytes, const struct assets *assets,
                       const char *bytes_path)
{
    buf_append_format(out, table_begin, bytes_path);
    for (size_t i = 0; i < assets->count; i++)
        emit_asset(out, bytes, &assets->items[i]);
    buf_append_format(out, table_end, assets->count);
}

int main(int argc, char **argv)
{
    if (argc != 6) emit_fail("usage: embed-web WEB_FOLDER OPENAPI_JSON OUT_SOURCE OUT_BYTES OUT_DEPFILE");
    static struct assets assets;
    const char *dist = emit_format("%s/dist", argv[1]);
    assets_add_folder(&assets, "", dist);
    // without a build there is nothing to watch but the folder where one would appear
    if (assets.count == 0) emit_inputs_add(argv[1]);
    asset_add(&assets, "/openapi.json", argv[2]);
    qsort(assets.items, assets.count, sizeof *assets.items, by_path);
    struct buf source = {.max_bytes = EMIT_FILE_BYTES_MAX}, bytes = {.max_bytes = EMIT_FILE_BYTES_MAX};
    emit_table(&source, &bytes, &assets, argv[4]);
    emit_file_write(argv[3], &source);
    emit_file_write(argv[4], &bytes);
    emit_inputs_write(argv[5], argv[3]);
    return 0;
}
