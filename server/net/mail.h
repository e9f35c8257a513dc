// One message of plain text by SMTP, through libcurl.
#pragma once

#include "base/error.h"
#include "base/str.h"

struct mail_server {
    struct str url;  // "smtp://name:password@mail.example.org:587" or "smtps://…"; "": there is none
    struct str from; // address
};

struct mail {
    struct str to; // an address that was checked: no blanks, no control characters
    struct str subject;
    struct str text; // lines end with \n
};

// Returns when the server has taken it, within ten seconds. STARTTLS is demanded except on this machine.
// STATUS_UNAVAILABLE with what the server or the network said.
enum status mail_send(const struct mail_server *server, const struct mail *mail, struct error *error);
