// What there is to say about one file beside its rows.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { INGEST_NOTICES_MAX = 8, INGEST_LEFT_OUT_MAX = 20, INGEST_NOTE_BYTES = 160 };

struct ingest_note {
    int64_t line; // 0: the file as a whole
    char text[INGEST_NOTE_BYTES];
};

// Zero-initialise.
struct ingest_report {
    int64_t failed_line; // where reading failed, 0 when it was no single line
    struct ingest_note notices[INGEST_NOTICES_MAX];
    size_t notice_count;
    struct ingest_note left_out[INGEST_LEFT_OUT_MAX]; // rows not stored: the first of them
    int64_t left_out_count;                           // all of them
};

// Beyond INGEST_NOTICES_MAX they are dropped; cut to their size.
void ingest_report_notice(struct ingest_report *report, int64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void ingest_report_left_out(struct ingest_report *report, int64_t line, const char *reason);
