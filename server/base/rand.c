#include "base/rand.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void rand_bytes(void *bytes, size_t len)
{
    char *next = bytes;
    while (len) {
        const ssize_t got = getrandom(next, len, 0);
        if (got < 0 && errno != EINTR) abort();
        if (got > 0) next += got, len -= (size_t)got;
    }
}
