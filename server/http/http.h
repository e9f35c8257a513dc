// The wire, as the rest of the server sees it: a request that has passed the guard, and the response to fill.
// libmicrohttpd stays behind server.c.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};

const char *http_method_name(enum http_method method);

struct http_pair {
    struct str name;
    struct str value;
};

// Borrowed from the connection until the response is sent.
struct http_request {
    enum http_method method;
    struct str path;               // percent-decoded once, valid UTF-8, no NUL; starts with "/"
    const struct http_pair *query; // decoded, in order; "+" is a space
    size_t query_count;
    const struct http_pair *headers; // names as sent; look up without regard to case
    size_t header_count;
    struct str body; // whole; "" when there is none, or when it went to a file
    uint64_t body_bytes;
    const char *body_path;     // the file it went to, closed, mode 0600; NULL when there is no body
    struct exchange *exchange; // the server's side of it
    struct str peer;           // numeric address of the socket
    struct str id;             // request id, also in the X-Request-Id answer header and the log
    struct arena *arena;       // lives until the response is sent, bounded by LIMIT_REQUEST_ARENA_BYTES
    int64_t now_us;            // wall clock at arrival
};

// "" when absent. Headers ignore case, query parameters do not. *_count says how often it came.
struct str http_request_header(const struct http_request *request, struct str name);
struct str http_request_query(const struct http_request *request, struct str name);
size_t http_request_query_count(const struct http_request *request, struct str name);

// Whether the Accept header prefers `type` ("text/csv") at all (q > 0 and named, not by */*).
bool http_request_accepts(const struct http_request *request, struct str type);

// The file at body_path is the caller's from here on. Otherwise it is removed when the handler returns; a
// handler may also rename it away.
void http_request_keep_file(const struct http_request *request);

enum { HTTP_RESPONSE_HEADERS_MAX = 16 };

// One open stream: an answer whose body goes on for as long as its source has something to say. Owned by the
// server.
struct http_stream;

#define HTTP_STREAM_END SIZE_MAX

// Where the body of such an answer comes from. Whoever puts one into a response hands it over: `closed` is
// called exactly once, whatever became of the answer. No lock of the server's is held during these calls, and
// those of one stream do not overlap; those of different streams do.
struct http_stream_source {
    // Copies up to `max` bytes that are ready to `out`. 0: nothing now, the connection sleeps until
    // http_stream_wake; HTTP_STREAM_END: the body is whole. On an event thread: must not block.
    size_t (*read)(void *source, char *out, size_t max);
    // Before the first read: the handle to wake it by. On an event thread. Not called for an answer that has
    // no body after all: to HEAD, 304, 503 when the server has LIMIT_STREAMS open or stops, a peer that has
    // gone.
    void (*opened)(void *source, struct http_stream *stream);
    // The last call; the handle is dead when it returns. On an event thread, or on the worker of a handler
    // whose stream was not opened.
    void (*closed)(void *source);
    void *source; // not in the request's arena, which ends before the stream does
};

// Both from any thread, any number of times, from the call of `opened` to the return of `closed`: whoever
// wakes from other threads keeps the handle under a lock, wakes with the lock held, and takes it in `closed`.

// There may be something to read. Not lost, whenever it comes; cheap when the stream is awake already.
void http_stream_wake(struct http_stream *stream);

// Ends it now and throws away what is unsent: for readers that are too slow.
void http_stream_abort(struct http_stream *stream);

