#include "cli/instance.h"

#include "app/bootstrap.h"
#include "app/category_cache.h"
#include "app/job_wait.h"
#include "app/notice.h"
#include "app/password.h"
#include "app/token_rate.h"
#include "app/universe_cache.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rand.h"
#include "cli/state.h"
#include "cli/upload_place.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POLL_MS = 1000 };

static enum status hold_signals(struct instance *instance, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) == 0) instance->signals = signalfd(-1, &set, SFD_CLOEXEC);
    return instance->signals >= 0 ? STATUS_OK
                                  : error_set(error, STATUS_INTERNAL, NULL, "signals cannot be held");
}

// "host:pid:random"
static struct str process_name(const char *host, struct arena *arena)
{
    uint16_t random;
    rand_bytes(&random, sizeof random);
    return str_format(arena, "%s:%d:%04x", host, (int)getpid(), random);
}

// The folder as every process on this machine calls it; "" when it cannot be made, and uploads are refused.
static struct str upload_dir(const struct config *config, struct arena *arena)
{
    char real[PATH_MAX];
    const struct str wanted = config->upload_dir.len
                                  ? config->upload_dir
                                  : str_format(arena, "%.*s.uploads", STR_ARG(config->market_db_path));
    const char *path = str_copy_c(arena, wanted);
    if (path && (mkdir(path, 0700) == 0 || errno == EEXIST) && realpath(path, real))
        return str_copy(arena, str_from_c(real));
    LOG(LOG_WARN, "no_uploads", LOG_TEXT("folder", wanted), LOG_C("reason", strerrordesc_np(errno)));
    return STR("");
}

// Where `tlab download` keeps archives, too, as long as it runs where the database lies.
static struct str download_dir(const struct config *config, struct arena *arena)
{
    const struct str path = config->market_db_path;
    size_t folder = path.len;
    while (folder > 0 && path.ptr[folder - 1] != '/')
        folder--;
    if (config->download_dir.len) return config->download_dir;
    return str_format(arena, "%.*sdata", STR_ARG(str_prefix(path, folder)));
}

// What is not known by a place takes no uploads: their jobs would wait for ever.
static struct str upload_place(const struct config *config, struct str *folder, struct arena *arena)
{
    struct error error = {0};
    struct str place = STR("");
    const bool is_shared = config->state_database_url.len > 0; // a SQLite file has one process
    if (!is_shared || folder->len == 0) return place;
    if (upload_place_find(*folder, arena, &place, &error) != STATUS_OK) {
        LOG(LOG_WARN, "no_uploads", LOG_TEXT("folder", *folder), LOG_C("reason", error.message));
        *folder = STR("");
    }
    return place;
}

static struct job_settings job_settings(const struct config *config, struct arena *arena)
{
    char host[HOST_NAME_MAX + 1] = "localhost";
    (void)gethostname(host, sizeof host - 1);
    struct str uploads = upload_dir(config, arena);
    const struct str place = upload_place(config, &uploads, arena);
    return (struct job_settings){
        .running_per_workspace = config->jobs_running_per_workspace,
        .queued_per_workspace = config->jobs_queued_per_workspace,
        .backtest_wait_ms = config->backtest_wait_ms,
        .process = process_name(host, arena),
        .place = place,
        .upload_dir = uploads,
        .market_db_path = config->market_db_path,
        .download_dir = download_dir(config, arena),
        .binance_data_url = config->binance_data_url,
    };
}

static struct people_settings people_settings(const struct config *config)
{
    return (struct people_settings){
        .auth_mode = config->auth_mode,
        .allows_sample_password = instance_is_loopback(config->host),
        .requires_password_change = config->require_password_change,
        .requires_totp = config->require_totp,
        .session_idle_us = config->session_idle_minutes * 60 * 1000000,
        .session_us = config->session_hours * 3600 * 1000000,
        .login_networks = config->login_networks,
        .mail = {.url = config->smtp_url, .from = config->smtp_from},
    };
}

bool instance_is_loopback(struct str host)
{
    return str_eq(host, STR("localhost")) || str_eq(host, STR("::1")) || str_eq(host, STR("[::1]")) ||
           str_starts_with(host, STR("127."));
}

bool instance_takes_orders(const struct config *config)
{
    return str_eq(config->trading_mode, STR("paper"));
}

static enum status open_passwords(const struct instance_options *options, struct app *app,
                                  struct error *error)
{
    if (options->password_threads == 0) return STATUS_OK;
    TRY(password_gate_new(options->password_threads, &app->passwords, error));
    if (str_eq(app->people.auth_mode, STR("none"))) return STATUS_OK;
    TRY(token_rate_new(&app->token_rate, error));
    return app_bootstrap_password(app, options->config->default_user_password, clock_wall_us(), error);
}

