#include "app/paper_day.h"

#include "app/position.h"
#include "app/text_index.h"
#include "store/journal_store.h"

#define DAY_US (INT64_C(86400) * 1000000)

// Position i is of the symbol with that number.
struct walk {
    const struct paper_day_query *query;
    struct arena *arena;
    struct text_index symbols;
    struct paper_day day;
    size_t capacity; // of its positions
};

static void walk_done(struct walk *walk)
{
    text_index_done(&walk->symbols);
}
#define WALK_SCOPE __attribute__((cleanup(walk_done))) struct walk

int64_t paper_day_begin(int64_t now_us)
{
    return now_us / DAY_US * DAY_US;
}

// ---- back to midnight

static enum status make_room(struct walk *walk, struct error *error)
{
    struct position_list *list = &walk->day.positions;
    if (list->count < walk->capacity) return STATUS_OK;
    const size_t capacity = 2 * walk->capacity + 16;
    struct position_row *larger = ARENA_ARRAY(walk->arena, struct position_row, capacity);
    if (!larger) return error_no_memory(error);
    if (list->count) memcpy(larger, list->items, list->count * sizeof *larger);
    list->items = larger;
    walk->capacity = capacity;
    return STATUS_OK;
}

static enum status find(struct walk *walk, struct str symbol, struct position **out_position,
                        struct error *error)
{
    struct position_list *list = &walk->day.positions;
    size_t number;
    TRY(text_index_put(&walk->symbols, symbol, &number, error));
    TRY(make_room(walk, error));
    if (number == list->count)
        list->items[list->count++] = (struct position_row){.symbol = walk->symbols.texts[number]};
    *out_position = &list->items[number].position;
    return STATUS_OK;
}

static enum status take_back(struct walk *walk, const struct journal_step *step, struct error *error)
{
    struct position *position;
    if (!step->is_fill) return amount_add(&walk->day.deposits, decimal_negate(step->cash), error);
    TRY(find(walk, step->symbol, &position, error));
    return amount_add(&position->quantity, decimal_negate(step->quantity), error);
}

static enum status visit(void *context, const struct journal_step *step, bool *out_has_enough,
                         struct error *error)
{
    struct walk *walk = context;
    *out_has_enough = step->created_at_us < walk->query->since_us;
    if (*out_has_enough) {
        walk->day.cash = step->cash_after;
        return STATUS_OK;
    }
    walk->day.is_fresh = step->number == walk->query->account->reset_number;
    *out_has_enough = walk->day.is_fresh;
    return take_back(walk, step, error);
}

static enum status put_positions(struct walk *walk, struct error *error)
{
    const struct position_list *positions = walk->query->positions;
    for (size_t i = 0; i < positions->count; i++) {
        struct position *position;
        TRY(find(walk, positions->items[i].symbol, &position, error));
        position->quantity = positions->items[i].position.quantity;
    }
    return STATUS_OK;
}

enum status paper_day_read(const struct paper_day_query *query, struct arena *arena,
                           struct paper_day *out_day, struct error *error)
{
    const struct paper_account *account = query->account;
    WALK_SCOPE walk = {
        .query = query,
        .arena = arena,
        .symbols.arena = arena,
        .day = {.is_fresh = account->created_at_us >= query->since_us, .deposits = account->deposits}};
    const struct journal_step_visitor visitor = {visit, &walk};
    TRY(put_positions(&walk, error));
    if (!walk.day.is_fresh)
        TRY(journal_store_step_back(query->tx, account->workspace_id, account->id, &visitor, error));
    *out_day = walk.day.is_fresh ? (struct paper_day){.is_fresh = true} : walk.day;
    return STATUS_OK;
}

// ---- what it was worth

enum status paper_day_profit(const struct paper_day *day, const struct mark_list *marks, bool *out_is_known,
                             struct decimal *out_profit, struct error *error)
{
    struct decimal profit = day->cash;
    bool is_known = true;
    for (size_t i = 0; i < day->positions.count; i++) {
        const struct position_row *row = &day->positions.items[i];
        const struct mark *mark = mark_of(marks, row->symbol);
        struct decimal value;
        if (decimal_is_zero(row->position.quantity)) continue;
        is_known &= mark != NULL;
        if (!mark) continue;
        if (!decimal_multiply(row->position.quantity, mark->price, &value)) return amount_too_large(error);
        TRY(amount_add(&profit, value, error));
    }
    TRY(amount_add(&profit, decimal_negate(day->deposits), error));
    *out_is_known = is_known;
    *out_profit = profit;
    return STATUS_OK;
}
