#include "harness.h"

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_TRIES = 2000, TRY_EVERY_MS = 10 };

static char programs[256]; // where initdb and postgres are
static uid_t user;
static gid_t group;
static pid_t server;

// Debian and its kin keep the server's programs beside, not in, PATH.
static bool find_programs(void)
{
    static const char *const patterns[] = {"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb",
                                           "/usr/bin/initdb", "/usr/local/bin/initdb"};
    bool found = false;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns && !found; i++) {
        glob_t hits = {0};
        found = glob(patterns[i], 0, NULL, &hits) == 0;
        if (found) {
            const struct str path = str_from_c(hits.gl_pathv[hits.gl_pathc - 1]);
            (void)str_to_c(str_slice(path, 0, path.len - strlen("/initdb")), programs, sizeof programs);
        }
        globfree(&hits);
    }
    return found;
}

// PostgreSQL refuses to be run by root; its package has made a user for it.
static bool find_user(void)
{
    user = geteuid();
    group = getegid();
    if (user != 0) return true;
    const struct passwd *entry = getpwnam("postgres");
    if (!entry) return false;
    user = entry->pw_uid;
    group = entry->pw_gid;
    return true;
}

// Starts the program arguments[0] as the unprivileged user, its output in the folder. It ends with the test
// program.
static pid_t start(char *arguments[])
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", programs, arguments[0]);
    const pid_t tester = getpid(), child = fork();
    if (child != 0) return child;
    const int output = open(harness_path("cluster.log"), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (output < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) _exit(126);
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(group) != 0 || setuid(user) != 0)) _exit(126);
    if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || getppid() != tester || chdir("/") != 0) _exit(126);
    arguments[0] = path; // where it looks for its own kind
    execv(path, arguments);
    _exit(127);
}

static bool has_succeeded(pid_t child)
{
    int result;
    return child > 0 && waitpid(child, &result, 0) == child && WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static void show_log(void)
{
    char line[512];
    FILE *log = fopen(harness_path("cluster.log"), "r");
    while (log && fgets(line, sizeof line, log))
        (void)fputs(line, stderr);
    if (log) (void)fclose(log);
}

const char *cluster_url(const char *database)
{
    static char url[512];
    const struct passwd *entry = getpwuid(user);
    (void)snprintf(url, sizeof url, "postgresql:///%s?host=%s/cluster&user=%s", database, harness_folder(),
                   entry ? entry->pw_name : "postgres");
    return url;
}

void cluster_run(const char *sql)
{
    PGconn *session = PQconnectdb(cluster_url("postgres"));
    PGresult *result = PQexec(session, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(session));
    PQclear(result);
    PQfinish(session);
}

static bool wait_until_it_accepts(void)
{
    const struct timespec pause = {.tv_nsec = TRY_EVERY_MS * 1000000L};
    for (int i = 0; i < START_TRIES; i++) {
        if (PQping(cluster_url("postgres")) == PQPING_OK) return true;
        if (waitpid(server, NULL, WNOHANG) != 0) return false; // ended, nothing to wait for
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

static bool start_server(void)
{
    char data[512], sockets[512];
    (void)snprintf(data, sizeof data, "%s", harness_path("cluster/data"));
    (void)snprintf(sockets, sizeof sockets, "unix_socket_directories=%s", harness_path("cluster"));
    char *arguments[] = {"postgres",
                         "-D",
                         data,
                         "-c",
                         sockets,
                         "-c",
                         "listen_addresses=",
                         "-c",
                         "fsync=off",
                         "-c",
                         "deadlock_timeout=10ms",
                         "-c",
                         "max_connections=50",
                         NULL};
    server = start(arguments);
    return server > 0 && wait_until_it_accepts();
}

enum cluster_state cluster_init(void)
{
    char data[512];
    if (!find_programs() || !find_user()) {
        (void)fprintf(stderr,
                      "[  SKIPPED ] PostgreSQL: initdb, or the user to run it, is not on this system\n");
        return CLUSTER_MISSING;
    }
    (void)snprintf(data, sizeof data, "%s", harness_path("cluster/data"));
    char *arguments[] = {"initdb", "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", data, NULL};
    const bool ready = mkdir(harness_path("cluster"), 0755) == 0 &&
                       chown(harness_path("cluster"), user, group) == 0 && has_succeeded(start(arguments)) &&
                       start_server();
    if (!ready) show_log();
    return ready ? CLUSTER_READY : CLUSTER_BROKEN;
}

void cluster_start(void)
{
    if (!start_server()) fail_msg("the cluster does not start again");
}

void cluster_freeze(bool is_frozen)
{
    (void)kill(server, is_frozen ? SIGSTOP : SIGCONT);
}

static void end_server(int signal)
{
    if (server <= 0) return;
    (void)kill(server, signal);
    cluster_freeze(false);
    (void)waitpid(server, NULL, 0);
    server = 0;
}

void cluster_stop(void)
{
    end_server(SIGINT);
}

void cluster_crash(void)
{
    end_server(SIGQUIT);
}

static const char *create_database(const char *template)
{
    static unsigned serial;
    char sql[96], name[32];
    (void)snprintf(name, sizeof name, "test_%u", serial++);
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s", name, template);
    cluster_run(sql);
    return cluster_url(name);
}

const char *cluster_new_url(void)
{
    return create_database("template1");
}

const char *cluster_copy_url(const char *url)
{
    char name[32];
    if (sscanf(url, "postgresql:///%31[a-z0-9_]", name) != 1) fail_msg("%s names no database", url);
    return create_database(name);
}

void cluster_done(void)
{
    cluster_stop();
}
