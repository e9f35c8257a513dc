#include "engine/simulate.h"

#include "engine/stops.h"
#include "engine/strategy.h"
#include "engine/vector.h"

#include <math.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 1024, // of trades and of spans
    BPS = 10000,
    WORD_BITS = 64,
};

// Where the run stands. The position as a signal: SIGNAL_LONG, SIGNAL_SHORT or SIGNAL_FLAT.
struct book {
    const struct simulate_input *input;
    struct arena *arena;
    struct error *error;
    struct simulation result;
    size_t trade_capacity;
    size_t span_capacity;
    double fee; // fractions of 1
    double slippage;
    double cash;
    double units; // quantity, negative when short
    enum signal held;
    enum signal order;   // the signal found last
    size_t next_turn;    // the first that is not behind the bar looked for last
    struct stops stops;  // of the position held, where the rules have any
    size_t watched_from; // the first bar that they were not looked for in
};

// Thirty-two signals at a time.
typedef uint8_t signal_row __attribute__((vector_size(32), aligned(1), may_alias));
typedef uint64_t signal_words __attribute__((vector_size(32), may_alias));

// First bar of [from, to) whose signal is neither "hold" nor one of the two that change nothing; `to` when
// none is.
VECTORISED static size_t next_order(const uint8_t *signals, size_t from, size_t to, uint8_t held,
                                    uint8_t idle)
{
    size_t bar = from;
    for (; bar + sizeof(signal_row) <= to; bar += sizeof(signal_row)) {
        const signal_row row = *(const signal_row *)(signals + bar);
        const signal_row is_order = (signal_row)((row != SIGNAL_HOLD) & (row != held) & (row != idle));
        const signal_words words = (signal_words)is_order;
        if (!((words[0] | words[1]) | (words[2] | words[3]))) continue;
        size_t word = 0;
        while (words[word] == 0)
            word++;
        return bar + word * sizeof words[0] + (size_t)__builtin_ctzll(words[word]) / 8;
    }
    while (bar < to && (signals[bar] == SIGNAL_HOLD || signals[bar] == held || signals[bar] == idle))
        bar++;
    return bar;
}

// The trade being held. Only for a book that holds one.
static struct trade *open_trade(struct book *book)
{
    return &book->result.trades[book->result.trade_count - 1];
}

static enum status reserve_trade(struct book *book)
{
    struct simulation *result = &book->result;
    if (result->trade_count < book->trade_capacity) return STATUS_OK;
    const size_t capacity = book->trade_capacity ? 2 * book->trade_capacity : FIRST_CAPACITY;
    struct trade *trades = arena_alloc_raw(book->arena, capacity, sizeof *trades);
    if (!trades) return error_no_memory(book->error);
    if (result->trade_count > 0) memcpy(trades, result->trades, result->trade_count * sizeof *trades);
    result->trades = trades;
    book->trade_capacity = capacity;
    return STATUS_OK;
}

// What a buyer pays or a seller gets in `bar`.
static double fill_price(const struct book *book, size_t bar, bool is_buy)
{
    const struct candles *candles = book->input->candles;
    const double price =
        book->input->rules.execution == EXECUTION_CLOSE ? candles->close[bar] : candles->open[bar];
    return price * (is_buy ? 1 + book->slippage : 1 - book->slippage);
}

// Fee and turnover of one fill; answers the fee.
static double charge(struct book *book, double notional, double equity)
{
    const double fee = notional * book->fee;
    book->result.fees += fee;
    book->result.turnover += equity > 0 ? notional / equity : 0;
    return fee;
}

// Quantity = equity × fraction / (price × (1 + fee)): the fee is paid out of the stake, so there is no
// leverage.
static enum status open_position(struct book *book, enum signal side, size_t bar, double price)
{
    TRY(reserve_trade(book));
    const double stake = book->cash * book->input->rules.position_fraction;
    const double quantity = stake / (price * (1 + book->fee));
    const double fee = charge(book, quantity * price, book->cash);
    book->result.trades[book->result.trade_count++] = (struct trade){
        .quantity = quantity,
        .entry_price = price,
        .fees = fee,
        .entry_bar = (uint32_t)bar,
        .is_short = side == SIGNAL_SHORT,
    };
    book->held = side;
    book->units = side == SIGNAL_SHORT ? -quantity : quantity;
    book->cash -= book->units * price + fee;
    if (side == SIGNAL_LONG && book->input->rules.position_fraction == 1)
        book->cash = 0; // all of it is spent, whatever rounding says
    return STATUS_OK;
}

