#include "api/guard.h"
#include "api/problem.h"
#include "api/routes.h"
#include "app/audit.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rand.h"
#include "cli/cli.h"
#include "cli/instance.h"
#include "cli/state.h"
#include "json/writer.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALLOWED_HOSTS_MAX = 32 };

// All that the server holds while it runs, in the order in which it is opened.
struct serving {
    struct config config;
    struct instance instance;
    struct api api;
    struct str allowed_hosts[ALLOWED_HOSTS_MAX + 1]; // and that of PUBLIC_URL
    size_t allowed_host_count;
    struct http_server *server;
};

static bool is_none(const struct config *config)
{
    return str_eq(config->auth_mode, STR("none"));
}

static bool is_public_https(const struct config *config)
{
    return str_starts_with(config->public_url, STR("https://"));
}

static enum status check_exposure(const struct config *config, struct error *error)
{
    if (instance_is_loopback(config->host)) return STATUS_OK;
    if (is_none(config) && !config->allow_insecure_bind)
        return error_set(
            error, STATUS_INVALID, NULL,
            "with AUTH_MODE=none the server asks nobody for a password, so it listens on loopback only and not "
            "on %.*s; set ALLOW_INSECURE_BIND=1 if everybody who can reach that address may do everything",
            STR_ARG(config->host));
    if (is_none(config) && instance_takes_orders(config))
        return error_set(
            error, STATUS_INVALID, NULL,
            "with AUTH_MODE=none everybody who reaches %.*s could trade: TRADING_MODE=paper goes with "
            "AUTH_MODE=password, or with a HOST that only this machine reaches",
            STR_ARG(config->host));
    if (!is_none(config) && !is_public_https(config) && !config->allow_insecure_http)
        return error_set(
            error, STATUS_INVALID, NULL,
            "on %.*s passwords would be read by whoever sees the network: put a proxy with https in front and set "
            "PUBLIC_URL=https://…, or set ALLOW_INSECURE_HTTP=1",
            STR_ARG(config->host));
    return STATUS_OK;
}

// "https://lab.example.org:8443/" is the origin without what follows the host, and the host without its port.
static struct str origin_of(struct str url)
{
    const size_t scheme = str_starts_with(url, STR("https://")) ? 8 : 7;
    return str_slice(url, 0, scheme + str_find(str_slice(url, scheme, url.len), '/'));
}

static struct str host_of(struct str url)
{
    const struct str origin = origin_of(url);
    const struct str host = str_slice(origin, str_starts_with(url, STR("https://")) ? 8 : 7, origin.len);
    return str_slice(host, 0, host.len && host.ptr[0] == '[' ? str_find(host, ']') + 1 : str_find(host, ':'));
}

static enum status split_allowed_hosts(struct serving *serving, struct error *error)
{
    struct str rest = serving->config.allowed_hosts, host;
    while (str_split(&rest, ',', &host)) {
        if (serving->allowed_host_count == ALLOWED_HOSTS_MAX)
            return error_add_field(error, "ALLOWED_HOSTS", "has more than %d names", ALLOWED_HOSTS_MAX);
        serving->allowed_hosts[serving->allowed_host_count++] = str_trim(host);
    }
    if (serving->config.public_url.len)
        serving->allowed_hosts[serving->allowed_host_count++] = host_of(serving->config.public_url);
    return STATUS_OK;
}

// Half of the threads that answer requests may wait for backtests at the same time.
static size_t waiting_requests(const struct config *config)
{
    return (http_server_workers((size_t)config->worker_threads) + 1) / 2;
}

// Whoever reads the environment of the process later does not find it.
static void forget_password(struct serving *serving)
{
    char *given = getenv("DEFAULT_USER_PASSWORD");
    if (given) explicit_bzero(given, strlen(given));
    (void)unsetenv("DEFAULT_USER_PASSWORD");
    serving->config.default_user_password = STR("");
}

static enum status open_instance(struct serving *serving, struct arena *arena, struct error *error)
{
    const struct config *config = &serving->config;
    rand_bytes(&serving->api.boot_id, sizeof serving->api.boot_id);
    const struct instance_options options = {
        .config = config,
        .process_tag = serving->api.boot_id,
        .has_feed = true,
        .waiting_requests = waiting_requests(config),
        .job_workers = instance_job_workers(config),
        .password_threads = waiting_requests(config),
    };
    TRY(instance_open(&options, arena, &serving->instance, error));
    forget_password(serving);
    serving->api.access = (struct access_settings){
        .is_https = is_public_https(config),
        .public_origin = origin_of(config->public_url),
        .trusted_proxies = config->trusted_proxies,
        .cors_origins = config->cors_origins,
        .is_market_public = config->public_market_data,
        .is_strict = config->csrf_strict,
        .only_operators_create = str_eq(config->workspace_create, STR("operator")),
    };
    serving->api.app = &serving->instance.app;
    serving->api.feed = serving->instance.feed;
    return STATUS_OK;
}

static enum status start_http(struct serving *serving, struct error *error)
{
    const struct config *config = &serving->config;
    const struct http_server_options options = {
        .host = config->host,
        .port = (uint16_t)config->port,
        .event_threads = (size_t)config->event_threads,
        .worker_threads = (size_t)config->worker_threads,
        .max_connections_per_address =
            config->connections_per_address ? (size_t)config->connections_per_address : SIZE_MAX,
        .allowed_hosts = serving->allowed_hosts,
        .allowed_host_count = serving->allowed_host_count,
        .trust_any_port = config->public_url.len > 0,
        .is_public_https = is_public_https(config),
        .handler = guard_handle,
        .quick = guard_quick,
        .body_plan = guard_body_plan,
        .body_gate = guard_body_gate,
        .upload_dir = serving->instance.app.jobs.upload_dir,
        .problem = problem_write_early,
        .context = &serving->api,
    };
    serving->api.version = STR(TLAB_VERSION);
    TRY(routes_check(error));
    return http_server_start(&options, &serving->server, error);
}