struct http_response {
    int status; // 200 unless set
    struct http_pair headers[HTTP_RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct buf body;            // bounded by LIMIT_RESPONSE_BYTES; over it the server answers 500
    struct str static_body;     // instead of body: bytes that outlive the request (embedded files)
    struct str logged_path;     // in the log instead of the request's, which holds a secret; "": that
    bool is_compressed_already; // Content-Encoding was set by the handler
    // read != NULL: instead of a body. Sent in chunks (to an HTTP/1.0 client as it is), never compressed; the
    // connection ends with it, and a peer that closes its side ends it.
    struct http_stream_source stream;
};

// Adds a header; name and value must live as long as the request's arena (or be literals).
void http_response_header(struct http_response *response, struct str name, struct str value);

// Answers that are the same for everybody, by target and `state`: a text that says of what they were made.
// Fills the response with the one that was kept; false when there is none.
bool http_response_again(const struct http_request *request, struct str state,
                         struct http_response *response);

// Keeps this answer, a 200 with a body: Content-Type, ETag and X-Next-Cursor of its headers. Last.
void http_response_keep(const struct http_request *request, struct str state, struct http_response *response);

// Fills the response. Runs on a worker thread, many at once; may block. HEAD arrives as HTTP_HEAD and is
// answered like GET: the server leaves the body out.
typedef void http_handler(void *context, const struct http_request *request, struct http_response *response);

// Asked first, on an event thread, when the whole request is there: true when it has filled the response at
// once (from memory, no lock that is held over I/O, well under a millisecond). False leaves the response as
// it was, and a worker runs the handler. Not asked when the body went to a file. It saves small answers the
// way through two threads; what it answers is not compressed.
typedef bool http_quick_handler(void *context, const struct http_request *request,
                                struct http_response *response);

// How the body of a request is taken.
struct http_body_plan {
    size_t max_bytes; // more is refused with 413; 0: none is taken
    bool to_file;     // in upload_dir; 503 when there are LIMIT_UPLOADS already, 507 when the disk is full
};

// Whether more of a body than LIMIT_UPLOAD_PIECE_BYTES may go to a file; may block. 0, or the status of the
// refusal: 401, 403, 404 (answered as 403), or any other (as 503). What is less the handler refuses.
typedef int http_body_gate(void *context, const struct http_request *request);

// Called on an event thread when the head of a request with a body is complete; must not block.
typedef struct http_body_plan http_body_planner(void *context, enum http_method method, struct str path);

// Writes a problem+json body for a fault found before any handler ran (400, 408, 413, 414, 421, 431, 503 …).
// Must not block. `detail` is a sentence for the user.
typedef void http_problem_writer(void *context, int status, struct str request_id, struct str detail,
                                 struct buf *out_body);

// Every number may be 0 for its default.
struct http_server_options {
    struct str host;       // numeric or "localhost"
    uint16_t port;         // 0: the system chooses
    size_t event_threads;  // 2
    size_t worker_threads; // max(32, 8 x cores)

    // Names and addresses without port that a Host header may carry; others get 421.
    const struct str *allowed_hosts;
    size_t allowed_host_count;
    bool trust_any_port;  // behind a proxy the Host's port is not ours
    bool is_public_https; // users come by https: answers carry Strict-Transport-Security

    http_handler *handler;
    http_quick_handler *quick; // may be NULL
    http_body_planner *body_plan;
    http_body_gate *body_gate; // may be NULL
    http_problem_writer *problem;
    void *context;

    // Where bodies that go to a file go to; "": there are none. The files are called ".upload-…"; those that
    // a crash left behind are removed at a start a day later.
    struct str upload_dir;

    // Defaults in limits.h. Connections are no more than the process may have descriptors; SIZE_MAX per
    // address is no limit, for a server behind a proxy.
    size_t max_connections;
    size_t max_connections_per_address;
    size_t request_queue;
    size_t max_streams;
    int header_deadline_ms;
    int body_deadline_ms;
    int upload_deadline_ms; // instead of it for bodies that go to a file
    int idle_deadline_ms;
    int write_stall_ms;
};

struct http_server;

// Listening when it returns. STATUS_CONFLICT "address_in_use" naming the address; STATUS_INVALID when
// upload_dir cannot be read.
enum status http_server_start(const struct http_server_options *options, struct http_server **out_server,
                              struct error *error);
// How many worker threads a server has that was started with this number; 0 stands for the default.
size_t http_server_workers(size_t wanted);
uint16_t http_server_port(const struct http_server *server);

// Graceful: hangs up on whoever connects, ends all streams at once, lets what is in flight finish up to
// `grace_ms`, then answers what is still queued with 503, waits for the handlers that run, and closes. Frees
// the server and clears the pointer.
void http_server_stop(struct http_server **server, int grace_ms);
