#include "market/ingest/ingest_report.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

void ingest_report_notice(struct ingest_report *report, int64_t line, const char *format, ...)
{
    if (report->notice_count == INGEST_NOTICES_MAX) return;
    struct ingest_note *note = &report->notices[report->notice_count++];
    note->line = line;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(note->text, sizeof note->text, format, arguments);
    va_end(arguments);
}

void ingest_report_left_out(struct ingest_report *report, int64_t line, const char *reason)
{
    if (report->left_out_count < INGEST_LEFT_OUT_MAX) {
        struct ingest_note *note = &report->left_out[report->left_out_count];
        note->line = line;
        (void)str_to_c(str_from_c(reason), note->text, sizeof note->text);
    }
    report->left_out_count++;
}
