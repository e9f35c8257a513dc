// How an invitation is shown to the owner who sends it.
#pragma once

#include "api/call.h"
#include "app/invitation.h"
#include "json/writer.h"

// The members of the object.
void invitation_put(struct json_writer *w, const struct invitation *invitation);

// Sends it by mail where there is a mail server, and answers: 201 with the link, which is shown this once,
// and with `mail_error` where the mail could not be sent.
void invitation_reply(struct api_call *call, struct invitation *invitation, const struct secret *token);
