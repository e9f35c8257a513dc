#include "client.h"

#include "base/clock.h"

#include "unit/unit.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

bool client_try_connect(struct client *client, uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    *client = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                              .in = {.max_bytes = SIZE_MAX / 2}};
    assert_true(client->fd >= 0);
    return connect(client->fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0;
}

struct client client_connect(uint16_t port)
{
    struct client client;
    assert_true(client_try_connect(&client, port));
    return client;
}

bool client_can_connect(uint16_t port)
{
    struct client client;
    const bool can = client_try_connect(&client, port);
    client_close(&client);
    return can;
}

void client_close(struct client *client)
{
    close(client->fd);
    buf_done(&client->in);
}

void client_send(struct client *client, struct str bytes)
{
    while (bytes.len) {
        const ssize_t sent = send(client->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes = str_slice(bytes, (size_t)sent, bytes.len);
    }
}

void client_send_c(struct client *client, const char *text)
{
    client_send(client, str_from_c(text));
}

bool client_hears_something(struct client *client, int timeout_ms)
{
    struct pollfd waiting = {.fd = client->fd, .events = POLLIN};
    return poll(&waiting, 1, timeout_ms) > 0;
}

// False at the end of the stream.
static bool receive(struct client *client)
{
    if (!client_hears_something(client, CLIENT_PATIENCE_MS))
        fail_msg("the server sends nothing and stays open");
    assert_true(buf_reserve(&client->in, 64 * 1024));
    const ssize_t got = recv(client->fd, client->in.data + client->in.len, 64 * 1024, 0);
    if (got > 0) client->in.len += (size_t)got;
    return got > 0;
}

static struct str unread(const struct client *client)
{
    return str_slice(buf_str(&client->in), client->read_from, client->in.len);
}

static size_t find_head_end(struct str text)
{
    const char *end = text.len ? memmem(text.ptr, text.len, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - text.ptr) + 4 : 0;
}

struct str reply_field(const struct reply *reply, struct str name)
{
    struct str lines = reply->head;
    struct str line;
    while (str_split(&lines, '\n', &line)) {
        const size_t colon = str_find(line, ':');
        if (str_eq_ignore_case(str_slice(line, 0, colon), name))
            return str_trim(str_slice(line, colon + 1, line.len));
    }
    return STR("");
}

struct reply client_read(struct client *client, bool has_no_body)
{
    size_t head_len;
    while ((head_len = find_head_end(unread(client))) == 0)
        if (!receive(client)) fail_msg("the server closed without an answer");
    struct reply reply = {.head = str_slice(unread(client), 0, head_len)};
    int64_t length = 0;
    if (!has_no_body) (void)str_to_int64(reply_field(&reply, STR("Content-Length")), &length);
    while (unread(client).len < head_len + (size_t)length)
        if (!receive(client)) fail_msg("the server closed in the middle of an answer");
    reply.head = str_slice(unread(client), 0, head_len);
    reply.body = str_slice(unread(client), head_len, (size_t)length);
    assert_true(str_starts_with(reply.head, STR("HTTP/1.1 ")));
    reply.status = (int)strtol(reply.head.ptr + sizeof "HTTP/1.1", NULL, 10);
    client->read_from += head_len + (size_t)length;
    return reply;
}

struct str client_read_chunk(struct client *client)
{
    size_t line_len;
    while ((line_len = str_find(unread(client), '\n')) == unread(client).len)
        if (!receive(client)) fail_msg("the server closed before the last chunk");
    const size_t len = (size_t)strtoul(unread(client).ptr, NULL, 16);
    while (unread(client).len < line_len + 1 + len + 2)
        if (!receive(client)) fail_msg("the server closed in the middle of a chunk");
    const struct str chunk = str_slice(unread(client), line_len + 1, len);
    assert_str_equal(str_slice(unread(client), line_len + 1 + len, 2), STR("\r\n"));
    client->read_from += line_len + 1 + len + 2;
    return chunk;
}

struct reply client_ask(struct client *client, const char *request)
{
    client_send_c(client, request);
    return client_read(client, strncmp(request, "HEAD ", 5) == 0);
}

bool client_is_let_in(uint16_t port)
{
    struct client client;
    bool is_answered = client_try_connect(&client, port);
    client_send_c(&client, "no request\r\n\r\n");
    is_answered = is_answered && receive(&client);
    client_close(&client);
    return is_answered;
}

bool client_wait_closed(struct client *client)
{
    const int64_t end_us = clock_monotonic_us() + CLIENT_PATIENCE_MS * 1000;
    while (clock_monotonic_us() < end_us)
        if (!receive(client)) return true;
    return false;
}
