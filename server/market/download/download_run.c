#include "market/download/download_run.h"

#include "base/cancel.h"
#include "base/limits.h"
#include "market/download/download_absent.h"
#include "market/download/download_batch.h"
#include "market/download/download_store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    BATCH_LEAST = 256,  // fewer are stored when nothing more comes: a transaction is paid for once
    TRIES = 3,          // of an archive that is not what its CHECKSUM says
    FAILED_FEWEST = 16, // files in a row that end it, where the server is what fails
    FAILED_SYMBOLS = 3, // whose files they are, where the server answers something: another's may be there
    WAIT_MS = 100,
    WORK_ARENA_BYTES = 64 * 1024,
};

enum stage { STAGE_NONE, STAGE_ARCHIVE, STAGE_CHECKSUM, STAGE_RECHECK };

// One archive that is under way; at most one request of it at a time.
struct work {
    enum stage stage;
    struct download_item item;
    size_t order;
    int tries;
    struct arena arena;
    struct str name; // "data/spot/…zip"
    const char *path;
    char hex[CHECKSUM_HEX_BYTES]; // of what is on the disk
};

struct run {
    struct candle_writer *writer;
    const struct download_plan *plan;
    const struct download_options *options;
    struct download_summary *summary;
    struct fetch_client *client;
    struct work *works; // options->rules.at_once
    size_t working;
    size_t next;                   // item of the plan
    struct download_absent absent; // days of months that are not published
    size_t next_stand_in;
    bool has_asked_absent;
    size_t failed;         // files in a row that could not be fetched
    size_t failed_symbols; // of so many symbols
    int64_t last_failed;   // the last of them; -1: none
    struct download_batch *gathering, *storing;
};

// ---- ends

static void tell(struct run *run, struct str name, enum download_end end, const char *reason)
{
    const struct download_listener *listener = &run->options->listener;
    run->summary->counts[end]++;
    if (listener->on_file)
        listener->on_file(listener->context,
                          &(struct download_event){.path = name, .end = end, .reason = reason});
}

static void free_work(struct run *run, struct work *work)
{
    work->stage = STAGE_NONE;
    arena_reset(&work->arena);
    run->working--;
}

// A whole archive that cannot be verified is not kept; the beginning of one, with its tag, is.
static void drop_unverified(struct work *work)
{
    if (work->stage != STAGE_CHECKSUM) return;
    const struct str part = str_format(&work->arena, "%s.part", work->path);
    if (part.ptr) (void)unlink(part.ptr);
}

static void give_up(struct run *run, struct work *work, const char *reason)
{
    drop_unverified(work);
    tell(run, work->name, DOWNLOAD_FAILED, reason);
    free_work(run, work);
}

// An archive that is on the disk, verified.
static enum status gather(struct run *run, struct work *work, bool was_fetched, struct error *error)
{
    enum status status = download_batch_add(run->gathering, work->path, work->order, was_fetched, error);
    if (status == STATUS_OK && work->item.is_probe)
        status = download_absent_follow(&run->absent, &work->item, error);
    free_work(run, work);
    return status;
}

// A probe that is not there was no file that anybody wished for.
static enum status note_absent(struct run *run, struct work *work, struct error *error)
{
    const size_t order = work->order;
    const bool is_month = work->item.is_monthly;
    if (!work->item.is_probe) tell(run, work->name, DOWNLOAD_NOT_PUBLISHED, NULL);
    free_work(run, work);
    return is_month ? download_absent_note(&run->absent, order, run->options->today, error) : STATUS_OK;
}

// ---- requests

