#include "app/api_token.h"

#include "app/audit.h"
#include "app/name.h"
#include "app/once.h"
#include "app/throttle.h"
#include "app/token_rate.h"
#include "base/ip_range.h"
#include "base/limits.h"
#include "base/rand.h"
#include "store/workspace_store.h"
#include "json/writer.h"

#include <stdio.h>

#define PREFIX STR("tlab_")
#define SECOND_US ((int64_t)1000000)
#define DAY_US (24 * 3600 * SECOND_US)
#define NOTED_EVERY_US (60 * SECOND_US)
#define KEPT_REVOKED_US (30 * DAY_US)

// ---- the text

// base32 of RFC 4648 in small letters: nothing that is mistaken for something else.
#define ID_LETTERS STR("abcdefghijklmnopqrstuvwxyz234567")

struct token_id {
    char text[API_TOKEN_ID_LEN + 1];
};

static struct token_id new_id(void)
{
    unsigned char bytes[API_TOKEN_ID_LEN];
    struct token_id id = {0};
    rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < API_TOKEN_ID_LEN; i++)
        id.text[i] = ID_LETTERS.ptr[bytes[i] % 32];
    return id;
}

static bool is_id(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (str_find(ID_LETTERS, text.ptr[i]) == ID_LETTERS.len) return false;
    return text.len == API_TOKEN_ID_LEN;
}

// Whether it begins with "tlab_", an id and "_".
static bool begins_token(struct str text)
{
    return str_starts_with(text, PREFIX) && text.len > PREFIX.len + API_TOKEN_ID_LEN &&
           text.ptr[PREFIX.len + API_TOKEN_ID_LEN] == '_' &&
           is_id(str_slice(text, PREFIX.len, API_TOKEN_ID_LEN));
}

bool api_token_is_in(struct str text)
{
    for (size_t at = 0; at + PREFIX.len <= text.len; at++)
        if (text.ptr[at] == 't' && begins_token(str_slice(text, at, text.len))) return true;
    return false;
}

// The parts of a text that has the form of a token.
static bool split(struct str text, struct str *out_id, struct str *out_secret)
{
    if (text.len != API_TOKEN_TEXT_LEN || !begins_token(text)) return false;
    *out_id = str_slice(text, PREFIX.len, API_TOKEN_ID_LEN);
    *out_secret = str_slice(text, PREFIX.len + API_TOKEN_ID_LEN + 1, SECRET_TEXT_LEN);
    return true;
}

// ---- making and revoking

static struct str detail_of(const struct api_token *token, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "user_id", token->user_id);
    json_put_str(&w, "name", token->name);
    json_put_c(&w, "role", role_name(token->role));
    if (token->workspace_id.len) json_put_str(&w, "workspace_id", token->workspace_id);
    json_put_time_us(&w, "expires_at", token->expires_at_us);
    if (token->allowed_cidrs.len) json_put_str(&w, "allowed_cidrs", token->allowed_cidrs);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

// In the log of the workspace that it is bound to, so that its owners know.
static enum status audit(struct db_tx *tx, const struct actor *actor, const char *action,
                         const struct api_token *token, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    const struct audit_event event = {.log = token->workspace_id,
                                      .action = action,
                                      .object_type = "token",
                                      .object_id = token->id,
                                      .detail_json = detail_of(token, &arena)};
    return audit_append(tx, actor, &event, error);
}

