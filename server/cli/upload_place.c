#include "cli/upload_place.h"

#include "base/clock.h"
#include "base/id.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PLACE_NAME ".place"

static enum status refuse(struct str folder, int cause, struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, NULL, "the file " PLACE_NAME " in %.*s: %s", STR_ARG(folder),
                     strerrordesc_np(cause));
}

// 0, or what errno says.
static int read_place(const char *path, struct arena *arena, struct str *out_place)
{
    char text[ID_TEXT_LEN];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno;
    const ssize_t got = read(fd, text, sizeof text);
    const int cause = got < 0 ? errno : got < (ssize_t)sizeof text ? EILSEQ : 0;
    (void)close(fd);
    if (cause == 0) *out_place = str_copy(arena, (struct str){.ptr = text, .len = sizeof text});
    return cause;
}

static int write_new(const char *path, struct str text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return errno;
    const ssize_t put = write(fd, text.ptr, text.len);
    int cause = put < 0 ? errno : put < (ssize_t)text.len ? ENOSPC : 0;
    if (cause == 0 && fsync(fd) != 0) cause = errno;
    (void)close(fd);
    return cause;
}

// It gets its name when it is whole, and only where no other has it: of those who come first together, one
// makes it, and nobody reads a half.
static int make_place(const char *path, struct str folder, struct arena *arena)
{
    const struct id id = id_new(clock_wall_us());
    const char *draft =
        str_copy_c(arena, str_format(arena, "%.*s/" PLACE_NAME "-%s", STR_ARG(folder), id.text));
    if (!draft) return ENOMEM;
    int cause = write_new(draft, id_str(&id));
    if (cause == 0 && link(draft, path) != 0 && errno != EEXIST) cause = errno;
    (void)unlink(draft);
    return cause;
}

enum status upload_place_find(struct str folder, struct arena *arena, struct str *out_place,
                              struct error *error)
{
    struct str place = {0};
    const char *path = str_copy_c(arena, str_format(arena, "%.*s/" PLACE_NAME, STR_ARG(folder)));
    if (!path) return error_no_memory(error);
    int cause = read_place(path, arena, &place);
    if (cause == ENOENT) {
        cause = make_place(path, folder, arena);
        if (cause == 0) cause = read_place(path, arena, &place);
    }
    if (cause != 0) return refuse(folder, cause, error);
    if (!place.ptr) return error_no_memory(error);
    *out_place = place;
    return STATUS_OK;
}
