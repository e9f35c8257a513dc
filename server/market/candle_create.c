#include "market/candle_create.h"

#include "base/limits.h"
#include "market/duck.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_BYTES (64 * MIB)

static bool make_name(char out_name[static PATH_MAX], const char *path, const char *ending)
{
    return snprintf(out_name, PATH_MAX, "%s%s", path, ending) < PATH_MAX;
}

static enum status make(const char *path, struct error *error)
{
    const struct duck_options options = {.access = DUCK_WRITE, .memory_limit_bytes = MEMORY_BYTES};
    DUCK_DATABASE_SCOPE database = NULL;
    return duck_open(str_from_c(path), &options, &database, error);
}

enum status candle_create(const char *path, struct error *error)
{
    struct stat there;
    char made[PATH_MAX];
    const bool is_there = lstat(path, &there) == 0;
    if (is_there && !(S_ISREG(there.st_mode) && there.st_size == 0)) return STATUS_OK;
    if (!make_name(made, path, ".made"))
        return error_set(error, STATUS_INVALID, NULL, "the path is too long");
    enum status status = make(made, error);
    if (status == STATUS_OK && rename(made, path) != 0)
        status = error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be made: %s", strerrordesc_np(errno));
    if (status != STATUS_OK) candle_create_clean(path);
    return status;
}

void candle_create_clean(const char *path)
{
    static const char *const endings[] = {".made", ".made.wal"};
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (make_name(name, path, endings[i])) (void)unlink(name);
}
