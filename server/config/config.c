#include "config/config.h"

#include "base/ip_range.h"

enum setting_kind { SETTING_TEXT, SETTING_INTEGER, SETTING_FLAG, SETTING_CHOICE, SETTING_DECIMAL };

struct setting {
    const char *name;
    enum setting_kind kind;
    bool is_ranges; // a text that is ranges of addresses, separated by commas
    size_t offset;
    const char *fallback;
    int64_t minimum;
    int64_t maximum;
    const char *choices;  // separated by blanks
    const char *prefixes; // what a text that is given begins with, separated by blanks; NULL: anything
    const char *help;
};

#define SETTING(member, setting_kind, ...)                                                                   \
    .kind = SETTING_##setting_kind, .offset = offsetof(struct config, member), __VA_ARGS__

static const struct setting settings[] = {
    {"HOST", SETTING(host, TEXT, .fallback = "127.0.0.1", .help = "address to listen on")},
    {"PORT", SETTING(port, INTEGER, .fallback = "8000", .maximum = 65535,
                     .help = "port to listen on; 0 lets the system choose")},
    {"AUTH_MODE",
     SETTING(auth_mode, CHOICE, .fallback = "none", .choices = "none password",
             .help = "none: everybody who reaches the server is the local user; password: people sign in")},
    {"DEFAULT_USER_PASSWORD",
     SETTING(default_user_password, TEXT, .fallback = "",
             .help = "at the first start with AUTH_MODE=password: the password of local@example.invalid")},
    {"PUBLIC_URL",
     SETTING(public_url, TEXT, .fallback = "", .prefixes = "http:// https://",
             .help = "address that users see, such as https://lab.example.org; https: cookies are Secure")},
    {"TRUSTED_PROXIES",
     SETTING(trusted_proxies, TEXT, .fallback = "",
             .help = "addresses of proxies whose X-Forwarded-For is believed, separated by commas")},
    {"LOGIN_NETWORKS",
     SETTING(login_networks, TEXT, .fallback = "", .is_ranges = true,
             .help = "ranges such as 10.0.0.0/8, separated by commas, from which people sign in even while "
                     "logins fail all over the server")},
    {"ALLOW_INSECURE_HTTP",
     SETTING(allow_insecure_http, FLAG, .fallback = "0",
             .help =
                 "1: let people sign in over plain HTTP from other machines, where passwords can be read")},
    {"REQUIRE_PASSWORD_CHANGE",
     SETTING(require_password_change, FLAG, .fallback = "0",
             .help = "1: whoever has a password that somebody else gave must change it first")},
    {"REQUIRE_TOTP", SETTING(require_totp, FLAG, .fallback = "0",
                             .help = "1: whoever signs in must have an authenticator (one-time codes)")},
    {"PUBLIC_MARKET_DATA",
     SETTING(public_market_data, FLAG, .fallback = "0",
             .help = "1: candles, categories and scanners are there for everybody, signed in or not")},
    {"WORKSPACE_CREATE", SETTING(workspace_create, CHOICE, .fallback = "anyone", .choices = "anyone operator",
                                 .help = "who may make workspaces")},
    {"CORS_ORIGINS",
     SETTING(cors_origins, TEXT, .fallback = "",
             .help = "origins of other sites whose pages may use the API with a token, separated by commas")},
    {"CSRF_STRICT",
     SETTING(csrf_strict, FLAG, .fallback = "0",
             .help = "1: programs without a token say with the header X-TL-CSRF that they are no web page")},
    {"SMTP_URL",
     SETTING(smtp_url, TEXT, .fallback = "", .prefixes = "smtp:// smtps://",
             .help =
                 "smtp://name:password@host:587 to send invitations by mail; none: their links are copied")},
    {"SMTP_FROM",
     SETTING(smtp_from, TEXT, .fallback = "tlab@localhost", .help = "address that mail comes from")},
    {"SESSION_IDLE_MINUTES",
     SETTING(session_idle_minutes, INTEGER, .fallback = "720", .minimum = 5, .maximum = 10080,
             .help = "a session that is not used for so long ends")},
    {"SESSION_HOURS", SETTING(session_hours, INTEGER, .fallback = "168", .minimum = 1, .maximum = 720,
                              .help = "a session ends after so long, used or not")},
    {"MARKET_DB_PATH",
     SETTING(market_db_path, TEXT, .fallback = "file.db", .help = "DuckDB file of the candles")},
    {"BINANCE_DATA_URL",
     SETTING(binance_data_url, TEXT, .fallback = "https://data.binance.vision",
             .prefixes = "http:// https://", .help = "where tlab download gets the files of candles")},
    {"BINANCE_API_URL",
     SETTING(binance_api_url, TEXT, .fallback = "https://api.binance.com", .prefixes = "http:// https://",
             .help = "where tlab symbols and tlab download ask which symbols are traded")},
    {"MARKET_CACHE_MB", SETTING(market_cache_mb, INTEGER, .fallback = "512", .minimum = 16,
                                .maximum = 1048576, .help = "memory for decoded candles, in MiB")},
    {"SYMBOL_CATEGORIES_PATH",
     SETTING(symbol_categories_path, TEXT, .fallback = "configs/symbol-categories.yaml",
             .help = "YAML file of the categories of symbols")},
    {"APP_STATE_DB_PATH",
     SETTING(state_db_path, TEXT, .fallback = "app_state.db", .help = "SQLite file of the state")},
    {"APP_STATE_DATABASE_URL",
     SETTING(state_database_url, TEXT, .fallback = "", .prefixes = "postgresql:// postgres://",
             .help = "postgresql://… for the state instead of SQLite")},
    {"APP_STATE_POOL_SIZE",
     SETTING(state_pool_size, INTEGER, .fallback = "8", .minimum = 2, .maximum = 256,
             .help = "connections to the state database; on PostgreSQL one more listens for notices")},
    {"ALLOWED_HOSTS",
     SETTING(allowed_hosts, TEXT, .fallback = "localhost,127.0.0.1,[::1]",
             .help = "names that the server answers to, separated by commas; others get 421")},
    {"ALLOW_INSECURE_BIND",
     SETTING(allow_insecure_bind, FLAG, .fallback = "0",
             .help = "1: listen beyond loopback although AUTH_MODE=none asks nobody for a password")},
    {"WORKER_THREADS", SETTING(worker_threads, INTEGER, .fallback = "0", .maximum = 1024,
                               .help = "threads that run handlers; 0: by the number of cores")},
    {"EVENT_THREADS", SETTING(event_threads, INTEGER, .fallback = "0", .maximum = 64,
                              .help = "threads that read and write connections; 0: by the number of cores")},
    {"JOB_WORKERS",
     SETTING(job_workers, INTEGER, .fallback = "auto", .maximum = 256,
             .help = "threads that work on jobs; auto: one less than cores; 0: only others do")},
    {"JOBS_RUNNING_PER_WORKSPACE",
     SETTING(jobs_running_per_workspace, INTEGER, .fallback = "2", .minimum = 1, .maximum = 256,
             .help = "jobs of one workspace that run at the same time")},
    {"JOBS_QUEUED_PER_WORKSPACE", SETTING(jobs_queued_per_workspace, INTEGER, .fallback = "50", .minimum = 1,
                                          .maximum = 100000, .help = "jobs of one workspace that may wait")},
    {"BACKTEST_WAIT_MS",
     SETTING(backtest_wait_ms, INTEGER, .fallback = "2000", .maximum = 60000,
             .help = "how long a request waits for its backtest before it is answered 202; 0: not at all")},
    {"PAPER_STARTING_BALANCE",
     SETTING(paper_starting_balance, DECIMAL, .fallback = "100000",
             .help = "paper money that the first account of a new workspace begins with")},
    {"TRADING_MODE",
     SETTING(
         trading_mode, CHOICE, .fallback = "readonly", .choices = "readonly paper",
         .help =
             "readonly: orders are refused; paper: they are filled with paper money, never at an exchange")},
    {"UPLOAD_DIR", SETTING(upload_dir, TEXT, .fallback = "",
                           .help = "folder of uploaded files; none: MARKET_DB_PATH with .uploads behind it")},
    {"DOWNLOAD_DIR",
     SETTING(download_dir, TEXT, .fallback = "",
             .help = "folder of the archives of downloads over the API; none: data beside MARKET_DB_PATH")},
    {"CONNECTIONS_PER_ADDRESS",
     SETTING(connections_per_address, INTEGER, .fallback = "256", .maximum = 1048576,
             .help = "connections that one address may have; 0: no limit, for servers behind a proxy")},
    {"SHUTDOWN_GRACE_S", SETTING(shutdown_grace_s, INTEGER, .fallback = "10", .maximum = 3600,
                                 .help = "seconds that requests and jobs get to finish after SIGTERM")},
    {"LOG_LEVEL", SETTING(log_level, CHOICE, .fallback = "info", .choices = "debug info warn error",
                          .help = "least level of a log line")},
};

