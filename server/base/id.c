#include "base/id.h"

#include "base/rand.h"

#include <stdio.h>

struct id id_new(int64_t now_us)
{
    const uint64_t ms = (uint64_t)(now_us / 1000);
    uint16_t tail[5];
    rand_bytes(tail, sizeof tail);
    struct id id;
    (void)snprintf(id.text, sizeof id.text, "%08x-%04x-%04x-%04x-%04x%04x%04x",
                   (unsigned)(ms >> 16 & 0xFFFFFFFFu), (unsigned)(ms & 0xFFFFu),
                   0x7000u | (tail[0] & 0x0FFFu), 0x8000u | (tail[1] & 0x3FFFu), tail[2], tail[3], tail[4]);
    return id;
}
