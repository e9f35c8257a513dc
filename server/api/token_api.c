#include "api/handlers.h"

#include "api/authenticate.h"
#include "api/reply.h"
#include "app/api_token.h"
#include "base/limits.h"
#include "json/decode.h"

#include <stdio.h>

static void put_places(struct json_writer *w, struct str cidrs)
{
    struct str rest = cidrs, cidr;
    json_key(w, "allowed_cidrs");
    json_begin_array(w);
    while (cidrs.len && str_split(&rest, ',', &cidr))
        json_str(w, cidr);
    json_end_array(w);
}

static void put_token(struct json_writer *w, const struct api_token *token)
{
    json_put_str(w, "id", token->id);
    json_put_str(w, "name", token->name);
    json_put_c(w, "role", role_name(token->role));
    json_put_str(w, "workspace_id", token->workspace_id.len ? token->workspace_id : (struct str){0});
    json_put_time_us(w, "created_at", token->created_at_us);
    json_put_time_us(w, "expires_at", token->expires_at_us);
    json_put_time_us(w, "last_used_at", token->last_used_at_us);
    put_places(w, token->allowed_cidrs);
}

enum status tokens_list(struct api_call *call)
{
    struct api_token_list list;
    TRY(api_token_list(call->api->app, call->user_id, call->arena, &list, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "tokens");
    json_begin_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        json_begin_object(&w);
        put_token(&w, &list.items[i]);
        json_put_bool(&w, "is_expired", call->request->now_us >= list.items[i].expires_at_us);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

struct input {
    struct str name;
    struct str workspace_id;
    int role;
    int64_t expires_in_days;
    const struct json_value *allowed_cidrs;
};

static enum status read_places(const struct json_value *list, struct api_token_input *input,
                               struct error *error)
{
    input->place_count = list ? list->count : 0; // no more than json_decode has let through
    const struct json_value *item = list ? json_first(list) : NULL;
    for (size_t i = 0; i < input->place_count; i++, item = json_after(item)) {
        char pointer[ERROR_POINTER_MAX];
        (void)snprintf(pointer, sizeof pointer, "/allowed_cidrs/%zu", i);
        if (item->type != JSON_STRING) return error_add_field(error, pointer, "must be a text");
        input->places[i] = item->text;
    }
    return STATUS_OK;
}

static enum status decode_input(struct api_call *call, struct api_token_input *out_input)
{
    const struct json_field fields[] = {
        JSON_FIELD(struct input, name, TEXT, .is_required = true, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct input, role, CHOICE, .is_required = true, .choices = role_choices),
        JSON_FIELD(struct input, workspace_id, TEXT, .min_bytes = 1, .max_bytes = 64),
        JSON_FIELD(struct input, expires_in_days, INTEGER, .minimum = 1, .maximum = API_TOKEN_DAYS_MAX),
        JSON_FIELD(struct input, allowed_cidrs, ARRAY, .max_bytes = LIMIT_TOKEN_PLACES),
    };
    struct input input = {.expires_in_days = API_TOKEN_DAYS};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    *out_input = (struct api_token_input){.user_id = call->user_id,
                                          .name = input.name,
                                          .workspace_id = input.workspace_id,
                                          .role = role_of_choice(input.role),
                                          .days = input.expires_in_days};
    return read_places(input.allowed_cidrs, out_input, call->error);
}

enum status tokens_create(struct api_call *call)
{
    struct api_token_input input;
    struct api_token_made made;
    TRY(check_session(call));
    TRY(decode_input(call, &input));
    TRY(api_token_create(call->api->app, &call->actor, &input, call->arena, &made, call->error));
    struct json_writer w = reply_json(call);
    call->response->status = 201;
    json_begin_object(&w);
    put_token(&w, &made.token);
    json_put_c(&w, "token", made.text.text);
    json_end_object(&w);
    return STATUS_OK;
}

enum status tokens_revoke(struct api_call *call)
{
    TRY(api_token_revoke(call->api->app, &call->actor, call->user_id, call->params[0], call->error));
    call->response->status = 204;
    return STATUS_OK;
}
