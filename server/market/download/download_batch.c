#include "market/download/download_batch.h"

#include "base/limits.h"

#include <stdlib.h>

enum { BATCH_ARENA_BYTES = 16 * 1024 * 1024 };

void download_batch_init(struct download_batch *batch)
{
    *batch = (struct download_batch){.count = 0};
    arena_init(&batch->arena, BATCH_ARENA_BYTES);
    file_list_init(&batch->list);
}

void download_batch_join(struct download_batch *batch)
{
    if (!batch->is_running) return;
    (void)pthread_join(batch->thread, NULL);
    batch->is_running = false;
}

void download_batch_clear(struct download_batch *batch)
{
    batch->count = batch->done_count = 0;
    batch->status = STATUS_OK;
    import_summary_done(&batch->summary);
    file_list_done(&batch->list);
    file_list_init(&batch->list);
    arena_reset(&batch->arena);
}

void download_batch_done(struct download_batch *batch)
{
    download_batch_join(batch);
    import_summary_done(&batch->summary);
    file_list_done(&batch->list);
    arena_clear(&batch->arena);
}

enum status download_batch_add(struct download_batch *batch, const char *path, size_t order, bool was_fetched,
                               struct error *error)
{
    const char *copy = str_copy_c(&batch->arena, str_from_c(path));
    if (!copy) return error_no_memory(error);
    batch->files[batch->count++] =
        (struct download_file){.order = order, .path = copy, .was_fetched = was_fetched};
    return STATUS_OK;
}

// The importer takes the files in their order.
static void on_file(void *context, const struct import_event *event)
{
    struct download_batch *batch = context;
    struct download_file *file = &batch->files[batch->done_count++];
    if (!event->refusal) return;
    const int64_t line = event->report->failed_line;
    const struct str reason =
        line > 0 ? str_format(&batch->arena, "line %lld: %s", (long long)line, event->refusal->message)
                 : str_format(&batch->arena, "%s", event->refusal->message);
    file->refusal = reason.ptr ? reason.ptr : "it is refused";
}

static void *store(void *context)
{
    struct download_batch *batch = context;
    const struct import_options options = {.listener = {.on_file = on_file, .context = batch},
                                           .is_cancelled = batch->is_cancelled};
    batch->status = import_run(batch->writer, &batch->list, &options, &batch->summary, &batch->error);
    atomic_store(&batch->has_ended, true);
    return NULL;
}

static int by_order(const void *a, const void *b)
{
    const struct download_file *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

enum status download_batch_start(struct download_batch *batch, struct candle_writer *writer,
                                 const atomic_bool *is_cancelled, struct error *error)
{
    qsort(batch->files, batch->count, sizeof *batch->files, by_order);
    for (size_t i = 0; i < batch->count; i++)
        TRY(file_list_add(&batch->list, batch->files[i].path, error));
    batch->writer = writer;
    batch->is_cancelled = is_cancelled;
    batch->error = (struct error){0};
    atomic_store(&batch->has_ended, false);
    batch->is_running = pthread_create(&batch->thread, NULL, store, batch) == 0;
    if (batch->is_running) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, NULL, "no thread to store candles with");
}