static void put_given(struct json_writer *w, const char *name, struct str value)
{
    if (value.len) json_put_str(w, name, value);
}

// What matters of how the server was started; no secret, and nothing that may hold one.
static struct str describe_start(const struct serving *serving, struct arena *arena)
{
    const struct config *config = &serving->config;
    BUF_SCOPE(buf, 32 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_c(&w, "version", TLAB_VERSION);
    json_put_str(&w, "auth_mode", config->auth_mode);
    json_put_str(&w, "host", config->host);
    json_put_int(&w, "port", http_server_port(serving->server));
    json_put_c(&w, "state", db_engine_of(serving->instance.app.db) == DB_SQLITE ? "sqlite" : "postgresql");
    put_given(&w, "public_origin", serving->api.access.public_origin);
    put_given(&w, "allowed_hosts", config->allowed_hosts);
    put_given(&w, "trusted_proxies", config->trusted_proxies);
    put_given(&w, "login_networks", config->login_networks);
    put_given(&w, "cors_origins", config->cors_origins);
    json_put_bool(&w, "allow_insecure_bind", config->allow_insecure_bind);
    json_put_bool(&w, "allow_insecure_http", config->allow_insecure_http);
    json_put_bool(&w, "public_market_data", config->public_market_data);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

static enum status record_start(const struct serving *serving, struct arena *arena, struct error *error)
{
    const struct actor actor = {.user_id = STR(""), .now_us = clock_wall_us(), .via = STR("host")};
    const struct audit_event event = {.log = STR(""),
                                      .action = "server.start",
                                      .object_type = "server",
                                      .object_id = serving->instance.app.jobs.process,
                                      .detail_json = describe_start(serving, arena)};
    return audit_record(&serving->instance.app, &actor, &event, error);
}

static enum status start(struct serving *serving, struct arena *arena, struct error *error)
{
    TRY(check_exposure(&serving->config, error));
    TRY(split_allowed_hosts(serving, error));
    log_set_level(config_log_level(&serving->config));
    TRY(open_instance(serving, arena, error));
    TRY(start_http(serving, error));
    return record_start(serving, arena, error);
}

static void announce(const struct serving *serving)
{
    const struct str host = serving->config.host;
    const bool needs_brackets = str_find(host, ':') < host.len && host.ptr[0] != '[';
    fprintf(stderr, "listening on http://%s%.*s%s:%u\n", needs_brackets ? "[" : "", STR_ARG(host),
            needs_brackets ? "]" : "", http_server_port(serving->server));
}

// Requests and jobs share the grace.
static void stop(struct serving *serving)
{
    const int64_t deadline_us = clock_monotonic_us() + serving->config.shutdown_grace_s * 1000000;
    instance_close_queue(&serving->instance);
    if (serving->server) http_server_stop(&serving->server, (int)serving->config.shutdown_grace_s * 1000);
    const int64_t left_us = deadline_us - clock_monotonic_us();
    instance_close(&serving->instance, left_us > 0 ? (int)(left_us / 1000) : 0);
}

static void print_help(FILE *out)
{
    BUF_SCOPE(settings, 64 * KIB);
    config_help(&settings);
    fputs("usage: tlab serve [--host ADDRESS] [--port PORT]\n\n"
          "Runs the server until SIGTERM or Ctrl-C: the API under /api/v1 and the web application at /.\n"
          "When it is ready it prints `listening on http://ADDRESS:PORT` to standard error.\n\n"
          "  --host ADDRESS   instead of HOST\n"
          "  --port PORT      instead of PORT; 0 lets the system choose\n\n"
          "Settings come from the environment (name, default, meaning):\n",
          out);
    fprintf(out, "%.*s", STR_ARG(buf_str(&settings)));
}

// Options win over the environment: they are put into it before it is read.
static int read_options(int argc, char **argv)
{
    static const struct option options[] = {{"host", required_argument, NULL, 'H'},
                                            {"port", required_argument, NULL, 'p'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'H' || option == 'p') {
            (void)setenv(option == 'H' ? "HOST" : "PORT", optarg, 1);
        } else {
            print_help(option == 'h' ? stdout : stderr);
            return option == 'h' ? CLI_OK : CLI_USAGE;
        }
    }
    if (optind == argc) return -1;
    fprintf(stderr, "tlab serve: \"%s\" is not an option\n", argv[optind]);
    return CLI_USAGE;
}

int serve_command(int argc, char **argv)
{
    const int early = read_options(argc, argv);
    if (early >= 0) return early;
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct serving serving = {.instance = {.signals = -1}};
    enum status status = config_load((config_source *)getenv, &arena, &serving.config, &error);
    if (status == STATUS_OK) status = start(&serving, &arena, &error);
    if (status == STATUS_OK) {
        announce(&serving);
        instance_wait(&serving.instance);
    } else {
        state_print_error("serve", &error);
    }
    stop(&serving);
    return status == STATUS_OK ? CLI_OK : CLI_FAILED;
}