static void close_position(struct book *book, size_t bar, double price, enum exit_reason reason)
{
    struct trade *trade = open_trade(book);
    const double fee = charge(book, trade->quantity * price, book->cash + book->units * price);
    book->cash += book->units * price - fee;
    trade->exit_bar = (uint32_t)bar;
    trade->exit_price = price;
    trade->exit_reason = reason;
    trade->fees += fee;
    trade->pnl = book->units * (price - trade->entry_price) - trade->fees;
    book->units = 0;
    book->held = SIGNAL_FLAT;
}

static void liquidate(struct book *book, size_t bar)
{
    book->result.is_liquidated = true;
    book->result.liquidated_at = book->input->candles->time[bar];
}

// The position that `signal` asks for.
static enum signal target_of(const struct book *book, enum signal signal)
{
    if (signal == SIGNAL_LONG) return SIGNAL_LONG;
    return signal == SIGNAL_SHORT && book->input->rules.allow_short ? SIGNAL_SHORT : SIGNAL_FLAT;
}

// Fills the order decided at the close of `bar` in `fill_bar`: a reversal closes first, then opens with what
// is left.
static enum status fill_order(struct book *book, size_t bar, size_t fill_bar)
{
    const enum signal target = target_of(book, book->order);
    if (target == book->held) return STATUS_OK;
    if (book->held != SIGNAL_FLAT) {
        const double price = fill_price(book, fill_bar, book->held == SIGNAL_SHORT);
        close_position(book, fill_bar, price, target == SIGNAL_FLAT ? EXIT_SIGNAL : EXIT_REVERSAL);
    }
    if (book->cash <= 0) {
        liquidate(book, fill_bar);
        book->result.bars_held += fill_bar == bar; // it was held up to the close that took it away
    }
    if (target == SIGNAL_FLAT || book->result.is_liquidated) return STATUS_OK;
    return open_position(book, target, fill_bar, fill_price(book, fill_bar, target == SIGNAL_LONG));
}

static enum status reserve_span(struct book *book)
{
    struct simulation *result = &book->result;
    if (result->span_count < book->span_capacity) return STATUS_OK;
    const size_t capacity = book->span_capacity ? 2 * book->span_capacity : FIRST_CAPACITY;
    struct span *spans = arena_alloc_raw(book->arena, capacity, sizeof *spans);
    if (!spans) return error_no_memory(book->error);
    if (result->span_count > 0) memcpy(spans, result->spans, result->span_count * sizeof *spans);
    result->spans = spans;
    book->span_capacity = capacity;
    return STATUS_OK;
}

// Bars [from, to) are those of the position as it is now. Bar 0 is the initial capital, whatever fills there.
static enum status add_span(struct book *book, size_t from, size_t to)
{
    const size_t begin = from > 0 ? from : 1;
    if (begin >= to) return STATUS_OK;
    TRY(reserve_span(book));
    struct simulation *result = &book->result;
    struct span *last = &result->spans[result->span_count - 1];
    if (last->cash == book->cash && last->units == book->units) return STATUS_OK;
    if (last->from < begin) last = &result->spans[result->span_count++];
    *last = (struct span){.from = begin, .cash = book->cash, .units = book->units};
    return STATUS_OK;
}

// A forced exit: at the close as it was marked, without slippage, with the fee. Equity is what is left, from
// that bar on up to `end`.
static enum status close_at_mark(struct book *book, size_t bar, size_t end, enum exit_reason reason)
{
    close_position(book, bar, book->input->candles->close[bar], reason);
    return add_span(book, bar, end);
}

static size_t first_ruin(const struct book *book, size_t from, size_t to)
{
    const double *close = book->input->candles->close;
    while (from < to && book->cash + book->units * close[from] > 0)
        from++;
    return from;
}

// Marks [from, to). Only a short position can lose more than there is: prices are > 0 and a long one is paid
// in full.
static enum status mark(struct book *book, size_t from, size_t to)
{
    TRY(add_span(book, from, to));
    if (book->held == SIGNAL_FLAT) return STATUS_OK;
    const size_t ruin = book->held == SIGNAL_SHORT ? first_ruin(book, from, to) : to;
    book->result.bars_held += (ruin < to ? ruin + 1 : to) - from;
    if (ruin == to) return STATUS_OK;
    liquidate(book, ruin);
    return close_at_mark(book, ruin, to, EXIT_LIQUIDATION);
}

