#include "cli/download_report.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/download/download_sizes.h"
#include "market/ingest/series_name.h"
#include "json/writer.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAY_S = 86400 };

static const double bytes_per_mb = 1e6;

void download_report_file(void *context, const struct download_event *event)
{
    struct download_report *report = context;
    if (event->end != DOWNLOAD_FAILED) return;
    progress_clear(&report->progress);
    fprintf(stderr, "failed: %.*s: %s\n", STR_ARG(event->path), event->reason);
}

void download_report_progress(void *context, const struct download_progress *progress)
{
    struct download_report *report = context;
    const struct progress_state state = {
        .effort_done = (int64_t)progress->files_done,
        .effort_total = (int64_t)progress->files_total,
        .items_done = progress->files_done,
        .items_total = progress->files_total,
        .items_name = "files",
        .units_done = progress->bytes / (int64_t)KIB,
        .units_name = "KiB",
    };
    progress_show(&report->progress, &state);
}

// ---- the plan

// The files of one symbol: those that lie on the disk already, and how much the others are.
struct plan_row {
    size_t files, on_disk;
    int64_t bytes;
    size_t absent, unknown; // not published; of a size that the server does not say
    int64_t bytes_to_fetch;
};

// Where the folder of a symbol is not there, none of its files need be looked for: a plan may have millions.
struct disk {
    const struct download_plan *plan;
    bool is_known, has_folder;   // of what follows
    struct download_item folder; // one of its items
};

static bool knows_folder(const struct disk *disk, const struct download_item *item)
{
    const struct download_item *last = &disk->folder;
    return disk->is_known && last->symbol == item->symbol && last->is_monthly == item->is_monthly;
}

static bool folder_is_there(struct disk *disk, const struct download_item *item, struct str path)
{
    char folder[PATH_MAX];
    if (knows_folder(disk, item)) return disk->has_folder;
    const struct str parent = str_slice(path, 0, path.len - path_file_name(path).len);
    disk->is_known = true;
    disk->folder = *item;
    disk->has_folder = str_to_c(parent, folder, sizeof folder) && access(folder, F_OK) == 0;
    return disk->has_folder;
}

static void look_at_disk(struct disk *disk, const struct download_item *item, struct plan_row *row)
{
    struct stat file;
    row->files++;
    if (knows_folder(disk, item) && !disk->has_folder) return;
    ARENA_SCOPE(arena, 64 * KIB);
    const struct download_archive archive = download_plan_archive(disk->plan, item);
    const struct str name = download_archive_path(&archive, &arena);
    const struct str path =
        str_format(&arena, "%.*s/%.*s", STR_ARG(disk->plan->spec->destination_dir), STR_ARG(name));
    if (!path.ptr || !folder_is_there(disk, item, path) || stat(path.ptr, &file) != 0) return;
    row->on_disk++;
    row->bytes += file.st_size;
}

static void add_size(int64_t size, struct plan_row *row)
{
    if (size >= 0)
        row->bytes_to_fetch += size;
    else if (size == DOWNLOAD_SIZE_ABSENT)
        row->absent++;
    else
        row->unknown++;
}

static const char *kind_of(const struct download_item *first, const struct download_item *last)
{
    if (first->is_monthly != last->is_monthly) return "monthly and daily";
    return first->is_monthly ? "monthly" : "daily";
}

static void print_sizes(const struct plan_row *row)
{
    printf("%.1f MB to fetch", (double)row->bytes_to_fetch / bytes_per_mb);
    if (row->absent > 0) printf(", %zu not published", row->absent);
    if (row->unknown > 0) printf(", %zu of unknown size", row->unknown);
}

static void print_row(const struct download_plan *plan, size_t from, size_t to, const struct plan_row *row)
{
    const struct download_item *first = &plan->items[from], *last = &plan->items[to - 1];
    char from_text[DATETIME_TEXT_MAX], to_text[DATETIME_TEXT_MAX];
    const int64_t last_day = last->is_monthly ? download_month_next(last->first_day) - 1 : last->first_day;
    (void)datetime_format_date((int64_t)first->first_day * DAY_S, from_text);
    (void)datetime_format_date(last_day * DAY_S, to_text);
    printf("%-16.*s %-4s %.10s to %.10s  %6zu %s", STR_ARG(plan->spec->symbols[first->symbol]),
           interval_name(plan->spec->interval), from_text, to_text, row->files, kind_of(first, last));
    if (row->on_disk > 0)
        printf(", %zu on the disk (%.1f MB)", row->on_disk, (double)row->bytes / bytes_per_mb);
}

static size_t end_of_symbol(const struct download_plan *plan, size_t from)
{
    size_t to = from;
    while (to < plan->count && plan->items[to].symbol == plan->items[from].symbol)
        to++;
    return to;
}

static struct plan_row row_of(const struct download_plan *plan, const int64_t *sizes, size_t from, size_t to)
{
    struct plan_row row = {0};
    struct disk disk = {.plan = plan};
    for (size_t i = from; i < to; i++) {
        const size_t on_disk = row.on_disk;
        look_at_disk(&disk, &plan->items[i], &row);
        if (sizes && row.on_disk == on_disk) add_size(sizes[i], &row);
    }
    return row;
}

