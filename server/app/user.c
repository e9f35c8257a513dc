#include "app/user.h"

#include "app/name.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/credential_store.h"

#include <string.h>

struct str email_key(struct str email, struct arena *arena)
{
    const struct str trimmed = str_trim(email);
    char *key = str_copy_c(arena, trimmed);
    for (size_t i = 0; key && i < trimmed.len; i++)
        if (key[i] >= 'A' && key[i] <= 'Z') key[i] = (char)(key[i] - 'A' + 'a');
    return (struct str){.ptr = key, .len = key ? trimmed.len : 0};
}

// Without blanks, control characters, and what has a meaning in the head of a mail.
static bool is_plain(struct str text)
{
    static const char special[] = "<>()[],;:\\\"";
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= 0x20 || text.ptr[i] == 0x7F || strchr(special, text.ptr[i]))
            return false;
    return text.len > 0 && !name_has_control(text);
}

static bool is_host(struct str host)
{
    const size_t point = str_find(host, '.');
    return str_eq(host, STR("localhost")) ||
           (point > 0 && point + 1 < host.len && !str_ends_with(host, STR(".")));
}

enum status user_check_email(struct str email, const char *pointer, struct error *error)
{
    const size_t at = str_find(email, '@');
    const struct str host = str_slice(email, at + 1, email.len);
    if (email.len <= LIMIT_EMAIL_BYTES && is_plain(email) && at > 0 && at < email.len && is_host(host) &&
        str_find(host, '@') == host.len)
        return STATUS_OK;
    return error_add_field(error, pointer, "\"%.*s\" is not an e-mail address such as ann@example.org",
                           STR_ARG(str_prefix(email, 100)));
}

static struct str name_of(const struct user_input *input)
{
    return input->display_name.ptr
               ? input->display_name
               : str_prefix(str_slice(input->email, 0, str_find(input->email, '@')), LIMIT_NAME);
}

enum status user_create(struct db_tx *tx, const struct user_input *input, int64_t now_us, struct arena *arena,
                        struct str *out_user_id, struct error *error)
{
    const struct id id = id_new(now_us);
    const struct user user = {
        .id = str_copy(arena, id_str(&id)),
        .email = str_trim(input->email),
        .email_key = email_key(input->email, arena),
        .display_name = name_of(input),
        .created_by = input->created_by,
    };
    if (!user.id.ptr || !user.email_key.ptr) return error_no_memory(error);
    const enum status status = user_store_insert(tx, &user, now_us, error);
    if (status == STATUS_CONFLICT)
        return error_set(error, STATUS_CONFLICT, "email_taken", "%.*s has an account already",
                         STR_ARG(user.email));
    TRY(status);
    *out_user_id = user.id;
    if (!input->hash.ptr) return STATUS_OK;
    const struct credential credential = {.user_id = user.id,
                                          .hash = input->hash,
                                          .must_change = input->must_change_password,
                                          .expires_at_us = input->password_until_us};
    return credential_store_put(tx, &credential, now_us, error);
}

enum status user_find(struct db_tx *tx, struct str email, struct arena *arena, struct str *out_user_id,
                      struct error *error)
{
    struct credential credential;
    const struct str key = email_key(email, arena);
    if (!key.ptr) return error_no_memory(error);
    TRY(credential_store_find(tx, key, arena, &credential, error));
    *out_user_id = credential.user_id;
    return STATUS_OK;
}
