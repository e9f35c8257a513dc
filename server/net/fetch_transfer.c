#include "net/fetch_transfer.h"

#include "base/clock.h"
#include "base/rand.h"
#include "net/fetch_retry.h"

#include <stdio.h>

enum { US_PER_MS = 1000, WHY_MAX = 400, UNREAD_MAX = 1024 * 1024 };

// ---- what libcurl calls

static void forget_answer(struct transfer *transfer)
{
    transfer->tag[0] = transfer->content_range[0] = '\0';
    transfer->encoding[0] = transfer->location[0] = '\0';
}

static void note_header(struct str line, struct str name, char value[static HEADER_VALUE_MAX])
{
    const size_t colon = str_find(line, ':');
    if (colon == line.len || !str_eq_ignore_case(str_slice(line, 0, colon), name)) return;
    const struct str text = str_trim(str_slice(line, colon + 1, line.len));
    (void)str_to_c(text.len < HEADER_VALUE_MAX ? text : STR(""), value, HEADER_VALUE_MAX);
}

// NOLINTNEXTLINE(readability-non-const-parameter): the type that libcurl wants
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const struct str line = {.ptr = bytes, .len = size * count};
    if (str_starts_with(line, STR("HTTP/"))) // of several answers to one attempt the last one counts
        forget_answer(transfer);
    note_header(line, STR("etag"), transfer->tag);
    note_header(line, STR("content-range"), transfer->content_range);
    note_header(line, STR("content-encoding"), transfer->encoding);
    note_header(line, STR("location"), transfer->location);
    return size * count;
}

static long http_status_of(const struct transfer *transfer)
{
    long http_status = 0;
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &http_status);
    return http_status;
}

static int64_t length_of(const struct transfer *transfer)
{
    curl_off_t length = -1;
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}

// No encoding is asked for: what comes so would be stored as it is, and be no file of ours.
static bool is_encoded(const struct transfer *transfer)
{
    return transfer->encoding[0] && !str_eq_ignore_case(str_from_c(transfer->encoding), STR("identity"));
}

// Whether the bytes that come are the rest of what is there, or the whole.
static enum status begin_body(struct transfer *transfer)
{
    int64_t first;
    transfer->has_begun = true;
    if (is_encoded(transfer))
        return error_set(&transfer->local, STATUS_UNAVAILABLE, NULL,
                         "it came encoded as %.100s, which was not asked for", transfer->encoding);
    if (length_of(transfer) > transfer->body.max_bytes)
        return fetch_body_too_large(&transfer->body, &transfer->local);
    if (http_status_of(transfer) != 206)
        return fetch_body_restart(&transfer->body, str_from_c(transfer->tag), &transfer->local);
    if (fetch_range_start(str_from_c(transfer->content_range), &first) && first == transfer->body.bytes)
        return STATUS_OK;
    fetch_body_remove(transfer->body.path);
    transfer->body.tag[0] = '\0';
    return error_set(&transfer->local, STATUS_UNAVAILABLE, NULL, "another part came than was asked for");
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const size_t len = size * count;
    transfer->ground->bytes += (int64_t)len;
    if (fetch_judge_status(http_status_of(transfer)) != FETCH_TAKEN) { // what an error says is no file
        transfer->unread += len;
        return transfer->unread > UNREAD_MAX ? 0 : len;
    }
    enum status status = transfer->has_begun ? STATUS_OK : begin_body(transfer);
    if (status == STATUS_OK) status = fetch_body_write(&transfer->body, bytes, len, &transfer->local);
    return status == STATUS_OK ? len : 0;
}

// ---- one attempt

static void set_up(struct transfer *transfer)
{
    const struct fetch_rules *rules = &transfer->ground->rules;
    CURL *easy = transfer->easy;
    curl_easy_reset(easy);
    (void)curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, transfer->ground->schemes);
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "tlab/" TLAB_VERSION);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)rules->connect_ms);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)rules->total_s * 1000);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)rules->stall_bytes_s);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)rules->stall_s);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->problem);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_NOBODY, transfer->asks_size ? 1L : 0L);
}

static void drop_headers(struct transfer *transfer)
{
    curl_slist_free_all(transfer->headers);
    transfer->headers = NULL;
}

// "If-Range": the rest only if the file is still the one whose beginning is here, else the whole.
static bool ask_for_rest(struct transfer *transfer)
{
    char line[HEADER_VALUE_MAX + FETCH_TAG_MAX], range[32];
    drop_headers(transfer);
    if (transfer->body.bytes == 0) return true;
    (void)snprintf(line, sizeof line, "If-Range: %s", transfer->body.tag);
    transfer->headers = curl_slist_append(NULL, line);
    (void)curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    // CURLOPT_RESUME_FROM would call the whole file a failure, which is the answer where it has changed
    (void)snprintf(range, sizeof range, "%lld-", (long long)transfer->body.bytes);
    (void)curl_easy_setopt(transfer->easy, CURLOPT_RANGE, range);
    return transfer->headers != NULL;
}

enum status transfer_begin(struct transfer *transfer, struct error *error)
{
    if (!transfer->body.tag[0]) transfer->body.bytes = 0; // nothing says what its beginning is of
    transfer->attempts++;
    transfer->has_begun = false;
    transfer->unread = 0;
    transfer->problem[0] = '\0';
    forget_answer(transfer);
    transfer->local = (struct error){0};
    set_up(transfer);
    if (!ask_for_rest(transfer)) return error_no_memory(error);
    if (curl_multi_add_handle(transfer->ground->multi, transfer->easy) != CURLM_OK)
        return error_set(error, STATUS_INTERNAL, NULL, "a request could not be begun");
    transfer->state = TRANSFER_RUNNING;
    return STATUS_OK;
}

