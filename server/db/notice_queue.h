// Private to db/: notices that wait for one reader, bounded and without allocation. Equal ones wait once;
// when there are too many, or when everything is to be looked at anyway, a single "" stands for all. Not for
// two threads at a time.
#pragma once

#include "base/limits.h"
#include "base/str.h"

struct notice {
    uint64_t hash; // of the payload
    uint8_t channel_len, payload_len;
    char channel[LIMIT_NOTICE_CHANNEL_BYTES];
    char payload[LIMIT_NOTICE_PAYLOAD_BYTES];
};

struct notice_queue {
    size_t count;
    struct notice notices[LIMIT_NOTICES_WAITING];
};

// Whether a notice keeps the rules of db_notice.h: the characters and the lengths. The channel "" does.
bool notice_is_valid(struct str channel, struct str payload);

// `channel` and `payload` are valid. True when nothing waited before.
bool notice_queue_put(struct notice_queue *queue, struct str channel, struct str payload);

struct str notice_channel(const struct notice *notice);
struct str notice_payload(const struct notice *notice);