static bool has_prefix(struct str value, const char *prefixes)
{
    struct str rest = str_from_c(prefixes), prefix;
    while (str_split(&rest, ' ', &prefix))
        if (str_starts_with(value, prefix)) return true;
    return false;
}

static enum status read_integer(const struct setting *setting, struct str value, int64_t *out_integer,
                                struct error *error)
{
    int64_t integer;
    if (str_eq(value, STR("auto")) && strcmp(setting->fallback, "auto") == 0) {
        *out_integer = CONFIG_AUTO;
        return STATUS_OK;
    }
    if (str_to_int64(value, &integer) && integer >= setting->minimum && integer <= setting->maximum) {
        *out_integer = integer;
        return STATUS_OK;
    }
    return error_add_field(error, setting->name, "\"%.*s\" is not an integer from %lld to %lld",
                           STR_ARG(value), (long long)setting->minimum, (long long)setting->maximum);
}

static enum status read_flag(const struct setting *setting, struct str value, bool *out_flag,
                             struct error *error)
{
    if (!str_eq(value, STR("0")) && !str_eq(value, STR("1")))
        return error_add_field(error, setting->name, "\"%.*s\" is neither 0 nor 1", STR_ARG(value));
    *out_flag = str_eq(value, STR("1"));
    return STATUS_OK;
}