static enum status ask(struct run *run, struct work *work, enum stage stage, struct error *error)
{
    const struct download_archive archive = download_plan_archive(run->plan, &work->item);
    const bool is_archive = stage == STAGE_ARCHIVE;
    struct str url = download_archive_url(&archive, run->options->base_url, &work->arena);
    if (url.ptr && !is_archive) url = str_format(&work->arena, "%.*s.CHECKSUM", STR_ARG(url));
    const struct str part = is_archive ? str_format(&work->arena, "%s.part", work->path) : STR("");
    if (!url.ptr || !part.ptr) return error_no_memory(error);
    const struct fetch_request request = {
        .url = url,
        .path = part,
        .max_bytes = is_archive ? LIMIT_IMPORT_FILE_BYTES : LIMIT_CHECKSUM_FILE_BYTES,
        .context = work,
    };
    work->stage = stage;
    return fetch_client_start(run->client, &request, error);
}

static enum status begin(struct run *run, struct work *work, struct error *error)
{
    const struct str folder = run->plan->spec->destination_dir;
    const struct download_archive archive = download_plan_archive(run->plan, &work->item);
    work->tries = 0;
    work->name = download_archive_path(&archive, &work->arena);
    const struct str path = str_format(&work->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(work->name));
    if (!work->name.ptr || !path.ptr) return error_no_memory(error);
    work->path = path.ptr;
    const bool is_there = download_store_has(work->path, work->hex);
    if (is_there && !run->options->rechecks) return gather(run, work, false, error);
    if (is_there) return ask(run, work, STAGE_RECHECK, error);
    TRY(download_store_make_folders(work->path, error));
    return ask(run, work, STAGE_ARCHIVE, error);
}

static struct work *find_free(const struct run *run)
{
    for (size_t i = 0; i < run->options->rules.at_once; i++)
        if (run->works[i].stage == STAGE_NONE) return &run->works[i];
    return NULL;
}

static bool has_next(const struct run *run)
{
    return run->next < run->plan->count || run->next_stand_in < run->absent.count;
}

static void take_next(struct run *run, struct work *work)
{
    const bool is_planned = run->next < run->plan->count;
    work->order = is_planned ? run->next : run->plan->count + run->next_stand_in;
    work->item = is_planned ? run->plan->items[run->next++] : run->absent.items[run->next_stand_in++];
    run->working++;
}

static enum status fill(struct run *run, struct error *error)
{
    while (has_next(run) && !cancel_asked(run->options->is_cancelled)) {
        struct work *work = find_free(run);
        if (!work || run->gathering->count + run->working >= DOWNLOAD_BATCH_FILES) break;
        take_next(run, work);
        work->stage = STAGE_ARCHIVE;
        TRY(begin(run, work, error));
    }
    return STATUS_OK;
}

// ---- answers

static enum status take_archive(struct run *run, struct work *work, struct str checksum, struct error *error)
{
    struct error cause = {0};
    const enum status status = download_store_take(work->path, checksum, &cause);
    if (status == STATUS_OK) return gather(run, work, true, error);
    if (status != STATUS_MALFORMED) return error_set(error, status, NULL, "%s", cause.message);
    if (++work->tries < TRIES) return ask(run, work, STAGE_ARCHIVE, error);
    give_up(run, work, cause.message);
    return STATUS_OK;
}

static enum status compare(struct run *run, struct work *work, struct str checksum, struct error *error)
{
    struct error ignored = {0};
    enum checksum_finding finding = CHECKSUM_ABSENT;
    const struct str name = path_file_name(work->name);
    const bool is_same =
        checksum_compare(checksum, name, str_from_c(work->hex), &finding, &ignored) == STATUS_OK &&
        finding == CHECKSUM_HOLDS;
    return is_same ? gather(run, work, false, error) : ask(run, work, STAGE_ARCHIVE, error);
}

static enum status go_on(struct run *run, struct work *work, const struct fetch_result *result,
                         struct error *error)
{
    switch (work->stage) {
    case STAGE_ARCHIVE: return ask(run, work, STAGE_CHECKSUM, error);
    case STAGE_CHECKSUM: return take_archive(run, work, result->body, error);
    case STAGE_RECHECK: return compare(run, work, result->body, error);
    case STAGE_NONE: break;
    }
    return STATUS_OK;
}

