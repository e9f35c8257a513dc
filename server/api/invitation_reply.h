// How an invitation is shown to the owner who sends it.
#pragma once

#include "api/call.h"
#include "app/invitation.h"
#include "json/writer.h"

// The members of the object.
void invitation_put(struct json_writer *w, const struct invitation *invitation);

// The whole answer, 201 with the link, which is shown this once.
void invitation_reply(struct api_call *call, const struct invitation *invitation, const struct secret *token);