static void add_row(struct plan_row *all, const struct plan_row *row)
{
    all->on_disk += row->on_disk;
    all->bytes += row->bytes;
    all->absent += row->absent;
    all->unknown += row->unknown;
    all->bytes_to_fetch += row->bytes_to_fetch;
}

void download_report_plan(const struct download_plan *plan, const int64_t *sizes)
{
    struct plan_row all = {0};
    for (size_t from = 0, to; from < plan->count; from = to) {
        to = end_of_symbol(plan, from);
        const struct plan_row row = row_of(plan, sizes, from, to);
        print_row(plan, from, to, &row);
        if (sizes) fputs(", ", stdout);
        if (sizes) print_sizes(&row);
        putchar('\n');
        add_row(&all, &row);
    }
    printf("plan: %zu files, %zu of them on the disk (%.1f MB); %zu are in the database already\n",
           plan->count, all.on_disk, (double)all.bytes / bytes_per_mb, plan->held_count);
    if (!sizes) return;
    fputs("sizes: ", stdout);
    print_sizes(&all);
    putchar('\n');
}

static void put_size(struct json_writer *json, int64_t size)
{
    json_put_bool(json, "is_published", size != DOWNLOAD_SIZE_ABSENT);
    json_key(json, "size");
    if (size >= 0)
        json_int(json, size);
    else
        json_null(json);
}

static void put_item(struct json_writer *json, const struct download_plan *plan, const int64_t *sizes,
                     size_t index)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct plan_row row = {0};
    const struct download_archive archive = download_plan_archive(plan, &plan->items[index]);
    look_at_disk(&(struct disk){.plan = plan}, &plan->items[index], &row);
    json_begin_object(json);
    json_put_str(json, "path", download_archive_path(&archive, &arena));
    json_put_bool(json, "on_disk", row.on_disk > 0);
    json_key(json, "bytes");
    if (row.on_disk > 0)
        json_int(json, row.bytes);
    else
        json_null(json);
    if (sizes && row.on_disk == 0) put_size(json, sizes[index]);
    json_end_object(json);
}

// A line for each file: a plan may be long.
void download_report_plan_json(const struct download_plan *plan, const int64_t *sizes)
{
    for (size_t i = 0; i < plan->count; i++) {
        BUF_SCOPE(text, 16 * KIB);
        struct json_writer json = json_writer_on(&text);
        put_item(&json, plan, sizes, i);
        if (!text.failed) printf("%.*s\n", STR_ARG(buf_str(&text)));
    }
}

// ---- the summary

void download_report_summary(const struct download_report *report, const struct download_plan *plan,
                             const struct download_summary *summary)
{
    const double elapsed_s = progress_elapsed_s(&report->progress);
    if (report->is_quiet) return;
    printf("files: %zu fetched, %zu had already, %zu on the disk already, %zu not published, %zu failed\n",
           summary->counts[DOWNLOAD_STORED], plan->held_count, summary->counts[DOWNLOAD_FROM_DISK],
           summary->counts[DOWNLOAD_NOT_PUBLISHED], summary->counts[DOWNLOAD_FAILED]);
    if (summary->waiting + summary->left > 0)
        printf(
            "not done: %zu fetched and not stored yet, %zu not fetched; the same command goes on from here\n",
            summary->waiting, summary->left);
    printf("candles: %" PRId64 " added, %" PRId64 " unchanged, %" PRId64 " revised\n", summary->rows.added,
           summary->rows.unchanged, summary->rows.revised);
    printf("time: %.2f s, %.1f MB fetched\n", elapsed_s, (double)summary->bytes / bytes_per_mb);
}

void download_report_summary_json(const struct download_report *report, const struct download_plan *plan,
                                  const struct download_summary *summary)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"fetched", (int64_t)summary->counts[DOWNLOAD_STORED]},
        {"had_already", (int64_t)plan->held_count},
        {"on_disk_already", (int64_t)summary->counts[DOWNLOAD_FROM_DISK]},
        {"not_published", (int64_t)summary->counts[DOWNLOAD_NOT_PUBLISHED]},
        {"failed", (int64_t)summary->counts[DOWNLOAD_FAILED]},
        {"not_stored_yet", (int64_t)summary->waiting},
        {"not_fetched", (int64_t)summary->left},
        {"added", summary->rows.added},
        {"unchanged", summary->rows.unchanged},
        {"revised", summary->rows.revised},
        {"bytes", summary->bytes},
    };
    BUF_SCOPE(text, 64 * KIB);
    struct json_writer json = json_writer_on(&text);
    json_begin_object(&json);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_put_int(&json, counts[i].name, counts[i].value);
    json_key(&json, "elapsed_s");
    json_double(&json, progress_elapsed_s(&report->progress));
    json_end_object(&json);
    if (!text.failed) printf("%.*s\n", STR_ARG(buf_str(&text)));
}
