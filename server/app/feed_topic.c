#include "app/feed_topic.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

struct feed_topic *feed_topic_new(struct str log, int64_t last)
{
    struct feed_topic *topic = calloc(1, sizeof *topic);
    char *name = strndup(log.len ? log.ptr : "", log.len);
    if (!topic || !name) {
        free(topic);
        free(name);
        return NULL;
    }
    *topic = (struct feed_topic){.log = name, .last = last};
    return topic;
}

static void drop_oldest(struct feed_topic *topic)
{
    struct feed_message *oldest = topic->oldest;
    topic->oldest = oldest->next;
    if (!topic->oldest) topic->newest = NULL;
    topic->bytes -= oldest->len;
    free(oldest);
}

void feed_topic_free(struct feed_topic *topic)
{
    while (topic->oldest)
        drop_oldest(topic);
    free(topic->log);
    free(topic);
}

static struct feed_message *message_of(const struct event_row *event)
{
    const struct str event_word = STR("event: "), data_word = STR("\ndata: "), end = STR("\n\n");
    const struct str parts[] = {event_word, event->type, data_word, event->data, end};
    size_t len = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        len += parts[i].len;
    struct feed_message *message = malloc(sizeof *message + len);
    if (!message) return NULL;
    *message = (struct feed_message){.number = event->number, .len = 0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len) memcpy(message->text + message->len, parts[i].ptr, parts[i].len);
        message->len += parts[i].len;
    }
    return message;
}

bool feed_topic_append(struct feed_topic *topic, const struct event_row *event)
{
    struct feed_message *message = message_of(event);
    if (!message) return false;
    if (topic->newest)
        topic->newest->next = message;
    else
        topic->oldest = message;
    topic->newest = message;
    topic->last = event->number;
    topic->bytes += message->len;
    while (topic->bytes > FEED_TOPIC_BYTES && topic->oldest != topic->newest)
        drop_oldest(topic);
    return true;
}

int64_t feed_topic_first(const struct feed_topic *topic)
{
    return topic->oldest ? topic->oldest->number : topic->last + 1;
}

const struct feed_message *feed_topic_find(const struct feed_topic *topic, int64_t number)
{
    if (number > topic->last) return NULL;
    const struct feed_message *message = topic->oldest;
    while (message && message->number < number)
        message = message->next;
    return message;
}
