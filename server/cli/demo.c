#include "base/arena.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "config/config.h"
#include "market/category_write.h"
#include "market/demo/demo_categories.h"
#include "market/demo/demo_market.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tlab demo [options]\n"
    "\n"
    "Writes an invented market for trying everything without a network: about 40 symbols whose names begin with DEMO,\n"
    "1d candles from 2021 on, 1h and 15m for some. With a delisting (DEMOLOST), days and hours without candles\n"
    "(DEMOHALT), a redenomination after which the price is a thousand times the one before (DEMOSPLIT), a frozen market\n"
    "(DEMOFROZEN) and a coin that was replaced by another under its name (DEMOPHOENIX). Nothing in it is or was a real\n"
    "price. Every run writes the same candles.\n"
    "\n"
    "  --db-path FILE      the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --categories FILE   the file of categories, written if it is not there (default: SYMBOL_CATEGORIES_PATH; with\n"
    "                      --db-path configs/symbol-categories.yaml in the folder of that database)\n"
    "  --until YYYY-MM-DD  last day with candles (default 2026-06-30)\n"
    "  --force             write into a database that holds candles\n"
    "  --help              print this\n"
    "\n"
    "Exit status: 0 written, 1 failed, 2 wrong usage.\n";

enum {
    S_PER_DAY = 86400,
    US_PER_S = 1000000,
    FIRST_UNTIL_DAY = 18993,
    LAST_UNTIL_DAY = 36525
}; // 2022 to 2069

struct demo_arguments {
    struct str db_path;    // "": as configured
    struct str categories; // "": as the help says
    int64_t until_day;
    bool overwrites;
    bool wants_help;
};

static enum status take_until(const char *text, int64_t *out_day, struct error *error)
{
    int64_t time_us;
    const int64_t us_per_day = (int64_t)S_PER_DAY * US_PER_S;
    if (!datetime_parse_us(str_from_c(text), &time_us) || time_us % us_per_day != 0)
        return error_set(error, STATUS_INVALID, NULL, "\"%.60s\" is no day such as 2026-06-30", text);
    const int64_t day = time_us / us_per_day + 1;
    if (day < FIRST_UNTIL_DAY || day > LAST_UNTIL_DAY)
        return error_set(error, STATUS_INVALID, NULL, "--until is from 2021-12-31 to 2069-12-31");
    *out_day = day;
    return STATUS_OK;
}

static enum status parse_arguments(int argc, char **argv, struct demo_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"db-path", required_argument, NULL, 'd'}, {"categories", required_argument, NULL, 'c'},
        {"until", required_argument, NULL, 'u'},   {"force", no_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},          {0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 'd': arguments->db_path = str_from_c(optarg); break;
        case 'c': arguments->categories = str_from_c(optarg); break;
        case 'u': TRY(take_until(optarg, &arguments->until_day, error)); break;
        case 'f': arguments->overwrites = true; break;
        case 'h': arguments->wants_help = true; break;
        default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
        }
    }
    if (optind < argc)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not expected", argv[optind]);
    return STATUS_OK;
}

static enum status write_demo(const struct demo_arguments *arguments, struct str db_path,
                              struct demo_summary *out_summary, struct error *error)
{
    CANDLE_WRITER_SCOPE writer = NULL;
    TRY(candle_writer_open(db_path, clock_wall_us(), &writer, error));
    TRY(demo_market_write(writer, arguments->until_day, arguments->overwrites, out_summary, error));
    return candle_writer_close(&writer, error);
}

// Where the database and the file of categories are.
struct demo_places {
    struct str db_path;
    const char *categories; // NUL-terminated
};

// The folder of a path with its slash; "" for the present one.
static struct str folder_of(struct str path)
{
    size_t len = path.len;
    while (len > 0 && path.ptr[len - 1] != '/')
        len--;
    return str_slice(path, 0, len);
}

static enum status find_places(const struct demo_arguments *arguments, struct arena *arena,
                               struct demo_places *out_places, struct error *error)
{
    struct config config = {0};
    const struct str db_path = arguments->db_path;
    if (db_path.len == 0) TRY(config_load((config_source *)getenv, arena, &config, error));
    struct str categories = config.symbol_categories_path;
    if (db_path.len > 0)
        categories = str_format(arena, "%.*sconfigs/symbol-categories.yaml", STR_ARG(folder_of(db_path)));
    if (arguments->categories.len > 0) categories = arguments->categories;
    out_places->db_path = db_path.len ? db_path : config.market_db_path;
    out_places->categories = str_copy_c(arena, categories);
    return out_places->categories ? STATUS_OK : error_no_memory(error);
}

// Somebody's own file stays as it is.
static enum status write_categories(const char *path, struct error *error)
{
    CATEGORY_SET_SCOPE set = NULL;
    if (access(path, F_OK) == 0) {
        printf("%s: was there already and stays as it is\n", path);
        return STATUS_OK;
    }
    TRY(demo_categories(&set, error));
    TRY(category_file_write(path, set, error));
    printf("%s: %zu symbols in %zu categories\n", path, set->entry_count, set->category_count);
    return STATUS_OK;
}

static enum status write_all(const struct demo_arguments *arguments, const struct demo_places *places,
                             struct error *error)
{
    struct demo_summary summary;
    TRY(write_demo(arguments, places->db_path, &summary, error));
    printf("%.*s: %" PRId64 " invented candles in %zu series\n", STR_ARG(places->db_path), summary.rows,
           summary.series);
    return write_categories(places->categories, error);
}

static int run_demo(const struct demo_arguments *arguments)
{
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct demo_places places;
    if (find_places(arguments, &arena, &places, &error) != STATUS_OK) {
        fprintf(stderr, "tlab demo: %s\n", error.message);
        return CLI_FAILED;
    }
    const enum status status = write_all(arguments, &places, &error);
    if (status == STATUS_OK) return CLI_OK;
    fprintf(stderr, "tlab demo: %.*s: %s\n", STR_ARG(places.db_path), error.message);
    if (status == STATUS_CONFLICT && !error.code[0])
        fputs("--force adds the demo market to it, another --db-path leaves it alone\n", stderr);
    return CLI_FAILED;
}

int demo_command(int argc, char **argv)
{
    struct demo_arguments arguments = {.until_day = DEMO_DEFAULT_UNTIL_DAY};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab demo: %s\n`tlab demo --help` explains the options\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    return run_demo(&arguments);
}
