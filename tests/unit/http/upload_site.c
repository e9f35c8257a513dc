#include "upload_site.h"

#include "unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct site upload_site;
char upload_folder[512];

static char bytes[1024 * 1024]; // what is sent, again and again

static void answer(void *context, const struct http_request *request, struct http_response *response)
{
    struct stat file;
    char renamed[640];
    (void)context;
    assert_int_equal(request->body.len, 0);
    if (!request->body_path) {
        assert_int_equal(request->body_bytes, 0);
        buf_append_str(&response->body, STR("none"));
        return;
    }
    assert_int_equal(stat(request->body_path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(file.st_size, request->body_bytes);
    buf_append_format(&response->body, "%lld %08lx", (long long)file.st_size,
                      folder_file_crc(request->body_path));
    if (http_request_query(request, STR("keep")).len) http_request_keep_file(request);
    (void)snprintf(renamed, sizeof renamed, "%s/renamed", upload_folder);
    if (http_request_query(request, STR("rename")).len)
        assert_int_equal(rename(request->body_path, renamed), 0);
}

static void fill_bytes(void)
{
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (char)(state >> 24);
    }
}

void upload_site_start(struct http_server_options options)
{
    folder_make(upload_folder, sizeof upload_folder);
    options.upload_dir = str_from_c(upload_folder);
    options.event_threads = 1;
    options.worker_threads = 2;
    site_start(&upload_site, options);
    upload_site.own = answer;
    fill_bytes();
}

void upload_site_stop(void)
{
    site_open_gate(&upload_site);
    site_stop(&upload_site);
    assert_int_equal(folder_count(upload_folder), 0);
    assert_int_equal(rmdir(upload_folder), 0);
    assert_int_equal(folder_event_thread_calls(), 0);
}

void upload_begin(struct client *client, const char *query, size_t len)
{
    char head[256];
    (void)snprintf(head, sizeof head, "POST /upload%s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", query,
                   len);
    client_send_c(client, head);
}

unsigned long upload_send(struct client *client, size_t from, size_t len, unsigned long crc)
{
    while (len) {
        const size_t at = from % sizeof bytes;
        const size_t part = len < sizeof bytes - at ? len : sizeof bytes - at;
        client_send(client, (struct str){bytes + at, part});
        crc = crc32(crc, (const Bytef *)bytes + at, (uInt)part);
        from += part;
        len -= part;
    }
    return crc;
}

void upload_assert_stored(struct client *client, size_t len, unsigned long crc)
{
    char expected[64];
    const struct reply reply = client_read(client, false);
    (void)snprintf(expected, sizeof expected, "%zu %08lx", len, crc);
    assert_int_equal(reply.status, 200);
    assert_str_equal(reply.body, str_from_c(expected));
}

void upload_assert_refused(struct client *client, int status)
{
    const struct reply reply = client_read(client, false);
    assert_int_equal(reply.status, status);
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("application/problem+json"));
}

void upload_all(struct client *client, const char *query, size_t len)
{
    upload_begin(client, query, len);
    upload_assert_stored(client, len, upload_send(client, 0, len, 0));
}
