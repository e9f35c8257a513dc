#include "net/fetch.h"

#include "base/clock.h"
#include "net/fetch_transfer.h"

#include <stdlib.h>

enum { US_PER_MS = 1000, POLL_MAX_MS = 1000 };

struct fetch_client {
    struct transfer_ground ground;
    struct transfer *transfers;  // rules.at_once
    struct transfer *handed_out; // its result was given to the caller, who may look at it until the next call
};

struct fetch_rules fetch_rules_default(void)
{
    return (struct fetch_rules){.at_once = 8,
                                .connect_ms = 10000,
                                .stall_s = 30,
                                .stall_bytes_s = 64,
                                .total_s = 1800,
                                .attempts = 5,
                                .pause_ms = 500,
                                .pause_max_ms = 30000,
                                .retry_after_max_s = 300};
}

void fetch_client_free(struct fetch_client **client)
{
    struct fetch_client *gone = *client;
    *client = NULL;
    if (!gone) return;
    for (size_t i = 0; gone->transfers && i < gone->ground.rules.at_once; i++) {
        struct transfer *transfer = &gone->transfers[i];
        if (transfer->state == TRANSFER_RUNNING)
            (void)curl_multi_remove_handle(gone->ground.multi, transfer->easy);
        if (transfer->state != TRANSFER_FREE) transfer_free(transfer);
        curl_easy_cleanup(transfer->easy);
    }
    (void)curl_multi_cleanup(gone->ground.multi);
    free(gone->transfers);
    free(gone);
}

static bool fill_transfers(struct fetch_client *client)
{
    for (size_t i = 0; i < client->ground.rules.at_once; i++) {
        client->transfers[i].ground = &client->ground;
        client->transfers[i].body.fd = -1;
        client->transfers[i].easy = curl_easy_init();
        if (!client->transfers[i].easy) return false;
    }
    return true;
}

enum status fetch_client_new(const struct fetch_rules *rules, struct str base_url,
                             struct fetch_client **out_client, struct error *error)
{
    FETCH_CLIENT_SCOPE client = calloc(1, sizeof *client);
    if (!client) return error_no_memory(error);
    client->ground.rules = *rules;
    client->ground.schemes = str_starts_with(base_url, STR("http://")) ? "http,https" : "https";
    client->ground.multi = curl_multi_init();
    client->transfers = calloc(rules->at_once, sizeof *client->transfers);
    if (!client->ground.multi || !client->transfers || !fill_transfers(client)) return error_no_memory(error);
    *out_client = client;
    client = NULL;
    return STATUS_OK;
}

static struct transfer *find(const struct fetch_client *client, enum transfer_state state)
{
    for (size_t i = 0; i < client->ground.rules.at_once; i++)
        if (client->transfers[i].state == state) return &client->transfers[i];
    return NULL;
}

bool fetch_client_has_room(const struct fetch_client *client)
{
    return client->handed_out || find(client, TRANSFER_FREE);
}

bool fetch_client_is_idle(const struct fetch_client *client)
{
    for (size_t i = 0; i < client->ground.rules.at_once; i++) {
        const struct transfer *transfer = &client->transfers[i];
        if (transfer->state != TRANSFER_FREE && transfer != client->handed_out) return false;
    }
    return true;
}

int64_t fetch_client_bytes(const struct fetch_client *client)
{
    return client->ground.bytes;
}

static void take_back(struct fetch_client *client)
{
    if (client->handed_out) transfer_free(client->handed_out);
    client->handed_out = NULL;
}

enum status fetch_client_start(struct fetch_client *client, const struct fetch_request *request,
                               struct error *error)
{
    take_back(client);
    struct transfer *transfer = find(client, TRANSFER_FREE);
    if (!transfer) return error_set(error, STATUS_INTERNAL, NULL, "no room for another request");
    if (!str_to_c(request->url, transfer->url, sizeof transfer->url))
        return error_set(error, STATUS_INVALID, NULL, "the address %.100s… is too long", transfer->url);
    TRY(fetch_body_open(&transfer->body, request->asks_size ? STR("") : request->path, request->max_bytes,
                        error));
    transfer->asks_size = request->asks_size;
    transfer->size = -1;
    transfer->context = request->context;
    transfer->attempts = 0;
    transfer->not_before_us = 0;
    transfer->state = TRANSFER_PAUSED;
    return STATUS_OK;
}

// Begins what has waited for long enough; answers how long the rest is to wait.
static enum status begin_due(struct fetch_client *client, int64_t *out_wait_us, struct error *error)
{
    const int64_t now_us = clock_monotonic_us();
    for (size_t i = 0; i < client->ground.rules.at_once; i++) {
        struct transfer *transfer = &client->transfers[i];
        if (transfer->state != TRANSFER_PAUSED) continue;
        const int64_t due_us = transfer->not_before_us > client->ground.paused_until_us
                                   ? transfer->not_before_us
                                   : client->ground.paused_until_us;
        if (due_us <= now_us)
            TRY(transfer_begin(transfer, error));
        else if (due_us - now_us < *out_wait_us)
            *out_wait_us = due_us - now_us;
    }
    return STATUS_OK;
}

static void settle_all(struct fetch_client *client)
{
    const CURLMsg *message;
    int waiting;
    while ((message = curl_multi_info_read(client->ground.multi, &waiting)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        struct transfer *transfer = NULL;
        const CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer_settle(transfer, code);
    }
}

static enum status go_on(struct fetch_client *client, int64_t wait_us, struct error *error)
{
    int running;
    if (curl_multi_perform(client->ground.multi, &running) != CURLM_OK)
        return error_set(error, STATUS_INTERNAL, NULL, "requests could not go on");
    settle_all(client);
    if (find(client, TRANSFER_ENDED)) return STATUS_OK;
    const int wait_ms = (int)((wait_us + US_PER_MS - 1) / US_PER_MS);
    if (curl_multi_poll(client->ground.multi, NULL, 0, wait_ms < POLL_MAX_MS ? wait_ms : POLL_MAX_MS, NULL) !=
        CURLM_OK)
        return error_set(error, STATUS_INTERNAL, NULL, "requests could not be waited for");
    return STATUS_OK;
}

static void hand_out(struct fetch_client *client, struct transfer *transfer, struct fetch_result *result)
{
    *result = (struct fetch_result){.status = transfer->status,
                                    .body = buf_str(&transfer->body.memory),
                                    .size = transfer->size,
                                    .attempts = transfer->attempts,
                                    .http_status = transfer->http_status,
                                    .context = transfer->context};
    if (transfer->status != STATUS_OK)
        (void)str_to_c(str_from_c(transfer->local.message), result->message, sizeof result->message);
    client->handed_out = transfer;
}

enum status fetch_client_wait(struct fetch_client *client, int64_t wait_ms, struct fetch_result *out_result,
                              bool *out_has_result, struct error *error)
{
    take_back(client);
    const int64_t until_us = clock_monotonic_us() + wait_ms * US_PER_MS;
    struct transfer *ended;
    while (!(ended = find(client, TRANSFER_ENDED))) {
        int64_t wait_us = until_us - clock_monotonic_us();
        if (wait_us <= 0) break;
        TRY(begin_due(client, &wait_us, error));
        TRY(go_on(client, wait_us, error));
    }
    if (ended) hand_out(client, ended, out_result);
    *out_has_result = ended != NULL;
    return STATUS_OK;
}