// 429 and 418 are about whoever asks, as no answer at all is; another answer may be about the symbol.
static bool is_of_all(const struct fetch_result *result)
{
    return result->http_status == 0 || result->http_status == 429 || result->http_status == 418;
}

static void count_failure(struct run *run, uint32_t symbol)
{
    run->failed++;
    if ((int64_t)symbol <= run->last_failed) return; // the plan has them in order
    run->failed_symbols++;
    run->last_failed = symbol;
}

static enum status note_failure(struct run *run, struct work *work, const struct fetch_result *result,
                                struct error *error)
{
    const size_t by_jobs = 2 * run->options->rules.at_once, symbols = run->plan->spec->symbol_count;
    const size_t most = by_jobs > FAILED_FEWEST ? by_jobs : FAILED_FEWEST;
    count_failure(run, work->item.symbol);
    give_up(run, work, result->message);
    const bool is_wide =
        is_of_all(result) || run->failed_symbols >= (symbols < FAILED_SYMBOLS ? symbols : FAILED_SYMBOLS);
    if (run->failed < most || !is_wide) return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE, NULL,
                     "%zu files in a row could not be fetched, the last one: %.300s", run->failed,
                     result->message);
}

static void note_answer(struct run *run)
{
    run->failed = run->failed_symbols = 0;
    run->last_failed = -1;
}

static enum status settle(struct run *run, const struct fetch_result *result, struct error *error)
{
    struct work *work = result->context;
    const bool is_absent = result->status == STATUS_NOT_FOUND;
    if (result->status == STATUS_UNAVAILABLE) return note_failure(run, work, result, error);
    note_answer(run);
    if (result->status == STATUS_OK) return go_on(run, work, result, error);
    if (is_absent && work->stage != STAGE_CHECKSUM) return note_absent(run, work, error);
    if (!is_absent && result->status != STATUS_TOO_LARGE)
        return error_set(error, result->status, NULL, "%s", result->message);
    give_up(run, work, is_absent ? "there is no CHECKSUM to verify it with" : result->message);
    return STATUS_OK;
}

// ---- storing

static void account_file(struct run *run, const struct download_file *file)
{
    const size_t folder = run->plan->spec->destination_dir.len + 1;
    const struct str path = str_from_c(file->path);
    const struct str name = str_slice(path, folder, path.len);
    if (file->refusal)
        tell(run, name, DOWNLOAD_FAILED, file->refusal);
    else
        tell(run, name, file->was_fetched ? DOWNLOAD_STORED : DOWNLOAD_FROM_DISK, NULL);
}

static enum status account(struct run *run, struct error *error)
{
    struct download_batch *batch = run->storing;
    download_batch_join(batch);
    for (size_t i = 0; i < batch->done_count; i++)
        account_file(run, &batch->files[i]);
    run->summary->waiting += batch->count - batch->done_count;
    run->summary->rows.added += batch->summary.rows.added;
    run->summary->rows.unchanged += batch->summary.rows.unchanged;
    run->summary->rows.revised += batch->summary.rows.revised;
    const enum status status = batch->status;
    const struct error cause = batch->error;
    download_batch_clear(batch);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, cause.code, "%s", cause.message);
}

static enum status store(struct run *run, struct error *error)
{
    if (run->storing->is_running && atomic_load(&run->storing->has_ended)) TRY(account(run, error));
    const bool is_due = run->gathering->count >= BATCH_LEAST || (!has_next(run) && run->working == 0);
    if (run->storing->is_running || !is_due || run->gathering->count == 0) return STATUS_OK;
    struct download_batch *batch = run->gathering;
    run->gathering = run->storing;
    run->storing = batch;
    return download_batch_start(batch, run->writer, run->options->is_cancelled, error);
}

// ---- the whole

