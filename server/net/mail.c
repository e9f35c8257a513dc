#include "net/mail.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/id.h"
#include "base/limits.h"

#include <curl/curl.h>
#include <string.h>

enum { CONNECT_S = 5, TOTAL_S = 10, DAY_S = 86400 };

// What is still to be sent.
struct sending {
    struct str rest;
};

static size_t give(char *out, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    const size_t len = size * count < sending->rest.len ? size * count : sending->rest.len;
    if (len > 0) memcpy(out, sending->rest.ptr, len);
    sending->rest = str_slice(sending->rest, len, sending->rest.len);
    return len;
}

// Lines of SMTP end with CR LF.
static void put_text(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\r') continue;
        if (text.ptr[i] == '\n')
            buf_append_str(buf, STR("\r\n"));
        else
            buf_append_char(buf, text.ptr[i]);
    }
}

// A word of RFC 2047, so that any name may stand in it.
static void put_subject(struct buf *buf, struct str subject)
{
    static const char digits[] = "0123456789ABCDEF";
    buf_append_str(buf, STR("Subject: =?UTF-8?Q?"));
    for (size_t i = 0; i < subject.len; i++) {
        const unsigned char c = (unsigned char)subject.ptr[i];
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_plain)
            buf_append_char(buf, (char)c);
        else
            buf_append_format(buf, "=%c%c", digits[c >> 4], digits[c & 15]);
    }
    buf_append_str(buf, STR("?=\r\n"));
}

// RFC 5322, 3.3: "Thu, 26 Nov 2026 04:36:34 +0000".
static void put_date(struct buf *buf, int64_t now_s)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; // from 1970-01-01 on
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t day = now_s / DAY_S, second = now_s % DAY_S;
    const struct civil_date date = datetime_civil_from_days(day);
    buf_append_format(buf, "Date: %s, %d %s %lld %02d:%02d:%02d +0000\r\n", days[day % 7], (int)date.day,
                      months[date.month - 1], (long long)date.year, (int)(second / 3600),
                      (int)(second / 60 % 60), (int)(second % 60));
}

static void put_message(struct buf *buf, const struct mail_server *server, const struct mail *mail)
{
    const int64_t now_us = clock_wall_us();
    const struct id id = id_new(now_us);
    put_date(buf, now_us / 1000000);
    buf_append_format(buf, "From: Trading Lab <%.*s>\r\nTo: <%.*s>\r\nMessage-ID: <%s@tlab>\r\n",
                      STR_ARG(server->from), STR_ARG(mail->to), id.text);
    put_subject(buf, mail->subject);
    buf_append_str(buf, STR("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n"));
    put_text(buf, mail->text);
}

static bool is_on_this_machine(const char *url)
{
    char *host = NULL;
    CURLU *parts = curl_url();
    bool is_local = false;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        is_local =
            strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0;
    curl_free(host);
    curl_url_cleanup(parts);
    return is_local;
}

static void set_up(CURL *curl, const char *url, const char *from, struct curl_slist *to,
                   struct sending *sending, char problem[CURL_ERROR_SIZE])
{
    const bool is_local = is_on_this_machine(url);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(is_local ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, sending);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TOTAL_S);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
}

static enum status perform(const struct mail_server *server, const struct mail *mail, struct str message,
                           struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    char problem[CURL_ERROR_SIZE] = "";
    struct sending sending = {.rest = message};
    const char *url = str_copy_c(&arena, server->url), *from = str_copy_c(&arena, server->from);
    const char *to = str_copy_c(&arena, mail->to);
    CURL *curl = url && from && to ? curl_easy_init() : NULL;
    struct curl_slist *recipients = curl ? curl_slist_append(NULL, to) : NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (recipients) {
        set_up(curl, url, from, recipients, &sending, problem);
        code = curl_easy_perform(curl);
    }
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    if (code == CURLE_OK) return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE, "mail_failed", "the mail could not be sent: %s",
                     problem[0] ? problem : curl_easy_strerror(code));
}

enum status mail_send(const struct mail_server *server, const struct mail *mail, struct error *error)
{
    BUF_SCOPE(buf, 64 * KIB);
    put_message(&buf, server, mail);
    if (buf.failed) return error_no_memory(error);
    return perform(server, mail, buf_str(&buf), error);
}
