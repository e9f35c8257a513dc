#include "api/handlers.h"

#include "api/reply.h"
#include "engine/backtest.h"
#include "http/static.h"

static void put_market(struct json_writer *w, const struct market_health *health)
{
    json_key(w, "database");
    json_begin_object(w);
    json_put_c(w, "path", health->path);
    json_put_bool(w, "connected", health->is_connected);
    json_put_bool(w, "readonly", true);
    if (!health->is_connected) {
        json_put_c(w, "detail", health->detail[0] ? health->detail : "the file was not looked at yet");
    }
    json_end_object(w);
}

static void put_categories(struct json_writer *w, const struct category_health *health)
{
    json_key(w, "categories");
    json_begin_object(w);
    json_put_c(w, "path", health->path);
    json_put_int(w, "categories", (int64_t)health->category_count);
    json_put_int(w, "symbols", (int64_t)health->symbol_count);
    json_put_int(w, "version", (int64_t)health->version);
    if (health->detail[0]) json_put_c(w, "detail", health->detail);
    json_end_object(w);
}

static void put_state(struct json_writer *w, struct db *db)
{
    json_key(w, "state");
    json_begin_object(w);
    json_put_c(w, "engine", db_engine_of(db) == DB_POSTGRESQL ? "postgresql" : "sqlite");
    json_put_bool(w, "connected", db_ping(db));
    json_end_object(w);
}

enum status instance_health(struct api_call *call)
{
    struct market_health health;
    struct category_health categories;
    market_health(call->api->app->market, &health);
    market_category_health(call->api->app->market, &categories);
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "status", "ok");
    put_market(&w, &health);
    put_state(&w, call->api->app->db);
    put_categories(&w, &categories);
    json_put_str(&w, "version", call->api->version);
    json_put_int(&w, "data_version", (int64_t)health.data_version);
    json_end_object(&w);
    return STATUS_OK;
}

enum status instance_ready(struct api_call *call)
{
    if (!db_ping(call->api->app->db))
        return error_set(call->error, STATUS_UNAVAILABLE, NULL, "the state database does not answer");
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "status", "ok");
    json_end_object(&w);
    return STATUS_OK;
}

enum status instance_version(struct api_call *call)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "version", call->api->version);
    json_put_c(&w, "engine_version", ENGINE_VERSION);
    json_end_object(&w);
    return STATUS_OK;
}

enum status instance_openapi(struct api_call *call)
{
    if (http_static_respond(call->request, call->response)) return STATUS_OK;
    return error_set(call->error, STATUS_NOT_FOUND, NULL, "this build holds no description of the API");
}
