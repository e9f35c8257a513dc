#include "db/notice_queue.h"

bool notice_is_valid(struct str channel, struct str payload)
{
    if (channel.len > LIMIT_NOTICE_CHANNEL_BYTES || payload.len > LIMIT_NOTICE_PAYLOAD_BYTES) return false;
    for (size_t i = 0; i < channel.len; i++) {
        const char c = channel.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
    }
    for (size_t i = 0; i < payload.len; i++)
        if (payload.ptr[i] < ' ' || payload.ptr[i] > '~') return false;
    return true;
}

struct str notice_channel(const struct notice *notice)
{
    return (struct str){.ptr = notice->channel, .len = notice->channel_len};
}

struct str notice_payload(const struct notice *notice)
{
    return (struct str){.ptr = notice->payload, .len = notice->payload_len};
}

static bool is_waiting(const struct notice_queue *queue, struct str channel, struct str payload,
                       uint64_t hash)
{
    for (size_t i = 0; i < queue->count; i++) {
        const struct notice *notice = &queue->notices[i];
        if (notice->hash == hash && str_eq(notice_payload(notice), payload) &&
            str_eq(notice_channel(notice), channel))
            return true;
    }
    return false;
}

static struct notice notice_of(struct str channel, struct str payload, uint64_t hash)
{
    struct notice notice = {
        .hash = hash, .channel_len = (uint8_t)channel.len, .payload_len = (uint8_t)payload.len};
    if (channel.len) memcpy(notice.channel, channel.ptr, channel.len);
    if (payload.len) memcpy(notice.payload, payload.ptr, payload.len);
    return notice;
}

// `channel` "" can only be alone.
static bool waits_for_everything(const struct notice_queue *queue)
{
    return queue->count == 1 && queue->notices[0].channel_len == 0;
}

bool notice_queue_put(struct notice_queue *queue, struct str channel, struct str payload)
{
    const bool was_empty = queue->count == 0;
    const uint64_t hash = str_hash(payload);
    if (waits_for_everything(queue) || is_waiting(queue, channel, payload, hash)) return false;
    if (channel.len == 0 || queue->count == LIMIT_NOTICES_WAITING) {
        queue->notices[0] = notice_of(STR(""), STR(""), 0);
        queue->count = 1;
    } else {
        queue->notices[queue->count++] = notice_of(channel, payload, hash);
    }
    return was_empty;
}
