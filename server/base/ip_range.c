#include "base/ip_range.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { V4_BITS = 32, V6_BITS = 128, MAPPED_BITS = V6_BITS - V4_BITS };

static const unsigned char mapped[MAPPED_BITS / 8] = {[10] = 0xFF, [11] = 0xFF};

static bool is_v4(const unsigned char bytes[16])
{
    return memcmp(bytes, mapped, sizeof mapped) == 0;
}

// *out_width: the longest prefix that may stand behind an address that is written like this.
static bool parse_address(struct str text, unsigned char out_bytes[16], int *out_width)
{
    char c[INET6_ADDRSTRLEN];
    if (!str_to_c(text, c, sizeof c)) return false;
    *out_width = str_find(text, ':') < text.len ? V6_BITS : V4_BITS;
    if (*out_width == V6_BITS) return inet_pton(AF_INET6, c, out_bytes) == 1;
    memcpy(out_bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, c, out_bytes + sizeof mapped) == 1;
}

static bool parse_prefix(struct str text, int width, int *out_bits)
{
    int64_t bits;
    if (text.len == 0 || text.len > 3 || text.ptr[0] == '-' || !str_to_int64(text, &bits) || bits > width)
        return false;
    *out_bits = V6_BITS - width + (int)bits;
    return true;
}

static bool bit_of(const unsigned char bytes[16], int i)
{
    return bytes[i / 8] >> (7 - i % 8) & 1;
}

static bool ends_with_zeros(const struct ip_range *range)
{
    for (int i = range->bits; i < V6_BITS; i++)
        if (bit_of(range->bytes, i)) return false;
    return true;
}

bool ip_range_parse(struct str text, struct ip_range *out_range)
{
    struct ip_range range = {.bits = V6_BITS};
    int width;
    const size_t slash = str_find(text, '/');
    if (!parse_address(str_slice(text, 0, slash), range.bytes, &width)) return false;
    if (slash < text.len && !parse_prefix(str_slice(text, slash + 1, text.len), width, &range.bits))
        return false;
    if (!ends_with_zeros(&range)) return false;
    *out_range = range;
    return true;
}

bool ip_range_holds(const struct ip_range *range, struct str address)
{
    unsigned char bytes[16];
    int width;
    if (!parse_address(str_slice(address, 0, str_find(address, '%')), bytes, &width)) return false;
    for (int i = 0; i < range->bits; i++)
        if (bit_of(bytes, i) != bit_of(range->bytes, i)) return false;
    return true;
}

bool ip_ranges_check(struct str ranges)
{
    struct ip_range range;
    struct str rest = ranges, text;
    if (ranges.len == 0) return true;
    while (str_split(&rest, ',', &text))
        if (!ip_range_parse(str_trim(text), &range)) return false;
    return true;
}

bool ip_ranges_hold(struct str ranges, struct str address)
{
    struct ip_range range;
    struct str rest = ranges, text;
    while (str_split(&rest, ',', &text))
        if (ip_range_parse(str_trim(text), &range) && ip_range_holds(&range, address)) return true;
    return false;
}

struct str ip_network_of(struct str address, char buffer[IP_RANGE_TEXT_MAX])
{
    enum { SUBSCRIBER_BITS = 64 };
    struct ip_range range = {.bits = V6_BITS};
    int width;
    const struct str text = str_slice(address, 0, str_find(address, '%'));
    if (!parse_address(text, range.bytes, &width)) return address;
    if (!is_v4(range.bytes)) {
        range.bits = SUBSCRIBER_BITS;
        memset(range.bytes + SUBSCRIBER_BITS / 8, 0, sizeof range.bytes - SUBSCRIBER_BITS / 8);
    }
    return ip_range_format(&range, buffer);
}

struct str ip_range_format(const struct ip_range *range, char buffer[IP_RANGE_TEXT_MAX])
{
    char address[INET6_ADDRSTRLEN] = "";
    const bool is_short = is_v4(range->bytes) && range->bits >= MAPPED_BITS;
    (void)inet_ntop(is_short ? AF_INET : AF_INET6, range->bytes + (is_short ? sizeof mapped : 0), address,
                    sizeof address);
    (void)snprintf(buffer, IP_RANGE_TEXT_MAX, "%s/%d", address, range->bits - (is_short ? MAPPED_BITS : 0));
    return str_from_c(buffer);
}