static void show_progress(const struct run *run)
{
    const struct download_listener *listener = &run->options->listener;
    size_t done = 0;
    for (int end = DOWNLOAD_STORED; end <= DOWNLOAD_FAILED; end++)
        done += run->summary->counts[end];
    if (listener->on_progress)
        listener->on_progress(listener->context, &(struct download_progress){
                                                     .files_done = done,
                                                     .files_total = run->plan->count + run->absent.count,
                                                     .bytes = fetch_client_bytes(run->client),
                                                 });
}

static bool has_work(const struct run *run)
{
    return has_next(run) || !run->has_asked_absent || run->working > 0 || run->gathering->count > 0 ||
           run->storing->is_running;
}

// Everything planned has its answer.
static enum status ask_absent(struct run *run, struct error *error)
{
    if (run->has_asked_absent || has_next(run) || run->working > 0) return STATUS_OK;
    run->has_asked_absent = true;
    return download_absent_ask(&run->absent, error);
}

static enum status step(struct run *run, struct error *error)
{
    struct fetch_result result;
    bool has_result = false;
    TRY(fill(run, error));
    TRY(ask_absent(run, error));
    TRY(fill(run, error));
    TRY(store(run, error));
    if (run->working == 0 && !run->storing->is_running) return STATUS_OK;
    TRY(fetch_client_wait(run->client, run->storing->is_running ? WAIT_MS / 10 : WAIT_MS, &result,
                          &has_result, error));
    return has_result ? settle(run, &result, error) : STATUS_OK;
}

static enum status carry_out(struct run *run, struct error *error)
{
    while (has_work(run)) {
        TRY(cancel_check(run->options->is_cancelled, error));
        TRY(step(run, error));
        show_progress(run);
    }
    return STATUS_OK;
}

// What was being stored is waited for, however it ended.
static void finish(struct run *run)
{
    struct error also = {0};
    run->summary->bytes = fetch_client_bytes(run->client);
    if (run->storing->is_running) {
        const enum status status = account(run, &also);
        (void)status; // why the whole has ended is known already
    }
    run->summary->waiting += run->gathering->count;
    run->summary->left +=
        run->plan->count - run->next + run->absent.count - run->next_stand_in + run->working;
    for (size_t i = 0; run->works && i < run->options->rules.at_once; i++)
        arena_clear(&run->works[i].arena);
}

static enum status run_with_batches(struct run *run, struct error *error)
{
    run->works = calloc(run->options->rules.at_once, sizeof *run->works);
    if (!run->works) return error_no_memory(error);
    for (size_t i = 0; i < run->options->rules.at_once; i++)
        arena_init(&run->works[i].arena, WORK_ARENA_BYTES);
    TRY(download_absent_init(&run->absent, run->plan, error));
    TRY(fetch_client_new(&run->options->rules, run->options->base_url, &run->client, error));
    const enum status status = carry_out(run, error);
    finish(run);
    return status;
}

size_t download_summary_had(const struct download_summary *summary, const struct download_plan *plan)
{
    return summary->counts[DOWNLOAD_STORED] + summary->counts[DOWNLOAD_FROM_DISK] +
           summary->counts[DOWNLOAD_NOT_PUBLISHED] + summary->waiting + plan->held_count;
}

enum status download_run(struct candle_writer *writer, const struct download_plan *plan,
                         const struct download_options *options, struct download_summary *summary,
                         struct error *error)
{
    struct download_batch *batches = calloc(2, sizeof *batches);
    if (!batches) return error_no_memory(error);
    struct run run = {
        .writer = writer, .plan = plan, .options = options, .summary = summary, .last_failed = -1};
    run.gathering = &batches[0];
    run.storing = &batches[1];
    for (int i = 0; i < 2; i++)
        download_batch_init(&batches[i]);
    const enum status status = run_with_batches(&run, error);
    for (int i = 0; i < 2; i++)
        download_batch_done(&batches[i]);
    fetch_client_free(&run.client);
    free(run.works);
    download_absent_done(&run.absent);
    free(batches);
    return status;
}
