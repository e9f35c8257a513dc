#include "db/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_ONLY = 0600, MARK_MAX = 80 };

// Behind the pid of a holder that has not looked through a file of unknown past yet.
#define UNCHECKED "unchecked"

static struct str read_lock(int lock_fd, char text[static MARK_MAX])
{
    const ssize_t len = pread(lock_fd, text, MARK_MAX, 0);
    return (struct str){.ptr = text, .len = len > 0 ? (size_t)len : 0};
}

// The pid in the first line, or 0 while the holder has not written it yet.
static int64_t holder_of(struct str lock)
{
    int64_t pid = 0;
    (void)str_to_int64(str_slice(lock, 0, str_find(lock, '\n')), &pid);
    return pid;
}

static bool write_pid(int lock_fd, bool is_checked)
{
    char text[MARK_MAX];
    const int len =
        snprintf(text, sizeof text, "%lld\n%s", (long long)getpid(), is_checked ? "" : UNCHECKED "\n");
    return ftruncate(lock_fd, 0) == 0 && pwrite(lock_fd, text, (size_t)len, 0) == len;
}

static enum status take_over(int lock_fd, const char *lock_path, bool is_checked, struct error *error)
{
    if (!write_pid(lock_fd, is_checked))
        return error_set(error, errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_INTERNAL, NULL, "%s: %s",
                         lock_path, strerror(errno));
    return STATUS_OK;
}

// ---- whether the file is as it was left

// Size and time of the last change, as a line.
static void put_mark(const struct stat *file, char out_mark[static MARK_MAX])
{
    (void)snprintf(out_mark, MARK_MAX, "left %lld bytes, %lld.%09ld\n", (long long)file->st_size,
                   (long long)file->st_mtim.tv_sec, file->st_mtim.tv_nsec);
}

static void log_path_of(const char *path, char out_path[static SQLITE_PATH_MAX + 8])
{
    (void)snprintf(out_path, SQLITE_PATH_MAX + 8, "%s-wal", path);
}

static bool has_log(const char *path)
{
    char log_path[SQLITE_PATH_MAX + 8];
    struct stat log;
    log_path_of(path, log_path);
    return stat(log_path, &log) == 0 && log.st_size > 0;
}

static bool is_as_left(struct str lock, const char *path)
{
    char now[MARK_MAX];
    struct stat file;
    if (stat(path, &file) != 0) return false;
    put_mark(&file, now);
    return str_eq(str_from_c(now), lock) && !has_log(path);
}

// A copy comes without a lock, or meets one that was left by another file.
static enum sqlite_past past_of(int lock_fd, const char *path)
{
    char text[MARK_MAX];
    const struct str lock = read_lock(lock_fd, text);
    if (is_as_left(lock, path)) return SQLITE_PAST_LEFT;
    const bool is_checked = str_find(lock, UNCHECKED[0]) == lock.len;
    return holder_of(lock) > 0 && is_checked ? SQLITE_PAST_HELD : SQLITE_PAST_UNKNOWN;
}

void sqlite_file_note_checked(int lock_fd)
{
    (void)write_pid(lock_fd, true); // in vain: it is looked through once more than needed
}

void sqlite_file_abandon(int lock_fd)
{
    (void)write_pid(lock_fd, false);
    close(lock_fd);
}

// The clock of file systems stands still for milliseconds; a change in the moment after ours shall show, so
// that the file gets a time which the file system would not give. False where it cannot keep one.
static bool set_own_time(const char *path, struct stat *out_file)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};
    (void)clock_gettime(CLOCK_REALTIME, &times[1]);
    return utimensat(AT_FDCWD, path, times, 0) == 0 && stat(path, out_file) == 0 &&
           out_file->st_mtim.tv_nsec == times[1].tv_nsec;
}

void sqlite_file_leave(const char *path, int lock_fd)
{
    char mark[MARK_MAX];
    struct stat file;
    if (!has_log(path) && set_own_time(path, &file)) {
        put_mark(&file, mark);
        const size_t len = strlen(mark);
        if (ftruncate(lock_fd, 0) == 0) (void)!pwrite(lock_fd, mark, len, 0);
    }
    close(lock_fd);
}

// ---- claiming it

static enum status refuse_second(int lock_fd, const char *path, struct error *error)
{
    char text[MARK_MAX];
    return error_set(error, STATUS_CONFLICT, "state_locked",
                     "%s is in use by process %lld; a SQLite file has one process at a time, PostgreSQL "
                     "(APP_STATE_DATABASE_URL) takes several",
                     path, (long long)holder_of(read_lock(lock_fd, text)));
}

