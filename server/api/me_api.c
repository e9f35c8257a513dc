#include "api/handlers.h"

#include "api/precondition.h"
#include "api/reply.h"
#include "app/me.h"
#include "base/limits.h"
#include "json/copy.h"
#include "json/decode.h"

struct input {
    struct str display_name;
};

enum status me_update(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct input, display_name, TEXT, .is_required = true, .max_bytes = 4 * LIMIT_NAME)};
    struct input input = {0};
    TRY(json_decode(call->body, "", fields, 1, &input, call->error));
    TRY(me_set_name(call->api->app, &call->actor, input.display_name, call->error));
    return auth_session(call);
}

static struct str version_tag(const struct api_call *call, const struct preferences *preferences)
{
    return str_format(call->arena, "preferences-%lld", (long long)preferences->version);
}

static enum status reply_preferences(struct api_call *call)
{
    struct preferences preferences;
    TRY(me_preferences(call->api->app, call->user_id, call->arena, &preferences, call->error));
    struct json_writer w = reply_json(call);
    reply_etag(call, version_tag(call, &preferences));
    json_raw(&w, preferences.data);
    return STATUS_OK;
}

enum status me_get_preferences(struct api_call *call)
{
    return reply_preferences(call);
}

// The version that the request is about.
static enum status find_version(struct api_call *call, int64_t *out_version)
{
    struct preferences now;
    *out_version = PREFERENCES_ANY;
    if (!precondition_is_given(call)) return STATUS_OK;
    TRY(me_preferences(call->api->app, call->user_id, call->arena, &now, call->error));
    *out_version = now.version;
    if (precondition_holds(call, version_tag(call, &now))) return STATUS_OK;
    return error_set(call->error, STATUS_STALE, NULL,
                     "the preferences are not those of If-Match any more; read them again first");
}

enum status me_put_preferences(struct api_call *call)
{
    struct preferences preferences;
    BUF_SCOPE(buf, LIMIT_PREFERENCES_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_copy(&w, call->body);
    if (buf.failed)
        return error_set(call->error, STATUS_TOO_LARGE, NULL, "preferences may take at most %zu bytes",
                         LIMIT_PREFERENCES_BYTES);
    preferences.data = buf_str(&buf);
    TRY(find_version(call, &preferences.version));
    TRY(me_set_preferences(call->api->app, &call->actor, &preferences, call->error));
    return reply_preferences(call);
}
