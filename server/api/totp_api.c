#include "api/handlers.h"

#include "api/authenticate.h"
#include "api/reply.h"
#include "app/authenticator.h"
#include "base/limits.h"
#include "json/decode.h"

enum status totp_get(struct api_call *call)
{
    struct authenticator_state state;
    TRY(authenticator_get_state(call->api->app, call->user_id, &state, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_bool(&w, "is_enabled", state.confirmed_at_us != 0);
    json_put_time_us(&w, "confirmed_at", state.confirmed_at_us);
    json_put_int(&w, "recovery_codes_left", state.recovery_codes);
    json_end_object(&w);
    return STATUS_OK;
}

enum status totp_begin(struct api_call *call)
{
    struct authenticator_setup setup;
    TRY(check_session(call));
    TRY(authenticator_begin(call->api->app, &call->actor, call->arena, &setup, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "secret", setup.secret);
    json_put_str(&w, "uri", setup.uri);
    json_end_object(&w);
    return STATUS_OK;
}

struct confirmation {
    struct str code;
};

static void reply_codes(struct api_call *call, const struct authenticator_confirmed *confirmed)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "recovery_codes");
    json_begin_array(&w);
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        json_c(&w, confirmed->codes[i].text);
    json_end_array(&w);
    json_end_object(&w);
}

enum status totp_confirm(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct confirmation, code, TEXT, .is_required = true, .max_bytes = LIMIT_OTP_BYTES)};
    struct confirmation input = {0};
    struct authenticator_confirmed confirmed;
    TRY(check_session(call));
    TRY(json_decode(call->body, "", fields, 1, &input, call->error));
    TRY(authenticator_confirm(call->api->app, &call->actor, &call->session, input.code, &confirmed,
                              call->error));
    call->token = confirmed.token;
    call->has_token = true;
    reply_codes(call, &confirmed);
    return STATUS_OK;
}

enum status totp_remove(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct authenticator_proof, password, TEXT, .is_required = true, .max_bytes = 4 * KIB),
        JSON_FIELD(struct authenticator_proof, code, TEXT, .is_required = true, .max_bytes = LIMIT_OTP_BYTES),
    };
    struct authenticator_proof proof = {0};
    TRY(check_session(call));
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &proof, call->error));
    TRY(authenticator_remove(call->api->app, &call->actor, &call->session, &proof, &call->token,
                             call->error));
    call->has_token = true;
    call->response->status = 204;
    return STATUS_OK;
}