static enum status take_lock(const char *path, int *out_lock_fd, enum sqlite_past *out_past,
                             struct error *error)
{
    char lock_path[SQLITE_PATH_MAX + 8];
    (void)snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    const int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot open %s: %s", lock_path, strerror(errno));
    enum status status = STATUS_OK;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *out_past = past_of(fd, path);
        status = take_over(fd, lock_path, *out_past != SQLITE_PAST_UNKNOWN, error);
    } else if (errno == EWOULDBLOCK)
        status = refuse_second(fd, path, error);
    else
        status = error_set(error, STATUS_INTERNAL, NULL, "cannot lock %s: %s", lock_path, strerror(errno));
    if (status == STATUS_OK)
        *out_lock_fd = fd;
    else
        close(fd);
    return status;
}

// SQLite would throw a log away whose database is gone, and with it what was committed last.
static enum status refuse_orphaned_log(const char *path, struct error *error)
{
    char log_path[SQLITE_PATH_MAX + 8];
    if (!has_log(path)) return STATUS_OK;
    log_path_of(path, log_path);
    return error_set(
        error, STATUS_CONFLICT, "state_corrupt",
        "%s is missing or empty while its log %s is there: restore the database from a backup, or "
        "remove the log to start empty",
        path, log_path);
}

// The file with mode 0600 before SQLite sees it, since -wal and -shm take its mode.
static enum status ensure_file(const char *path, struct error *error)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot open %s: %s", path, strerror(errno));
    struct stat file;
    const bool known = fstat(fd, &file) == 0;
    if (known && (file.st_mode & 0777) != OWNER_ONLY)
        (void)fchmod(fd, OWNER_ONLY); // not the owner: as it was given
    close(fd);                        // no connection is open on it yet, so no lock of SQLite's is lost
    if (!known || !S_ISREG(file.st_mode))
        return error_set(error, STATUS_INVALID, NULL, "%s is not a regular file", path);
    return file.st_size == 0 ? refuse_orphaned_log(path, error) : STATUS_OK;
}

enum status sqlite_file_claim(const char *path, int *out_lock_fd, enum sqlite_past *out_past,
                              struct error *error)
{
    int lock_fd = -1;
    TRY(take_lock(path, &lock_fd, out_past, error));
    const enum status status = ensure_file(path, error);
    if (status == STATUS_OK)
        *out_lock_fd = lock_fd;
    else
        close(lock_fd);
    return status;
}

static enum status copy_into(sqlite3 *from, sqlite3 *to, const char *target, struct error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int result = SQLITE_ERROR;
    if (backup) {
        (void)sqlite3_backup_step(backup, -1);
        result = sqlite3_backup_finish(backup);
    }
    if (result == SQLITE_OK) return STATUS_OK;
    return error_set(error, (result & 0xFF) == SQLITE_FULL ? STATUS_STORAGE_FULL : STATUS_UNAVAILABLE, NULL,
                     "cannot copy the database to %s: %s", target, sqlite3_errmsg(to));
}

static enum status copy_file(const char *path, const char *target, struct error *error)
{
    sqlite3 *from = NULL, *to = NULL;
    enum status status;
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_open_v2(target, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        status = copy_into(from, to, target, error);
    else
        status = error_set(error, STATUS_UNAVAILABLE, NULL, "cannot copy the database to %s", target);
    sqlite3_close(from);
    sqlite3_close(to);
    return status;
}

// The rename is on the disk only when the folder is.
static bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[SQLITE_PATH_MAX];
    const struct str name = slash ? (struct str){.ptr = path, .len = (size_t)(slash - path) + 1} : STR(".");
    if (!str_to_c(name, folder, sizeof folder)) return false;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

enum status sqlite_copy(const struct sqlite_db *db, const char *target, struct error *error)
{
    char partial[SQLITE_PATH_MAX + 32];
    (void)snprintf(partial, sizeof partial, "%s.partial", target);
    (void)unlink(partial); // left by a copy that was interrupted
    const int fd = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot create %s: %s", partial, strerror(errno));
    close(fd);
    enum status status = copy_file(db->path, partial, error);
    if (status == STATUS_OK && (rename(partial, target) != 0 || !sync_folder_of(target)))
        status = error_set(error, STATUS_UNAVAILABLE, NULL, "cannot keep %s: %s", target, strerror(errno));
    if (status != STATUS_OK) (void)unlink(partial);
    return status;
}
