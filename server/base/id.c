#include "base/id.h"

#include "base/rand.h"

enum { ID_BYTES = 16, RANDOM_FROM = 8 };

static void write_text(const unsigned char bytes[static ID_BYTES], char text[static ID_TEXT_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < ID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *text++ = '-';
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 0x0F];
    }
    *text = '\0';
}

struct id id_new(int64_t now_us)
{
    const uint64_t ms = (uint64_t)(now_us / 1000), part = (uint64_t)(now_us % 1000) * 4096 / 1000;
    const uint64_t head = ms << 16 | 0x7000u | part; // version 7
    unsigned char bytes[ID_BYTES];
    for (size_t i = 0; i < RANDOM_FROM; i++)
        bytes[i] = (unsigned char)(head >> (56 - 8 * i));
    rand_bytes(bytes + RANDOM_FROM, sizeof bytes - RANDOM_FROM);
    bytes[RANDOM_FROM] = (unsigned char)((bytes[RANDOM_FROM] & 0x3F) | 0x80); // variant of RFC 9562
    struct id id;
    write_text(bytes, id.text);
    return id;
}
