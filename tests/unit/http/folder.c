#include "folder.h"

#include "client.h"

#include "base/clock.h"
#include "unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <zlib.h>

static _Atomic size_t event_thread_calls;

static void note_thread(void)
{
    char name[16] = "";
    (void)pthread_getname_np(pthread_self(), name, sizeof name);
    if (strncmp(name, "MHD", 3) == 0) atomic_fetch_add(&event_thread_calls, 1);
}

// In the place of libc's, for the server in this program.
int mkostemp(char *path, int flags)
{
    note_thread();
    return mkostemps(path, 0, flags);
}

int unlink(const char *path)
{
    note_thread();
    return unlinkat(AT_FDCWD, path, 0);
}

size_t folder_event_thread_calls(void)
{
    return atomic_exchange(&event_thread_calls, 0);
}

void folder_make(char *path, size_t size)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(path, size, "%s/http-upload-XXXXXX", parent ? parent : "/tmp");
    assert_non_null(mkdtemp(path));
}

static size_t go_through(const char *path, const char *wanted, bool must_remove)
{
    size_t count = 0;
    DIR *listing = opendir(path);
    if (!listing) return 0;
    const struct dirent *entry;
    while ((entry = readdir(listing))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (wanted && strcmp(entry->d_name, wanted) != 0) continue;
        if (must_remove) assert_int_equal(unlinkat(dirfd(listing), entry->d_name, 0), 0);
        count++;
    }
    closedir(listing);
    return count;
}

size_t folder_count(const char *path)
{
    return go_through(path, NULL, false);
}

bool folder_has(const char *path, const char *name)
{
    return go_through(path, name, false) > 0;
}

void folder_clear(const char *path)
{
    (void)go_through(path, NULL, true);
}

void folder_await_count(const char *path, size_t count)
{
    const int64_t end_us = clock_monotonic_us() + CLIENT_PATIENCE_MS * 1000;
    struct pollfd changes = {.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN};
    assert_true(inotify_add_watch(changes.fd, path, IN_CREATE | IN_DELETE | IN_MOVED_FROM) >= 0);
    while (folder_count(path) != count) {
        char event[sizeof(struct inotify_event) + NAME_MAX + 1];
        if (clock_monotonic_us() > end_us)
            fail_msg("%s has %zu files, and %zu were waited for", path, folder_count(path), count);
        (void)poll(&changes, 1, CLIENT_PATIENCE_MS);
        while (read(changes.fd, event, sizeof event) > 0)
            continue;
    }
    assert_int_equal(close(changes.fd), 0);
}

unsigned long folder_file_crc(const char *path)
{
    char part[16 * 1024];
    unsigned long crc = 0;
    ssize_t len;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    while ((len = read(fd, part, sizeof part)) > 0)
        crc = crc32(crc, (const Bytef *)part, (uInt)len);
    assert_int_equal(len, 0);
    assert_int_equal(close(fd), 0);
    return crc;
}

long folder_resident_bytes(void)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "re");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
    assert_int_equal(fclose(status), 0);
    return kib * 1024;
}
