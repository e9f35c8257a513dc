#include "site.h"

#include "base/log.h"

#include "unit/unit.h"

static void put_json(struct http_response *response)
{
    http_response_header(response, STR("Content-Type"), STR("application/json"));
}

static void answer_echo(struct site *site, const struct http_request *request, struct http_response *response)
{
    (void)site;
    put_json(response);
    buf_append_format(&response->body,
                      "{\"method\":\"%s\",\"path\":\"%.*s\",\"peer\":\"%.*s\",\"body\":\"%.*s\"}",
                      http_method_name(request->method), STR_ARG(request->path), STR_ARG(request->peer),
                      STR_ARG(request->body));
}

static void answer_query(struct site *site, const struct http_request *request,
                         struct http_response *response)
{
    (void)site;
    for (size_t i = 0; i < request->query_count; i++)
        buf_append_format(&response->body, "%.*s=%.*s;", STR_ARG(request->query[i].name),
                          STR_ARG(request->query[i].value));
}

static void answer_header(struct site *site, const struct http_request *request,
                          struct http_response *response)
{
    (void)site;
    buf_append_format(&response->body, "<%.*s>", STR_ARG(http_request_header(request, STR("x-test"))));
}

static void answer_big(struct site *site, const struct http_request *request, struct http_response *response)
{
    (void)site, (void)request;
    put_json(response);
    http_response_header(response, STR("ETag"), STR("\"big-1\""));
    for (int i = 0; i < SITE_BIG_LINES; i++)
        buf_append_str(&response->body, STR(SITE_BIG_LINE));
}

static void answer_huge(struct site *site, const struct http_request *request, struct http_response *response)
{
    (void)site, (void)request;
    http_response_header(response, STR("Content-Type"), STR("application/octet-stream"));
    if (!buf_reserve(&response->body, SITE_HUGE_BYTES)) return;
    memset(response->body.data, 'h', SITE_HUGE_BYTES);
    response->body.len = SITE_HUGE_BYTES;
}

static void answer_page(struct site *site, const struct http_request *request, struct http_response *response)
{
    (void)site, (void)request;
    http_response_header(response, STR("Content-Type"), STR("text/html; charset=utf-8"));
    http_response_header(response, STR("Cache-Control"), STR("no-cache"));
    buf_append_str(&response->body, STR("<!doctype html>"));
}

static void answer_empty(struct site *site, const struct http_request *request,
                         struct http_response *response)
{
    (void)site, (void)request;
    response->status = 204;
}

static void answer_overflow(struct site *site, const struct http_request *request,
                            struct http_response *response)
{
    (void)site, (void)request;
    assert_false(buf_reserve(&response->body, response->body.max_bytes + 1));
}

static void answer_many(struct site *site, const struct http_request *request, struct http_response *response)
{
    (void)site, (void)request;
    for (int i = 0; i <= HTTP_RESPONSE_HEADERS_MAX; i++)
        http_response_header(response, STR("X-Many"), STR("1"));
}

static void answer_split(struct site *site, const struct http_request *request,
                         struct http_response *response)
{
    (void)site, (void)request;
    http_response_header(response, STR("X-Split"), STR("a\r\nX-Forged: b"));
}

void site_wait(struct site *site)
{
    pthread_mutex_lock(&site->mutex);
    site->waiting_count++;
    pthread_cond_broadcast(&site->changed);
    while (!site->is_gate_open)
        pthread_cond_wait(&site->changed, &site->mutex);
    site->waiting_count--;
    pthread_mutex_unlock(&site->mutex);
}

static void answer_wait(struct site *site, const struct http_request *request, struct http_response *response)
{
    site_wait(site);
    answer_echo(site, request, response);
}

static void answer_own(struct site *site, const struct http_request *request, struct http_response *response)
{
    site->own(site->own_context, request, response);
}

static void write_problem(void *context, int status, struct str request_id, struct str detail,
                          struct buf *out_body)
{
    (void)context;
    buf_append_format(out_body, "{\"status\":%d,\"instance\":\"%.*s\",\"detail\":\"%.*s\"}", status,
                      STR_ARG(request_id), STR_ARG(detail));
}

static const struct {
    const char *path;
    void (*answer)(struct site *, const struct http_request *, struct http_response *);
} pages[] = {
    {"/echo", answer_echo},   {"/query", answer_query},       {"/header", answer_header},
    {"/big", answer_big},     {"/huge", answer_huge},         {"/page", answer_page},
    {"/empty", answer_empty}, {"/overflow", answer_overflow}, {"/many", answer_many},
    {"/split", answer_split}, {"/wait", answer_wait},         {"/quick", answer_echo},
    {"/stream", answer_own},  {"/upload", answer_own},
};

static void handle(void *context, const struct http_request *request, struct http_response *response)
{
    struct site *site = context;
    atomic_fetch_add(&site->handled_count, 1);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (!str_eq(request->path, str_from_c(pages[i].path))) continue;
        pages[i].answer(site, request, response);
        return;
    }
    response->status = 404;
    write_problem(NULL, 404, request->id, STR("There is nothing here."), &response->body);
}

static bool handle_quickly(void *context, const struct http_request *request, struct http_response *response)
{
    if (!str_eq(request->path, STR("/quick"))) return false;
    handle(context, request, response);
    return true;
}

static struct http_body_plan plan_body(void *context, enum http_method method, struct str path)
{
    (void)context;
    const bool takes_body = method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
    if (takes_body && str_eq(path, STR("/upload")))
        return (struct http_body_plan){.max_bytes = SITE_UPLOAD_LIMIT, .to_file = true};
    return (struct http_body_plan){.max_bytes =
                                       takes_body && str_eq(path, STR("/echo")) ? SITE_BODY_LIMIT : 0};
}

void site_start(struct site *site, struct http_server_options options)
{
    const struct str hosts[] = {STR("127.0.0.1"), STR("lab.example"), STR("::1")};
    struct error error = {0};
    *site = (struct site){.server = NULL};
    pthread_mutex_init(&site->mutex, NULL);
    pthread_cond_init(&site->changed, NULL);
    log_set_level(LOG_ERROR);
    options.host = STR("127.0.0.1");
    options.allowed_hosts = hosts;
    options.allowed_host_count = sizeof hosts / sizeof hosts[0];
    options.trust_any_port = true;
    options.handler = handle;
    options.quick = handle_quickly;
    options.body_plan = plan_body;
    options.problem = write_problem;
    options.context = site;
    assert_int_equal(http_server_start(&options, &site->server, &error), STATUS_OK);
    site->port = http_server_port(site->server);
}

void site_stop(struct site *site)
{
    if (site->server) http_server_stop(&site->server, 1000);
    pthread_cond_destroy(&site->changed);
    pthread_mutex_destroy(&site->mutex);
}

void site_await_waiting(struct site *site, size_t count)
{
    pthread_mutex_lock(&site->mutex);
    while (site->waiting_count < count)
        pthread_cond_wait(&site->changed, &site->mutex);
    pthread_mutex_unlock(&site->mutex);
}

void site_open_gate(struct site *site)
{
    pthread_mutex_lock(&site->mutex);
    site->is_gate_open = true;
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->mutex);
}
