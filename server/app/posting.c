#include "app/posting.h"

// Both sides of one movement.
static size_t put_pair(struct posting postings[], size_t count, struct posting from, const char *other_book)
{
    postings[count] = from;
    postings[count + 1] = (struct posting){other_book, from.asset, decimal_negate(from.amount)};
    return count + 2;
}

size_t posting_list(const struct journal_entry *entry, struct str currency,
                    struct posting out_postings[static POSTINGS_MAX])
{
    if (entry->kind != JOURNAL_FILL)
        return put_pair(out_postings, 0, (struct posting){"cash", currency, entry->cash}, "owner");
    const bool is_buy = entry->side == FILL_BUY;
    const struct decimal quantity = is_buy ? entry->quantity : decimal_negate(entry->quantity);
    const struct decimal money = is_buy ? decimal_negate(entry->notional) : entry->notional;
    size_t count = put_pair(out_postings, 0, (struct posting){"position", entry->symbol, quantity}, "market");
    count = put_pair(out_postings, count, (struct posting){"cash", currency, money}, "market");
    if (decimal_is_zero(entry->fee)) return count;
    return put_pair(out_postings, count, (struct posting){"cash", currency, decimal_negate(entry->fee)},
                    "fees");
}