// ---- the end of an attempt

// Of a file that is not whole only stays what can be continued.
static void end(struct transfer *transfer, enum status status)
{
    const bool is_of_use = transfer->body.has_tag_file && status != STATUS_TOO_LARGE;
    transfer->status = status;
    transfer->state = TRANSFER_ENDED;
    fetch_body_close(&transfer->body, status == STATUS_OK);
    if (status != STATUS_OK && transfer->body.path[0] && !is_of_use) fetch_body_remove(transfer->body.path);
}

static void end_with(struct transfer *transfer, enum status status, const char *why)
{
    if (!transfer->local.message[0]) (void)error_set(&transfer->local, status, NULL, "%.300s", why);
    end(transfer, status);
}

static int64_t retry_after_s(const struct transfer *transfer)
{
    curl_off_t seconds = 0;
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds > 0 ? seconds : 0;
}

static void end_with_wait(struct transfer *transfer, const char *why, int64_t wait_s)
{
    char whole[WHY_MAX];
    (void)snprintf(whole, sizeof whole, "%.300s, and asks to wait for %lld s", why, (long long)wait_s);
    end_with(transfer, STATUS_UNAVAILABLE, whole);
}

static void try_again(struct transfer *transfer, bool for_all, const char *why)
{
    struct transfer_ground *ground = transfer->ground;
    const struct fetch_rules *rules = &ground->rules;
    struct fetch_pause pause = {.first_ms = rules->pause_ms,
                                .longest_ms = rules->pause_max_ms,
                                .retry_after_s = retry_after_s(transfer)};
    if (pause.retry_after_s > rules->retry_after_max_s) {
        end_with_wait(transfer, why, pause.retry_after_s);
        return;
    }
    if (transfer->attempts >= rules->attempts) {
        end_with(transfer, STATUS_UNAVAILABLE, why);
        return;
    }
    rand_bytes(&pause.random, sizeof pause.random);
    transfer->not_before_us = clock_monotonic_us() + fetch_pause_ms(&pause, transfer->attempts) * US_PER_MS;
    transfer->state = TRANSFER_PAUSED;
    fetch_body_close(&transfer->body, false);
    if (for_all && transfer->not_before_us > ground->paused_until_us)
        ground->paused_until_us = transfer->not_before_us;
}

// What no second attempt would change.
static bool is_hopeless(CURLcode code)
{
    return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
           code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_OUT_OF_MEMORY;
}

static void settle_failure(struct transfer *transfer, CURLcode code)
{
    const char *why = transfer->problem[0] ? transfer->problem : curl_easy_strerror(code);
    if (transfer->local.message[0] && transfer->local.status != STATUS_UNAVAILABLE)
        end(transfer, transfer->local.status);
    else if (is_encoded(transfer) || is_hopeless(code))
        end_with(transfer, STATUS_UNAVAILABLE, why);
    else
        try_again(transfer, false, why);
}

static void settle_size(struct transfer *transfer)
{
    transfer->size = length_of(transfer);
    end(transfer, STATUS_OK);
}

// An empty file has no first byte.
static void settle_taken(struct transfer *transfer)
{
    if (transfer->asks_size) {
        settle_size(transfer);
        return;
    }
    const enum status status = transfer->has_begun ? STATUS_OK : begin_body(transfer);
    end(transfer, status);
}

static void put_refusal(const struct transfer *transfer, long http_status, char why[static WHY_MAX])
{
    const bool is_redirect = http_status >= 300 && http_status < 400 && transfer->location[0];
    if (is_redirect)
        (void)snprintf(why, WHY_MAX, "the server answers %ld: it sends to %.200s, which is not followed",
                       http_status, transfer->location);
    else
        (void)snprintf(why, WHY_MAX, "the server answers %ld", http_status);
}

static void settle_answer(struct transfer *transfer)
{
    char why[WHY_MAX];
    const long http_status = http_status_of(transfer);
    put_refusal(transfer, http_status, why);
    switch (fetch_judge_status(http_status)) {
    case FETCH_TAKEN: settle_taken(transfer); return;
    case FETCH_ABSENT: end_with(transfer, STATUS_NOT_FOUND, "the server has no such file"); return;
    case FETCH_AGAIN: try_again(transfer, false, why); return;
    case FETCH_SLOWER: try_again(transfer, true, why); return;
    case FETCH_RESTARTED:
        fetch_body_remove(transfer->body.path);
        transfer->body.tag[0] = '\0';
        try_again(transfer, false, why);
        return;
    case FETCH_REFUSED: end_with(transfer, STATUS_UNAVAILABLE, why); return;
    }
}

void transfer_settle(struct transfer *transfer, CURLcode code)
{
    transfer->http_status = http_status_of(transfer);
    (void)curl_multi_remove_handle(transfer->ground->multi, transfer->easy);
    if (code == CURLE_OK || transfer->unread > UNREAD_MAX)
        settle_answer(transfer);
    else
        settle_failure(transfer, code);
}

void transfer_free(struct transfer *transfer)
{
    fetch_body_close(&transfer->body, false);
    buf_done(&transfer->body.memory);
    drop_headers(transfer);
    transfer->state = TRANSFER_FREE;
}