static enum status read_decimal(const struct setting *setting, struct str value, struct decimal *out_decimal,
                                struct error *error)
{
    struct decimal decimal;
    if (decimal_parse(value, &decimal) != DECIMAL_OK || decimal_is_negative(decimal))
        return error_add_field(error, setting->name,
                               "\"%.*s\" is no amount: up to %d digits before the point and %d behind it",
                               STR_ARG(value), DECIMAL_INTEGER_DIGITS, DECIMAL_SCALE);
    *out_decimal = decimal;
    return STATUS_OK;
}

static enum status read_text(const struct setting *setting, struct str value, struct arena *arena,
                             struct str *out_text, struct error *error)
{
    if (setting->kind == SETTING_CHOICE && !str_lists(str_from_c(setting->choices), ' ', value))
        return error_add_field(error, setting->name, "\"%.*s\" is unknown; one of: %s", STR_ARG(value),
                               setting->choices);
    if (setting->prefixes && value.len && !has_prefix(value, setting->prefixes))
        return error_add_field(error, setting->name, "does not begin with one of: %s", setting->prefixes);
    if (setting->is_ranges && !ip_ranges_check(value))
        return error_add_field(error, setting->name,
                               "\"%.*s\" is no list of addresses and ranges such as 10.0.0.0/8",
                               STR_ARG(value));
    *out_text = str_copy(arena, value);
    return out_text->ptr ? STATUS_OK : error_no_memory(error);
}

static enum status read_setting(const struct setting *setting, struct str value, struct arena *arena,
                                struct config *config, struct error *error)
{
    void *place = (char *)config + setting->offset;
    switch (setting->kind) {
    case SETTING_INTEGER: return read_integer(setting, value, place, error);
    case SETTING_FLAG: return read_flag(setting, value, place, error);
    case SETTING_DECIMAL: return read_decimal(setting, value, place, error);
    case SETTING_TEXT:
    case SETTING_CHOICE: return read_text(setting, value, arena, place, error);
    }
    return STATUS_INTERNAL;
}

enum status config_load(config_source *source, struct arena *arena, struct config *out_config,
                        struct error *error)
{
    struct config config = {0};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const char *given = source(settings[i].name);
        const char *value = given && *given ? given : settings[i].fallback;
        (void)read_setting(&settings[i], str_from_c(value), arena, &config, error);
    }
    if (error->field_count) return STATUS_INVALID;
    *out_config = config;
    return STATUS_OK;
}

void config_help(struct buf *out_text)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        buf_append_format(out_text, "  %-24s %-26s %s\n", settings[i].name,
                          *settings[i].fallback ? settings[i].fallback : "(none)", settings[i].help);
}

enum log_level config_log_level(const struct config *config)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
        if (str_eq(config->log_level, str_from_c(names[i]))) return (enum log_level)i;
    return LOG_INFO;
}
