// Ranges of IPv4 and IPv6 addresses as RFC 4632 and RFC 4291 write them: "10.0.0.0/8", "2001:db8::/32". An
// address alone is the range of itself. What IPv6 calls "::ffff:192.0.2.1" is the IPv4 address.
#pragma once

#include "base/str.h"

#include <stdbool.h>

enum { IP_RANGE_TEXT_MAX = 52 }; // of ip_range_format, with its end

struct ip_range {
    unsigned char bytes[16]; // IPv4 as ::ffff:a.b.c.d
    int bits;                // of the bytes that count, from the left
};

// False when it is none, and when bits behind the prefix are set ("10.0.0.1/8"), which is as likely meant to
// be one address as all of them.
bool ip_range_parse(struct str text, struct ip_range *out_range);

// Whether a numeric address (a zone behind "%" does not count) lies in it; false for what is no address.
bool ip_range_holds(const struct ip_range *range, struct str address);

// Ranges separated by commas, and blanks if one likes. True of "", which holds no address.
bool ip_ranges_check(struct str ranges);
bool ip_ranges_hold(struct str ranges, struct str address);

// Who shares an address with whom, as a range: an IPv4 address is one, of IPv6 a subscriber has the whole
// /64. What is no address is itself. Borrowed from `buffer` or `address`.
struct str ip_network_of(struct str address, char buffer[IP_RANGE_TEXT_MAX]);

// As it is usually written, always with the prefix. Borrowed from `buffer`.
struct str ip_range_format(const struct ip_range *range, char buffer[IP_RANGE_TEXT_MAX]);
