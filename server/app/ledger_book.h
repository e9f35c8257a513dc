// An account made anew from its journal, entry by entry, to be held against what the tables say of it.
#pragma once

#include "app/ledger_fault.h"
#include "app/text_index.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/ledger_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the fills of a leg come to.
struct ledger_leg_sum {
    struct decimal opened, closed, entry_notional, exit_notional, fees;
    int64_t first_us;   // when the first of its fills was made
    size_t symbol;      // of its first fill, in the book's symbols
    bool opens_by_sale; // likewise: it is short
    bool is_odd;        // its fills are not of one symbol and side
    bool is_seen;       // its row was met
};

// The fill of an order.
struct ledger_order_sum {
    int64_t number;
    size_t symbol;
    enum fill_side side;
    struct decimal quantity;
    int64_t fills;
    bool is_seen;
};

struct ledger_position_sum {
    struct position position;
    bool is_seen;
};

// Begin with ledger_book_begin.
struct ledger_book {
    struct ledger_reporter *reporter;
    struct position_owner owner;
    struct paper_account sum; // as the entries make it
    struct text_index symbols;
    struct ledger_position_sum *positions; // by symbol; heap
    size_t position_capacity;
    struct text_index legs; // "plan/leg"
    struct ledger_leg_sum *leg_sums;
    size_t leg_capacity;
    struct text_index orders;
    struct ledger_order_sum *order_sums;
    size_t order_capacity;
    int64_t entry_count, fill_count;
};

// Borrows the account's ids; what it was given when it was made is its first entry, of that same moment.
void ledger_book_begin(struct ledger_book *book, struct ledger_reporter *reporter,
                       const struct paper_account *account, struct arena *arena);

// The next entry of the account: everything in it that follows from it and from those before is made anew,
// and each difference is told. The book goes on with what is stored, so that one edit is not told of every
// later row.
enum status ledger_book_add(struct ledger_book *book, const struct ledger_entry *row, struct error *error);

// The rows that repeat the journal.
enum status ledger_book_check_position(struct ledger_book *book, const struct ledger_position *row,
                                       struct error *error);
enum status ledger_book_check_leg(struct ledger_book *book, const struct ledger_leg *row,
                                  struct error *error);
enum status ledger_book_check_order(struct ledger_book *book, const struct ledger_order *row,
                                    struct error *error);
void ledger_book_check_account(struct ledger_book *book, const struct ledger_account *row);

// What there are entries of and no row was met.
void ledger_book_check_missing(struct ledger_book *book);

void ledger_book_done(struct ledger_book *book);
