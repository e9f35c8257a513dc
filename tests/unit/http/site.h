// A small site on a real server, for tests that speak to it over a socket.
#pragma once

#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define HOST "Host: 127.0.0.1\r\n"
#define SITE_BIG_LINE "{\"open_time\":1700000000,\"close\":46020.96},"

enum {
    SITE_BIG_LINES = 500,
    SITE_BODY_LIMIT = 256 * 1024,
    SITE_UPLOAD_LIMIT = 24 * 1024 * 1024,
    SITE_HUGE_BYTES = 32 * 1024 * 1024,
};

// What the handler answers:
//   /echo       {"method":"GET","path":"/echo","peer":"…","body":"…"}; POST, PUT and PATCH take
//   SITE_BODY_LIMIT bytes /query      the parameters as "name=value;" in their order /header     the value of
//   the request's X-Test in angle brackets /big        SITE_BIG_LINES lines of JSON, with ETag "big-1" /huge
//   SITE_HUGE_BYTES of application/octet-stream /page       text/html, with its own Cache-Control /empty 204
//   /overflow   a body that outgrew its bound
//   /many       more headers than an answer has room for
//   /split      a header with a line break in it
//   /wait       waits until site_open_gate, then as /echo
//   /quick      as /echo, from the quick handler
//   /stream     what the site's `own` answers
//   /upload     the same; takes SITE_UPLOAD_LIMIT bytes into a file of upload_dir
// Everything else is 404 with a problem body.
struct site {
    struct http_server *server;
    uint16_t port;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_gate_open;
    size_t waiting_count; // requests in /wait
    _Atomic size_t handled_count;
    http_handler *own; // the test's, set after site_start
    void *own_context;
};

// Starts the site with `options` for what is not zero there; host, handlers and hosts are the site's.
void site_start(struct site *site, struct http_server_options options);
void site_stop(struct site *site);

// For handlers: until site_open_gate, as one of those that wait.
void site_wait(struct site *site);

// Until `count` requests are in /wait.
void site_await_waiting(struct site *site, size_t count);
void site_open_gate(struct site *site);
