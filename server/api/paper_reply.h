// How accounts, positions and entries of the journal are answered.
#pragma once

#include "api/call.h"
#include "app/journal.h"
#include "app/paper_view.h"
#include "json/writer.h"

// The account with what it is worth; what needs a mark that there is not is null.
void paper_reply_put_account(struct json_writer *w, const struct paper_view *view);

// One entry with its postings.
void paper_reply_put_entry(struct json_writer *w, const struct journal_entry *entry, struct str currency);

// A fill of a plan or an order.
void paper_reply_put_fill(struct json_writer *w, const struct journal_entry *fill);

// The prices that a request gives in its member "mark_prices" (NULL: none), and now as their time.
// STATUS_INVALID "/mark_prices/…".
enum status paper_reply_read_marks(struct api_call *call, const struct json_value *object,
                                   struct mark_list *out_marks);
