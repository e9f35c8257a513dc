#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t len;
};

static struct str numeric_host(struct str host)
{
    if (str_eq(host, STR("localhost"))) return STR("127.0.0.1");
    const bool is_bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    return is_bracketed ? str_slice(host, 1, host.len - 2) : host;
}

static bool parse_address(struct str host, uint16_t port, struct address *out_address)
{
    char text[INET6_ADDRSTRLEN];
    if (!str_to_c(numeric_host(host), text, sizeof text)) return false;
    struct address v4 = {.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}, .len = sizeof v4.v4};
    struct address v6 = {.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}, .len = sizeof v6.v6};
    if (inet_pton(AF_INET, text, &v4.v4.sin_addr) == 1) {
        *out_address = v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.v6.sin6_addr) != 1) return false;
    *out_address = v6;
    return true;
}

static enum status explain_bind(int reason, struct str host, uint16_t port, struct error *error)
{
    const char *why = strerrordesc_np(reason);
    switch (reason) {
    case EADDRINUSE:
        return error_set(error, STATUS_CONFLICT, "address_in_use", "%.*s port %u is in use already",
                         STR_ARG(host), port);
    case EADDRNOTAVAIL:
        return error_set(error, STATUS_INVALID, NULL, "%.*s is not an address of this machine",
                         STR_ARG(host));
    case EACCES:
        return error_set(error, STATUS_FORBIDDEN, NULL, "no permission to listen on %.*s port %u",
                         STR_ARG(host), port);
    default:
        return error_set(error, STATUS_INTERNAL, NULL, "cannot listen on %.*s port %u: %s", STR_ARG(host),
                         port, why ? why : "unknown error");
    }
}

static uint16_t bound_port(int fd)
{
    struct address bound = {.len = sizeof bound};
    if (getsockname(fd, &bound.any, &bound.len) != 0) return 0;
    return ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
}

enum status http_listen(struct str host, uint16_t port, int *out_fd, uint16_t *out_port, struct error *error)
{
    struct address address;
    if (!parse_address(host, port, &address))
        return error_set(error, STATUS_INVALID, NULL, "%.*s is not a numeric address", STR_ARG(host));
    const int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return explain_bind(errno, host, port, error);
    const int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); // restart while old connections linger
    if (bind(fd, &address.any, address.len) != 0 || listen(fd, SOMAXCONN) != 0) {
        const int reason = errno;
        close(fd);
        return explain_bind(reason, host, port, error);
    }
    *out_fd = fd;
    *out_port = bound_port(fd);
    return STATUS_OK;
}