static void on_notice(void *context, struct str channel, struct str payload)
{
    struct instance *instance = context;
    pthread_mutex_lock(&instance->mutex);
    if (instance->runner) runner_on_notice(instance->runner, channel, payload);
    pthread_mutex_unlock(&instance->mutex);
    if (instance->feed) feed_on_notice(instance->feed, channel, payload);
    if (instance->app.waits && (channel.len == 0 || str_eq(channel, STR(NOTICE_JOB))))
        job_waits_tell(instance->app.waits, payload);
}

// In the market's thread.
static void on_candles(void *context, uint64_t version)
{
    struct instance *instance = context;
    if (instance->feed) feed_on_candles(instance->feed, version);
    pthread_mutex_lock(&instance->mutex);
    if (instance->runner) runner_on_candles(instance->runner);
    pthread_mutex_unlock(&instance->mutex);
}

static enum status open_market(const struct instance_options *options, struct instance *instance,
                               struct error *error)
{
    const struct market_options market = {
        .path = options->config->market_db_path,
        .categories_path = options->config->symbol_categories_path,
        .cache_bytes = (size_t)options->config->market_cache_mb * MIB,
        .on_change = on_candles,
        .context = instance,
    };
    return market_open(&market, &instance->app.market, error);
}

// The market's thread may look for it already.
static enum status start_runner(struct instance *instance, size_t workers, struct error *error)
{
    struct runner *runner;
    TRY(runner_start(&instance->app, workers, &runner, error));
    pthread_mutex_lock(&instance->mutex);
    instance->runner = runner;
    pthread_mutex_unlock(&instance->mutex);
    return STATUS_OK;
}

static enum status open_all(const struct instance_options *options, struct instance *instance,
                            struct error *error)
{
    struct app *app = &instance->app;
    TRY(hold_signals(instance, error));
    TRY(state_open(options->config, &app->db, error));
    TRY(app_bootstrap(app, clock_wall_us(), error));
    TRY(open_passwords(options, app, error));
    TRY(category_cache_new(LIMIT_CATEGORY_CACHE_BYTES, &app->category_cache, error));
    TRY(universe_cache_new(LIMIT_UNIVERSE_CACHE_BYTES, &app->universes, error));
    if (options->waiting_requests > 0) TRY(job_waits_new(options->waiting_requests, &app->waits, error));
    if (options->has_feed) TRY(feed_open(app, options->process_tag, &instance->feed, error));
    TRY(open_market(options, instance, error));
    TRY(start_runner(instance, options->job_workers, error));
    const struct db_listening listening = {
        .channels = NOTICE_CHANNELS, .poll_ms = POLL_MS, .handler = on_notice, .context = instance};
    return db_listen(app->db, &listening, &instance->listener, error);
}

enum status instance_open(const struct instance_options *options, struct arena *arena,
                          struct instance *out_instance, struct error *error)
{
    *out_instance = (struct instance){.config = options->config, .signals = -1};
    pthread_mutex_init(&out_instance->mutex, NULL);
    out_instance->app.people = people_settings(options->config);
    out_instance->app.paper.starting_balance = options->config->paper_starting_balance;
    out_instance->app.paper.takes_orders = instance_takes_orders(options->config);
    out_instance->app.jobs = job_settings(options->config, arena);
    return open_all(options, out_instance, error);
}

size_t instance_job_workers(const struct config *config)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (config->job_workers != CONFIG_AUTO) return (size_t)config->job_workers;
    return cores > 2 ? (size_t)cores - 1 : 1;
}

void instance_wait(const struct instance *instance)
{
    struct signalfd_siginfo info;
    while (read(instance->signals, &info, sizeof info) != sizeof info)
        continue;
    LOG(LOG_INFO, "stopping", LOG_INT("signal", info.ssi_signo));
}

void instance_close_queue(struct instance *instance)
{
    if (instance->runner) runner_close_queue(instance->runner);
}

void instance_close(struct instance *instance, int grace_ms)
{
    pthread_mutex_lock(&instance->mutex);
    struct runner *runner = instance->runner;
    instance->runner = NULL;
    pthread_mutex_unlock(&instance->mutex);
    runner_stop(&runner, grace_ms);
    db_unlisten(&instance->listener);
    if (instance->app.market) market_close(instance->app.market);
    feed_close(instance->feed);
    job_waits_free(instance->app.waits);
    password_gate_free(instance->app.passwords);
    token_rate_free(instance->app.token_rate);
    category_cache_free(instance->app.category_cache);
    universe_cache_free(instance->app.universes);
    if (instance->app.db) db_close(instance->app.db);
    if (instance->signals >= 0) close(instance->signals);
    pthread_mutex_destroy(&instance->mutex);
}