static enum status check_input(const struct api_token_input *input, struct error *error)
{
    (void)name_check(input->name, "/name", error);
    if (input->days < 1 || input->days > API_TOKEN_DAYS_MAX)
        (void)error_add_field(error, "/expires_in_days", "must be from 1 to %d, not %lld", API_TOKEN_DAYS_MAX,
                              (long long)input->days);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

// The ranges as they are kept: each as it is usually written, separated by commas.
static enum status read_places(const struct api_token_input *input, struct arena *arena,
                               struct str *out_cidrs, struct error *error)
{
    BUF_SCOPE(buf, KIB);
    for (size_t i = 0; i < input->place_count; i++) {
        struct ip_range range;
        char pointer[ERROR_POINTER_MAX], text[IP_RANGE_TEXT_MAX];
        (void)snprintf(pointer, sizeof pointer, "/allowed_cidrs/%zu", i);
        if (!ip_range_parse(input->places[i], &range))
            return error_add_field(error, pointer,
                                   "\"%.*s\" is no range of addresses, such as 192.0.2.0/24 or 2001:db8::/32",
                                   STR_ARG(str_prefix(input->places[i], 60)));
        const struct str written = ip_range_format(&range, text);
        buf_append_format(&buf, "%s%.*s", i ? "," : "", STR_ARG(written));
    }
    *out_cidrs = buf_copy(&buf, arena);
    return buf.failed || !out_cidrs->ptr ? error_no_memory(error) : STATUS_OK;
}

static enum status check_workspace(struct db_tx *tx, const struct api_token_input *input, struct arena *arena,
                                   struct error *error)
{
    struct workspace workspace;
    struct error ignored = {0};
    if (!input->workspace_id.ptr) return STATUS_OK;
    const enum status status =
        workspace_store_get(tx, input->workspace_id, input->user_id, arena, &workspace, &ignored);
    if (status == STATUS_NOT_FOUND)
        return error_add_field(error, "/workspace_id", "there is no workspace %.*s",
                               STR_ARG(str_prefix(input->workspace_id, 64)));
    if (status != STATUS_OK) *error = ignored;
    TRY(status);
    if (input->role <= workspace.role) return STATUS_OK;
    return error_add_field(error, "/role", "must be at most the user's own role there, %s, not %s",
                           role_name(workspace.role), role_name(input->role));
}

static enum status check_count(struct db_tx *tx, struct str user_id, struct error *error)
{
    int64_t count;
    TRY(api_token_store_count(tx, user_id, &count, error));
    if (count < LIMIT_TOKENS_PER_USER) return STATUS_OK;
    return error_set(
        error, STATUS_CONFLICT, "too_many_tokens",
        "there are %d tokens, which is the most a user may have; revoke one that is not used any more",
        LIMIT_TOKENS_PER_USER);
}

static enum status insert(const struct app *app, const struct actor *actor,
                          const struct api_token_input *input, const struct api_token *token,
                          const struct hash *hash, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark_secret(tx, app, actor->now_us, error));
    TRY(check_workspace(tx, input, &arena, error));
    TRY(check_count(tx, input->user_id, error));
    TRY(api_token_store_forget(tx, input->user_id, actor->now_us - KEPT_REVOKED_US, error));
    TRY(api_token_store_insert(tx, token, hash_str(hash), error));
    TRY(audit(tx, actor, "token.create", token, error));
    return db_commit(&tx, error);
}

enum status api_token_create(const struct app *app, const struct actor *actor,
                             const struct api_token_input *input, struct arena *arena,
                             struct api_token_made *out_made, struct error *error)
{
    const struct token_id id = new_id();
    const struct secret secret = secret_new();
    const struct hash hash = hash_of(secret_str(&secret));
    struct str cidrs;
    TRY(check_input(input, error));
    TRY(read_places(input, arena, &cidrs, error));
    const struct api_token token = {
        .id = str_copy(arena, str_from_c(id.text)),
        .user_id = input->user_id,
        .workspace_id = input->workspace_id.ptr ? input->workspace_id : STR(""),
        .role = input->role,
        .name = str_trim(input->name),
        .created_at_us = actor->now_us,
        .expires_at_us = actor->now_us + input->days * DAY_US,
        .allowed_cidrs = cidrs,
    };
    if (!token.id.ptr) return error_no_memory(error);
    TRY(insert(app, actor, input, &token, &hash, error));
    out_made->token = token;
    (void)snprintf(out_made->text.text, sizeof out_made->text.text, "tlab_%s_%s", id.text, secret.text);
    return STATUS_OK;
}

