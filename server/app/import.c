#include "app/import.h"

#include "app/import_job.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/job_state.h"
#include "app/market_job.h"
#include "base/id.h"
#include "base/limits.h"
#include "engine/interval.h"
#include "market/ingest/series_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILENAME_MAX_BYTES = 200, YOUNG_S = 3600 };

static bool is_plain(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7F || name.ptr[i] == '/') return false;
    return name.len > 0 && name.ptr[0] != '.';
}

static enum status check_filename(struct str name, struct error *error)
{
    if (!is_plain(name) || name.len > FILENAME_MAX_BYTES)
        return error_add_field(error, "?filename",
                               "must be the name of a file without folders, of at most %d bytes",
                               FILENAME_MAX_BYTES);
    if (ingest_kind(name) == INGEST_OTHER)
        return error_add_field(error, "?filename", "\"%.*s\" ends in none of .zip, .csv, .csv.gz, .parquet",
                               STR_ARG(str_prefix(name, 100)));
    return STATUS_OK;
}

enum status import_check(const struct import_request *request, struct error *error)
{
    struct series_choice choice = {.symbol = request->symbol};
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    struct series_name name;
    choice.has_interval = request->interval.len && interval_parse(request->interval, &choice.interval);
    if (request->interval.len && !choice.has_interval)
        (void)error_add_field(error, "?interval", "\"%.*s\" is no interval", STR_ARG(request->interval));
    if (request->symbol.ptr && !symbol_copy(request->symbol, symbol))
        (void)error_add_field(error, "?symbol", "\"%.*s\" is no symbol", STR_ARG(request->symbol));
    (void)check_filename(request->filename, error);
    if (error->field_count) return STATUS_INVALID;
    // a ZIP may say in the name of its member what its own does not
    if (ingest_kind(request->filename) == INGEST_ZIP) return STATUS_OK;
    return series_name_resolve(request->filename, STR(""), &choice, &name, error);
}

// upload_dir/JOB/filename: the importer reads symbol and interval off the name.
struct place {
    const char *folder;
    const char *file;
};

static enum status place_of(const struct app *app, struct str id, struct str filename, struct arena *arena,
                            struct place *out_place, struct error *error)
{
    const struct str folder = str_format(arena, "%.*s/%.*s", STR_ARG(app->jobs.upload_dir), STR_ARG(id));
    const struct str file = str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(filename));
    *out_place = (struct place){str_copy_c(arena, folder), str_copy_c(arena, file)};
    return out_place->folder && out_place->file ? STATUS_OK : error_no_memory(error);
}

static void remove_place(const struct place *place)
{
    (void)unlink(place->file);
    (void)rmdir(place->folder);
}

static enum status take_file(const char *upload_path, const struct place *place, struct error *error)
{
    if (mkdir(place->folder, 0700) == 0 && rename(upload_path, place->file) == 0) return STATUS_OK;
    return error_set(error, errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_INTERNAL, NULL,
                     "the uploaded file cannot be kept: %s", strerrordesc_np(errno));
}

static enum status enqueue(const struct app *app, const struct actor *actor, const struct job_spec *spec,
                           struct arena *arena, struct job *out_job, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_enqueue(app, tx, spec, arena, out_job, error));
    TRY(import_job_audit(tx, actor, out_job, error));
    return job_commit(app, &tx, out_job, error);
}

enum status import_create(const struct app *app, const struct actor *actor,
                          const struct import_request *request, struct arena *arena, struct job *out_job,
                          struct error *error)
{
    const struct id id = id_new(actor->now_us);
    struct job_spec spec = {
        .kind = job_kind_find(STR("market_import")),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = STR(""),
        .title = request->filename,
        .place = app->jobs.place,
        .created_by = actor->user_id,
        .now_us = actor->now_us,
    };
    struct place place;
    TRY(place_of(app, id_str(&id), request->filename, arena, &place, error));
    const struct import_payload payload = {
        .filename = request->filename,
        .path = str_format(arena, "%.*s/%.*s", STR_ARG(id_str(&id)), STR_ARG(request->filename)),
        .bytes = request->bytes,
        .symbol = request->symbol,
        .interval = request->interval,
        .skip_bad = request->skip_bad,
    };
    spec.payload = import_payload_encode(&payload, arena);
    if (!spec.payload.ptr || !spec.id.ptr) return error_no_memory(error);
    enum status status = take_file(request->upload_path, &place, error);
    if (status == STATUS_OK) status = enqueue(app, actor, &spec, arena, out_job, error);
    if (status != STATUS_OK) remove_place(&place);
    return status;
}

enum status import_cancel(const struct app *app, const struct actor *actor, struct str id,
                          struct arena *arena, struct job *out_job, struct error *error)
{
    const struct market_job_stop stop = {
        .actor = actor,
        .scope = {.workspace_id = STR(""), .user_id = actor->user_id},
        .id = id,
        .act = {"import.cancel", "import", "filename"},
    };
    return market_job_cancel(app, &stop, arena, out_job, error);
}

// ---- what is left behind

// A folder that is young and has no job may be that of one which is being put into the queue.
static bool is_young(int folder, int64_t now_us)
{
    struct stat stat;
    return fstat(folder, &stat) != 0 || now_us / 1000000 - stat.st_mtim.tv_sec < YOUNG_S;
}

static bool is_over(const struct app *app, int folder, const char *job_id, int64_t now_us)
{
    ARENA_SCOPE(arena, MIB);
    struct job job;
    const enum status status = job_get(app, STR(""), str_from_c(job_id), &arena, &job, NULL);
    if (status == STATUS_NOT_FOUND) return !is_young(folder, now_us);
    return status == STATUS_OK && job_state_is_final(job.status);
}

static void empty_folder(DIR *folder)
{
    const struct dirent *entry;
    while ((entry = readdir(folder)))
        (void)unlinkat(dirfd(folder), entry->d_name, 0); // "." and ".." are refused
}

static void sweep_folder(const struct app *app, int upload_dir, const char *name, int64_t now_us)
{
    const int fd = openat(upload_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (!folder) {
        if (fd >= 0) close(fd);
        return;
    }
    const bool is_done = is_over(app, fd, name, now_us);
    if (is_done) empty_folder(folder);
    closedir(folder);
    if (is_done) (void)unlinkat(upload_dir, name, AT_REMOVEDIR);
}

void import_sweep(const struct app *app, int64_t now_us)
{
    char path[4096];
    if (!str_to_c(app->jobs.upload_dir, path, sizeof path)) return;
    DIR *uploads = opendir(path);
    const struct dirent *entry;
    while (uploads && (entry = readdir(uploads)))
        if (strlen(entry->d_name) == ID_TEXT_LEN) sweep_folder(app, dirfd(uploads), entry->d_name, now_us);
    if (uploads) closedir(uploads);
}
