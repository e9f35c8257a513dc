// Links that let one person into a workspace: bound to an e-mail and a role, good once and for a while,
// and only while whoever sent them is an owner. The token is in the link alone; here is its hash.
#pragma once

#include "app/app.h"
#include "app/secret.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/invitation_store.h"

enum {
    INVITATION_HOURS = 72, // unless said otherwise
    INVITATION_HOURS_MAX = 30 * 24,
};

struct invitation_input {
    struct str email;
    enum role role;
    int64_t hours; // that it is good for; 0: INVITATION_HOURS
};

// An invitation, and the link's token, which is kept nowhere.
struct invitation_link {
    struct invitation invitation;
    struct secret token;
};

// To the actor's workspace. An older one of the same e-mail ends. STATUS_INVALID "/email"; STATUS_CONFLICT
// "already_member".
enum status invitation_create(const struct app *app, const struct actor *actor,
                              const struct invitation_input *input, struct arena *arena,
                              struct invitation_link *out_link, struct error *error);

// Which one gets another link, and for how long that is good from now on; 0: INVITATION_HOURS.
struct invitation_renewal {
    struct str id;
    int64_t hours;
};

// A new link in place of the old one. STATUS_NOT_FOUND.
enum status invitation_renew(const struct app *app, const struct actor *actor,
                             struct invitation_renewal renewal, struct arena *arena,
                             struct invitation_link *out_link, struct error *error);

enum status invitation_revoke(const struct app *app, const struct actor *actor, struct str id,
                              struct error *error);

// Those that are open, also expired ones, newest first.
enum status invitation_list(const struct app *app, struct str workspace_id, struct invitation_page page,
                            struct arena *arena, struct invitation_list *out_list, struct error *error);

// What whoever has the link may know. STATUS_NOT_FOUND, the same for whatever is wrong; STATUS_TOO_MANY.
enum status invitation_look_up(const struct app *app, const struct actor *actor, struct str token,
                               struct arena *arena, struct invitation *out_invitation, struct error *error);

// By a user who is signed in. STATUS_NOT_FOUND, as for a link that is none, also when it was sent to another
// e-mail; STATUS_TOO_MANY. Never lowers a role.
enum status invitation_accept(const struct app *app, const struct actor *actor, struct str token,
                              struct arena *arena, struct invitation *out_invitation, struct error *error);

struct invitation_account {
    struct str token;        // of the link
    struct str email;        // to which it was sent, as whoever registers says; ptr NULL: not asked
    struct str display_name; // ptr NULL: what stands before the @
    struct str password;
};

// By somebody new: makes the account. STATUS_NOT_FOUND for another e-mail; STATUS_INVALID "/password";
// STATUS_CONFLICT "email_taken": accept it signed in.
enum status invitation_register(const struct app *app, const struct actor *actor,
                                const struct invitation_account *account, struct arena *arena,
                                struct invitation *out_invitation, struct error *error);

// By mail, with its link, where the server has a mail server; nothing otherwise. Notes when, in `invitation`
// too. STATUS_UNAVAILABLE "mail_failed": the invitation is good all the same.
enum status invitation_send(const struct app *app, struct invitation *invitation, struct str link,
                            int64_t now_us, struct error *error);
