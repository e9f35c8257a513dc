#include "unit/market/market_fixture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "market/duck.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int folder_setup(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder) return -1;
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/tlab-market-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) ? 0 : -1;
}

const char *path_in(void **state, const char *name)
{
    static char path[PATH_MAX];
    const struct folder *folder = *state;
    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return path;
}

int folder_teardown(void **state)
{
    struct folder *folder = *state;
    DIR *directory = opendir(folder->path);
    if (!directory) return -1;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.') (void)remove(path_in(state, entry->d_name));
    closedir(directory);
    const int result = rmdir(folder->path);
    free(folder);
    return result;
}

// Opens for writing; whoever reads the file is to be done within 10 s.
static enum status open_for_writing(const char *path, duckdb_database *out_database, struct error *error)
{
    const struct duck_options options = {.access = DUCK_WRITE, .memory_limit_bytes = 256 * MIB};
    const int64_t deadline_us = clock_monotonic_us() + 10000000;
    enum status status;
    do
        status = duck_open(str_from_c(path), &options, out_database, error);
    while (status == STATUS_UNAVAILABLE && clock_monotonic_us() < deadline_us);
    return status;
}

static enum status write_sql(const char *path, const char *sql, struct error *error)
{
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    TRY(open_for_writing(path, &database, error));
    TRY(duck_connect(database, &connection, error));
    return duck_execute(connection, sql, error);
}

void database_write(const char *path, const char *sql)
{
    struct error error = {0};
    if (write_sql(path, sql, &error) != STATUS_OK) fail_msg("%s: %s", path, error.message);
}

// This program again, with arguments that is_importer understands; `input` and `output` become its standard
// ones.
static pid_t start_importer(char *arguments[], int input, int output)
{
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

static void await_success(pid_t pid)
{
    int result;
    assert_int_equal(waitpid(pid, &result, 0), pid);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
}

void importer_write(const char *path, const char *sql)
{
    char *arguments[] = {(char[]){"importer"}, (char[]){"write"}, (char *)(uintptr_t)path,
                         (char *)(uintptr_t)sql, NULL};
    await_success(start_importer(arguments, STDIN_FILENO, STDERR_FILENO));
}

struct importer importer_hold(const char *path)
{
    int release[2], ready[2];
    assert_int_equal(pipe2(release, O_CLOEXEC), 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    char *arguments[] = {(char[]){"importer"}, (char[]){"hold"}, (char *)(uintptr_t)path, NULL};
    const struct importer importer = {start_importer(arguments, release[0], ready[1]), release[1]};
    char byte;
    assert_int_equal(close(ready[1]), 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(close(ready[0]), 0);
    assert_int_equal(close(release[0]), 0);
    return importer;
}

void importer_release(struct importer *importer)
{
    assert_int_equal(close(importer->release), 0);
    await_success(importer->pid);
}

static int hold(const char *path)
{
    DUCK_DATABASE_SCOPE database = NULL;
    char byte = 'r';
    if (open_for_writing(path, &database, NULL) != STATUS_OK) return 1;
    if (write(STDOUT_FILENO, &byte, 1) != 1) return 1;
    return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 1;
}

bool is_importer(int argc, char **argv)
{
    if (argc < 3) return false;
    struct error error = {0};
    const bool is_hold = strcmp(argv[1], "hold") == 0;
    const int result = is_hold ? hold(argv[2]) : write_sql(argv[2], argv[3], &error) != STATUS_OK;
    if (result) (void)fprintf(stderr, "importer: %s\n", error.message);
    (void)fflush(stderr);
    exit(result);
}