// From turn to turn. A stop may lead back to bars that were looked at before.
static size_t find_turn(struct book *book, size_t from, size_t to, enum signal idle)
{
    const struct side_turns *turns = book->input->turns;
    size_t i = book->next_turn;
    while (i > 0 && turns->turns[i - 1].bar >= from)
        i--;
    while (i < turns->count && (turns->turns[i].bar < from || turns->turns[i].signal == book->held ||
                                turns->turns[i].signal == idle))
        i++;
    book->next_turn = i;
    if (i == turns->count || turns->turns[i].bar >= to) return to;
    book->order = turns->turns[i].signal;
    return turns->turns[i].bar;
}

// The next bar of [from, to) whose signal changes the position, book->order; `to` when there is none.
static size_t find_order(struct book *book, size_t from, size_t to)
{
    const bool is_short_idle = book->held == SIGNAL_FLAT && !book->input->rules.allow_short;
    const enum signal idle = is_short_idle ? SIGNAL_SHORT : SIGNAL_HOLD;
    if (book->input->turns) return find_turn(book, from, to, idle);
    const uint8_t *signals = book->input->signals;
    const size_t bar = next_order(signals, from, to, (uint8_t)book->held, (uint8_t)idle);
    if (bar < to) book->order = signals[bar];
    return bar;
}

// From the bar of an order to that of its fill.
static size_t fill_delay(const struct book *book)
{
    return book->input->rules.execution == EXECUTION_CLOSE ? 0 : 1;
}

// The bars of one asset, [start, end). Bars up to a fill are marked with the position before it, those from
// the bar of the fill on with the one behind it. An order that would fill in bar `end` comes too late.
static enum status run_segment(struct book *book, size_t start, size_t end)
{
    const size_t delay = fill_delay(book), orders_end = end - delay;
    size_t marked = start;
    size_t bar = find_order(book, start, orders_end);
    while (bar < orders_end) {
        TRY(mark(book, marked, bar + delay));
        marked = bar + delay;
        if (!book->result.is_liquidated) TRY(fill_order(book, bar, bar + delay));
        bar = find_order(book, bar + 1, orders_end);
    }
    return mark(book, marked, end);
}

// Watches the position opened last from the bar on in which it is held from the open.
static void begin_watch(struct book *book)
{
    if (book->held == SIGNAL_FLAT) return;
    const struct trade *trade = open_trade(book);
    const bool is_held_from_open = book->input->rules.execution == EXECUTION_NEXT_OPEN;
    book->stops = stops_of(&book->input->rules, trade->entry_price, trade->is_short);
    book->watched_from = trade->entry_bar + (is_held_from_open ? 0 : 1);
}

// Whether a stop ends the position before the end of bar `end` - 1, and where.
static bool find_stop(struct book *book, size_t end, struct stop_hit *out_hit)
{
    if (book->held == SIGNAL_FLAT) return false;
    const size_t from = book->watched_from;
    book->watched_from = end;
    return stops_watch(&book->stops, book->input->candles, from, end, out_hit);
}

static void close_at_stop(struct book *book, const struct stop_hit *hit)
{
    const double slippage = book->held == SIGNAL_SHORT ? 1 + book->slippage : 1 - book->slippage;
    close_position(book, hit->bar, hit->price * slippage, hit->reason);
    if (book->cash <= 0) liquidate(book, hit->bar);
}

// The first bar from that of a stop on whose signal is new: the strategy has not held it since before.
static size_t skip_held_signal(const struct book *book, size_t stop_bar, size_t to, uint8_t stopped)
{
    const uint8_t *signals = book->input->signals;
    size_t bar = stop_bar;
    if (book->input->turns) return bar; // the bar before a turn holds
    while (bar < to && bar > 0 && signals[bar] == stopped && signals[bar - 1] == stopped)
        bar++;
    return bar;
}

// Marks up to the bar of the stop, where the position is closed; answers the next bar to look for an order
// in.
static enum status take_stop(struct book *book, size_t marked, const struct stop_hit *hit, size_t orders_end,
                             size_t *out_bar)
{
    const uint8_t stopped = (uint8_t)book->held;
    TRY(mark(book, marked, hit->bar));
    if (book->held != SIGNAL_FLAT) close_at_stop(book, hit);
    *out_bar = skip_held_signal(book, hit->bar, orders_end, stopped);
    return STATUS_OK;
}