enum status api_token_list(const struct app *app, struct str user_id, struct arena *arena,
                           struct api_token_list *out_list, struct error *error)
{
    const size_t limit = user_id.len ? LIMIT_TOKENS_PER_USER : LIMIT_TOKENS_LISTED;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(api_token_store_list(tx, user_id, limit, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status api_token_revoke(const struct app *app, const struct actor *actor, struct str user_id,
                             struct str id, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct api_token_found found;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(api_token_store_find(tx, id, &arena, &found, error));
    if (user_id.len && !str_eq(user_id, found.token.user_id))
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no token %.*s",
                         STR_ARG(str_slice(id, 0, 40)));
    TRY(api_token_store_revoke(tx, id, actor->now_us, error));
    TRY(audit(tx, actor, "token.revoke", &found.token, error));
    return db_commit(&tx, error);
}

// ---- at each request

// What is wrong with it; NULL: nothing.
static const char *fault_of(const struct api_token_found *found, struct str secret, const struct actor *actor)
{
    const struct hash hash = hash_of(secret);
    if (!hash_is(found->secret_hash, &hash)) return "wrong secret";
    if (found->revoked_at_us) return "revoked";
    if (actor->now_us >= found->token.expires_at_us) return "expired";
    if (!found->is_user_active) return "user disabled";
    const struct str places = found->token.allowed_cidrs;
    return places.len == 0 || ip_ranges_hold(places, actor->address) ? NULL : "from elsewhere";
}

static struct str reason_json(const char *reason, struct arena *arena)
{
    return str_format(arena, "{\"reason\":\"%s\"}", reason);
}

// Counts against the address, and is noted, before it is answered.
static enum status refuse(const struct app *app, const struct actor *actor, struct str id, const char *reason,
                          struct error *error)
{
    ARENA_SCOPE(arena, KIB);
    const struct audit_event event = {.log = STR(""),
                                      .action = "token.use",
                                      .outcome = AUDIT_FAILED,
                                      .object_type = "token",
                                      .object_id = id,
                                      .detail_json = reason_json(reason, &arena)};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_charge(tx, THROTTLE_LINK, actor->address, actor->now_us, error));
    TRY(audit_append(tx, actor, &event, error));
    TRY(db_commit(&tx, error));
    return error_set(
        error, STATUS_UNAUTHENTICATED, NULL,
        "the API token is wrong, was revoked, has expired, or may not be used from here; make another one");
}

static enum status load(const struct app *app, struct str id, struct arena *arena,
                        struct api_token_found *out_found, bool *out_exists, struct error *error)
{
    struct error ignored = {0};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    const enum status status = api_token_store_find(tx, id, arena, out_found, &ignored);
    *out_exists = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND) return STATUS_OK;
    if (status != STATUS_OK) *error = ignored;
    TRY(status);
    return db_commit(&tx, error);
}

static enum status note_use(const struct app *app, const struct actor *actor, const struct api_token *token,
                            struct error *error)
{
    if (actor->now_us < token->last_used_at_us + NOTED_EVERY_US) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(api_token_store_use(tx, token->id, actor->now_us, actor->now_us - NOTED_EVERY_US, error));
    return db_commit(&tx, error);
}

enum status api_token_authenticate(const struct app *app, const struct actor *actor, struct str text,
                                   struct arena *arena, struct api_token_found *out_found,
                                   struct error *error)
{
    struct str id, secret;
    struct api_token_found found;
    bool exists;
    if (!split(text, &id, &secret)) return refuse(app, actor, STR(""), "not a token", error);
    TRY(load(app, id, arena, &found, &exists, error));
    if (!exists) return refuse(app, actor, id, "unknown", error);
    const char *fault = fault_of(&found, secret, actor);
    if (fault) return refuse(app, actor, id, fault, error);
    TRY(token_rate_take(app->token_rate, id, actor->now_us, error));
    TRY(note_use(app, actor, &found.token, error));
    *out_found = found;
    return STATUS_OK;
}
