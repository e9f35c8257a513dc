// How accounts, positions and entries of the journal are answered.
#pragma once

#include "app/journal.h"
#include "app/paper_view.h"
#include "json/writer.h"

// The account with what it is worth; what needs a mark that there is not is null.
// `with_today`: with what was made today.
void paper_reply_put_account(struct json_writer *w, const struct paper_view *view, bool with_today);

// One entry with its postings.
void paper_reply_put_entry(struct json_writer *w, const struct journal_entry *entry, struct str currency);

// A fill of a plan or an order.
void paper_reply_put_fill(struct json_writer *w, const struct journal_entry *fill);