// run_segment with stops: the position is watched through the bars up to the close that decides the next
// order. A short position may be ruined at a close before its stop is reached.
static enum status run_segment_with_stops(struct book *book, size_t start, size_t end)
{
    const size_t delay = fill_delay(book), orders_end = end - delay;
    size_t marked = start;
    size_t bar = find_order(book, start, orders_end);
    struct stop_hit hit;
    while (true) {
        const bool is_order = bar < orders_end;
        if (find_stop(book, is_order ? bar + 1 : end, &hit)) {
            TRY(take_stop(book, marked, &hit, orders_end, &bar));
            bar = find_order(book, bar, orders_end);
            marked = hit.bar;
            continue;
        }
        if (!is_order) break;
        TRY(mark(book, marked, bar + delay));
        marked = bar + delay;
        if (!book->result.is_liquidated) TRY(fill_order(book, bar, bar + delay));
        begin_watch(book);
        bar = find_order(book, bar + 1, orders_end);
    }
    return mark(book, marked, end);
}

static void settle_open_trade(struct book *book)
{
    if (book->held == SIGNAL_FLAT) return;
    const size_t last = book->input->candles->count - 1;
    struct trade *trade = open_trade(book);
    trade->is_open = true;
    trade->exit_reason = EXIT_END_OF_DATA;
    trade->exit_bar = (uint32_t)last;
    trade->exit_price = book->input->candles->close[last];
    trade->pnl = book->units * (trade->exit_price - trade->entry_price) - trade->fees;
}

// Four bars at a time: what is written behind the end of a span is written anew by the next.
VECTORISED static void mark_spans(const struct span *spans, size_t span_count, const double *restrict close,
                                  size_t count, double *restrict equity)
{
    for (size_t i = 0; i < span_count; i++) {
        const size_t end = i + 1 < span_count ? spans[i + 1].from : count;
        const double cash = spans[i].cash, units = spans[i].units;
        size_t bar = spans[i].from;
        for (; bar < end && bar + QUAD <= count; bar += QUAD)
            *(quad *)(equity + bar) = cash + units * QUAD_AT(close + bar);
        for (; bar < end; bar++)
            equity[bar] = cash + units * close[bar];
    }
}

void simulate_equity(const struct simulation *simulation, const double *close, size_t count,
                     double *out_equity)
{
    mark_spans(simulation->spans, simulation->span_count, close, count, out_equity);
}

// What no figure is made from: the curve, and the times of trades.
static enum status complete(struct book *book)
{
    struct simulation *result = &book->result;
    const size_t count = book->input->candles->count;
    result->equity = arena_alloc_raw(book->arena, count, sizeof *result->equity);
    if (!result->equity) return error_no_memory(book->error);
    simulate_equity(result, book->input->candles->close, count, result->equity);
    for (size_t i = 0; i < result->trade_count; i++) {
        struct trade *trade = &result->trades[i];
        trade->entry_time = book->input->candles->time[trade->entry_bar];
        if (!trade->is_open) trade->exit_time = book->input->candles->time[trade->exit_bar];
    }
    return STATUS_OK;
}

// Asset after asset.
static enum status run_segments(struct book *book)
{
    const struct simulate_input *input = book->input;
    const bool has_stops = stops_are_set(&input->rules);
    size_t start = 0;
    for (size_t i = 0; i <= input->break_count; i++) {
        const bool is_last = i == input->break_count;
        const size_t end = is_last ? input->candles->count : input->breaks[i];
        TRY((has_stops ? run_segment_with_stops : run_segment)(book, start, end));
        if (!is_last && book->held != SIGNAL_FLAT) TRY(close_at_mark(book, end - 1, end, EXIT_SERIES_BREAK));
        start = end;
    }
    return STATUS_OK;
}

enum status simulate_run(const struct simulate_input *input, struct arena *arena,
                         struct simulation *out_simulation, struct error *error)
{
    struct book book = {
        .input = input,
        .arena = arena,
        .error = error,
        .fee = input->rules.fee_bps / BPS,
        .slippage = input->rules.slippage_bps / BPS,
        .cash = input->rules.initial_capital,
        .held = SIGNAL_FLAT,
    };
    TRY(reserve_span(&book));
    book.result.spans[book.result.span_count++] = (struct span){.cash = book.cash};
    TRY(run_segments(&book));
    settle_open_trade(&book);
    if (!input->is_for_figures) TRY(complete(&book));
    *out_simulation = book.result;
    return STATUS_OK;
}
