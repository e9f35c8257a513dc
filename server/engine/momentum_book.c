#include "engine/momentum_book.h"

#include "engine/momentum_rank.h"
#include "engine/symbol_set.h"

#include <math.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 256,
    BPS = 10000,
};

// Where the run stands. Bars of the universe; those of the result are counted from the first of the test.
struct book {
    const struct momentum_input *input;
    const struct asset_list *assets;
    struct arena *arena;
    struct error *error;
    struct momentum_course result;
    size_t trade_capacity;
    size_t order_capacity;
    size_t next_end;     // of assets->ends
    size_t next_start;   // of assets->starts
    size_t recent_start; // the first one that is still within a lookback
    double fee;          // fractions of 1
    double slippage;
    double cash;
    double *units;       // of each symbol: quantity held, negative when short
    double *last;        // its newest known price
    double *weights;     // what the newest rebalance wants, 0 where nothing
    size_t *asset_start; // bar at which its asset began
    uint32_t *trade_of;  // of what is held: its trade
    uint32_t *order_of;  // of what waits: its order
    uint8_t *is_over;    // it has no further candle
    struct symbol_set held;
    struct symbol_set wanted;
    struct symbol_set waiting;
    struct symbol_set touched;
    struct ranking_scratch scratch;
    struct ranked_symbol *ranked;
    uint32_t *longs;
    uint32_t *shorts;
    bool is_decided; // at the bar before
    bool is_waiting; // there is an order that waits
};

static size_t first_decision(const struct momentum_input *input)
{
    const size_t possible = input->rules.lookback + input->rules.skip;
    return possible > input->first ? possible : input->first;
}

size_t momentum_rebalance_count(const struct momentum_input *input)
{
    const size_t first = first_decision(input), bars = input->universe->bar_count;
    return first + 1 < bars ? (bars - 2 - first) / input->rules.rebalance_every + 1 : 0;
}

static enum status init_symbols(struct book *book)
{
    const size_t n = book->input->universe->symbol_count;
    struct arena *arena = book->arena;
    book->units = ARENA_ARRAY(arena, double, n);
    book->last = ARENA_ARRAY(arena, double, n);
    book->weights = ARENA_ARRAY(arena, double, n);
    book->asset_start = ARENA_ARRAY(arena, size_t, n);
    book->trade_of = ARENA_ARRAY(arena, uint32_t, n);
    book->order_of = ARENA_ARRAY(arena, uint32_t, n);
    book->is_over = ARENA_ARRAY(arena, uint8_t, n);
    book->ranked = ARENA_ARRAY(arena, struct ranked_symbol, n);
    book->longs = ARENA_ARRAY(arena, uint32_t, n);
    book->shorts = ARENA_ARRAY(arena, uint32_t, n);
    const bool has_all = book->units && book->last && book->weights && book->asset_start && book->trade_of &&
                         book->order_of && book->is_over && book->ranked && book->longs && book->shorts &&
                         symbol_set_init(&book->held, n, arena) && symbol_set_init(&book->wanted, n, arena) &&
                         symbol_set_init(&book->waiting, n, arena) &&
                         symbol_set_init(&book->touched, n, arena);
    return has_all ? STATUS_OK : error_no_memory(book->error);
}

static enum status init_result(struct book *book)
{
    const struct momentum_input *input = book->input;
    const size_t count = momentum_rebalance_count(input), n = input->universe->symbol_count;
    struct momentum_course *result = &book->result;
    result->equity = arena_alloc_raw(book->arena, input->universe->bar_count - input->first, sizeof(double));
    result->rebalances = arena_alloc_raw(book->arena, count, sizeof *result->rebalances);
    result->scores = arena_alloc_raw(book->arena, count * n, sizeof(double));
    result->unranked = arena_alloc(book->arena, count * n, sizeof(uint8_t));
    if (!result->equity || !result->rebalances || !result->scores || !result->unranked)
        return error_no_memory(book->error);
    return ranking_scratch_init(&book->scratch, n, book->arena, book->error);
}

// A larger copy of a list; NULL on lack of memory.
static void *grow(struct book *book, const void *items, size_t count, size_t capacity, size_t item_bytes)
{
    void *copy = arena_alloc_raw(book->arena, capacity, item_bytes);
    if (copy && count > 0) memcpy(copy, items, count * item_bytes);
    return copy;
}

static enum status reserve_trade(struct book *book)
{
    struct momentum_course *result = &book->result;
    if (result->trade_count < book->trade_capacity) return STATUS_OK;
    const size_t capacity = book->trade_capacity ? 2 * book->trade_capacity : FIRST_CAPACITY;
    struct trade *trades = grow(book, result->trades, result->trade_count, capacity, sizeof *result->trades);
    uint32_t *symbols =
        grow(book, result->trade_symbols, result->trade_count, capacity, sizeof *result->trade_symbols);
    if (!trades || !symbols) return error_no_memory(book->error);
    result->trades = trades;
    result->trade_symbols = symbols;
    book->trade_capacity = capacity;
    return STATUS_OK;
}

static enum status reserve_orders(struct book *book, size_t more)
{
    struct momentum_course *result = &book->result;
    if (result->order_count + more <= book->order_capacity) return STATUS_OK;
    const size_t capacity = 2 * (result->order_count + more) + FIRST_CAPACITY;
    struct momentum_order *orders =
        grow(book, result->orders, result->order_count, capacity, sizeof *result->orders);
    if (!orders) return error_no_memory(book->error);
    result->orders = orders;
    book->order_capacity = capacity;
    return STATUS_OK;
}

static const double *opens_of(const struct book *book, size_t bar)
{
    return book->input->universe->open + bar * book->input->universe->symbol_count;
}

static struct trade *trade_of(const struct book *book, size_t symbol)
{
    return &book->result.trades[book->trade_of[symbol]];
}

// While a symbol is held, its trade has sums in place of prices: entry_price of what was added, exit_price of
// what was taken off, each quantity × price.
static void add_to_trade(struct book *book, size_t symbol, double quantity, double price, double fee)
{
    struct trade *trade = trade_of(book, symbol);
    trade->quantity += quantity;
    trade->entry_price += quantity * price;
    trade->fees += fee;
}

static void take_off_trade(struct book *book, size_t symbol, double quantity, double price, double fee)
{
    struct trade *trade = trade_of(book, symbol);
    trade->exit_price += quantity * price;
    trade->fees += fee;
}

// What differs by roundings alone: sums that were added up in another order.
static bool is_rounding(double difference, double of)
{
    return fabs(difference) <= 1e-13 * fabs(of);
}

// Averages out of the sums.
static void settle_trade(struct trade *trade, size_t bar)
{
    const double difference = trade->exit_price - trade->entry_price;
    const double gain = is_rounding(difference, trade->entry_price) ? 0 : difference;
    trade->exit_bar = (uint32_t)bar;
    trade->pnl = (trade->is_short ? -gain : gain) - trade->fees;
    trade->entry_price /= trade->quantity;
    trade->exit_price /= trade->quantity;
}

static void close_trade(struct book *book, size_t symbol, size_t bar, enum exit_reason reason)
{
    struct trade *trade = trade_of(book, symbol);
    trade->exit_time = book->input->universe->time[bar];
    trade->exit_reason = reason;
    settle_trade(trade, bar - book->input->first);
    book->units[symbol] = 0;
    symbol_set_remove(&book->held, symbol);
}

static enum status open_trade(struct book *book, size_t symbol, size_t bar, bool is_short)
{
    struct momentum_course *result = &book->result;
    TRY(reserve_trade(book));
    book->trade_of[symbol] = (uint32_t)result->trade_count;
    result->trade_symbols[result->trade_count] = (uint32_t)symbol;
    result->trades[result->trade_count++] = (struct trade){
        .entry_time = book->input->universe->time[bar],
        .adverse = (double)NAN, // from the mean of fills that come and go
        .favourable = (double)NAN,
        .entry_bar = (uint32_t)(bar - book->input->first),
        .is_short = is_short,
    };
    symbol_set_add(&book->held, symbol);
    return STATUS_OK;
}

// What the holding is worth at the newest known prices.
static double equity_of(const struct book *book)
{
    double equity = book->cash;
    FOR_EACH_SYMBOL(s, book->held)
    {
        equity += book->units[s] * book->last[s];
    }
    return equity;
}

// Equity at the opens of a bar, which become the newest known prices; symbols without a candle keep theirs.
static double equity_at_open(struct book *book, size_t bar)
{
    const double *open = opens_of(book, bar);
    FOR_EACH_SYMBOL(s, book->held)
    {
        if (!isnan(open[s])) book->last[s] = open[s];
    }
    return equity_of(book);
}

static void mark(struct book *book, size_t bar)
{
    const double *close = book->input->universe->close + bar * book->input->universe->symbol_count;
    double equity = book->cash;
    FOR_EACH_SYMBOL(s, book->held)
    {
        if (!isnan(close[s])) book->last[s] = close[s];
        equity += book->units[s] * book->last[s];
    }
    book->result.equity[bar - book->input->first] = equity;
}

// A forced exit at the newest known price, without slippage, with the fee.
static void close_at_mark(struct book *book, size_t symbol, size_t bar, enum exit_reason reason)
{
    const double units = book->units[symbol], price = book->last[symbol];
    const double notional = fabs(units) * price, fee = notional * book->fee, equity = equity_of(book);
    book->cash += units * price - fee;
    book->result.fees += fee;
    book->result.turnover += equity > 0 ? notional / equity : 0;
    take_off_trade(book, symbol, fabs(units), price, fee);
    close_trade(book, symbol, bar, reason);
}

static void liquidate(struct book *book, size_t bar)
{
    FOR_EACH_SYMBOL(s, book->held)
    {
        close_at_mark(book, s, bar, EXIT_LIQUIDATION);
    }
    book->result.is_liquidated = true;
    book->result.liquidated_bar = bar - book->input->first;
    book->result.equity[bar - book->input->first] = book->cash;
}

// The trades that a change of the holding from one quantity to another means, and the new holding.
static enum status move_holding(struct book *book, size_t symbol, size_t bar, double target, double price)
{
    const double units = book->units[symbol], fee_a_unit = price * book->fee;
    const bool stays = units * target > 0; // on the same side
    if (stays && fabs(target) < fabs(units)) {
        const double off = fabs(units - target);
        take_off_trade(book, symbol, off, price, off * fee_a_unit);
    }
    if (!stays && units != 0) {
        take_off_trade(book, symbol, fabs(units), price, fabs(units) * fee_a_unit);
        close_trade(book, symbol, bar, target == 0 ? EXIT_SIGNAL : EXIT_REVERSAL);
    }
    if (!stays && target != 0) TRY(open_trade(book, symbol, bar, target < 0));
    const double added = fabs(target) - (stays ? fabs(units) : 0);
    if (target != 0 && added > 0) add_to_trade(book, symbol, added, price, added * fee_a_unit);
    book->units[symbol] = target;
    return STATUS_OK;
}

// Brings a symbol that has a candle to its weight; `equity` is that at the opens of the bar.
static enum status fill(struct book *book, size_t symbol, size_t bar, double equity,
                        struct momentum_order *order)
{
    const double open = opens_of(book, bar)[symbol];
    const double units = book->units[symbol], target = book->weights[symbol] * equity / open;
    const double difference = target - units;
    order->previous_weight = units * open / equity;
    order->fill_bar = (uint32_t)(bar - book->input->first);
    order->state = is_rounding(difference, units) ? ORDER_UNCHANGED : ORDER_FILLED;
    if (order->state == ORDER_UNCHANGED) return STATUS_OK;
    struct momentum_rebalance *rebalance = &book->result.rebalances[book->result.rebalance_count - 1];
    const double price = open * (difference > 0 ? 1 + book->slippage : 1 - book->slippage);
    const double fee = fabs(difference) * price * book->fee;
    const double turnover = fabs(difference) * open / equity;
    order->quantity = difference;
    order->price = price;
    order->fee = fee;
    rebalance->fees += fee;
    rebalance->turnover += turnover;
    book->result.fees += fee;
    book->result.turnover += turnover;
    book->cash -= difference * price + fee;
    book->last[symbol] = open;
    return move_holding(book, symbol, bar, target, price);
}

static void await_candle(struct book *book, size_t symbol, double equity, struct momentum_order *order)
{
    order->previous_weight = book->units[symbol] * book->last[symbol] / equity;
    order->state = ORDER_WAITING;
    book->order_of[symbol] = (uint32_t)(order - book->result.orders);
    symbol_set_add(&book->waiting, symbol);
    book->is_waiting = true;
}

// An order of the newest rebalance, at the first bar that can fill it.
static enum status place_order(struct book *book, size_t symbol, size_t bar, double equity)
{
    struct momentum_order *order = &book->result.orders[book->result.order_count++];
    *order = (struct momentum_order){
        .symbol = (uint32_t)symbol, .target_weight = book->weights[symbol], .price = (double)NAN};
    if (book->is_over[symbol] || book->asset_start[symbol] == bar)
        order->state = ORDER_ENDED; // what was ranked is no more: its holding has been closed
    else if (isnan(opens_of(book, bar)[symbol]))
        await_candle(book, symbol, equity, order);
    else
        TRY(fill(book, symbol, bar, equity, order));
    return STATUS_OK;
}

static void drop_waiting(struct book *book, enum order_state state)
{
    FOR_EACH_SYMBOL(s, book->waiting)
    {
        book->result.orders[book->order_of[s]].state = state;
        symbol_set_remove(&book->waiting, s);
    }
    book->is_waiting = false;
}

// The fills of the rebalance that was decided at the bar before.
static enum status fill_rebalance(struct book *book, size_t bar)
{
    struct momentum_rebalance *rebalance = &book->result.rebalances[book->result.rebalance_count - 1];
    const double equity = equity_at_open(book, bar);
    book->is_decided = false;
    rebalance->equity = equity;
    rebalance->first_order = book->result.order_count;
    if (book->is_waiting) drop_waiting(book, ORDER_REPLACED);
    if (!(equity > 0)) {
        liquidate(book, bar);
        return STATUS_OK;
    }
    size_t count = 0;
    for (size_t w = 0; w < book->touched.word_count; w++) {
        book->touched.words[w] = book->held.words[w] | book->wanted.words[w];
        count += (size_t)__builtin_popcountll(book->touched.words[w]);
    }
    TRY(reserve_orders(book, count));
    FOR_EACH_SYMBOL(s, book->touched)
    {
        TRY(place_order(book, s, bar, equity));
    }
    rebalance->order_count = count;
    return STATUS_OK;
}

static bool has_fill(const struct book *book, const double *open)
{
    FOR_EACH_SYMBOL(s, book->waiting)
    {
        if (!isnan(open[s])) return true;
    }
    return false;
}

// Orders whose symbols have a candle again.
static enum status fill_waiting(struct book *book, size_t bar)
{
    const double *open = opens_of(book, bar);
    if (!has_fill(book, open)) return STATUS_OK;
    const double equity = equity_at_open(book, bar);
    if (!(equity > 0)) {
        liquidate(book, bar);
        return STATUS_OK;
    }
    FOR_EACH_SYMBOL(s, book->waiting)
    {
        if (isnan(open[s])) continue;
        symbol_set_remove(&book->waiting, s);
        TRY(fill(book, s, bar, equity, &book->result.orders[book->order_of[s]]));
    }
    book->is_waiting = !symbol_set_is_empty(&book->waiting);
    return STATUS_OK;
}

static void end_waiting(struct book *book, size_t symbol)
{
    if (!symbol_set_has(&book->waiting, symbol)) return;
    book->result.orders[book->order_of[symbol]].state = ORDER_ENDED;
    symbol_set_remove(&book->waiting, symbol);
}

// Before anything is done at a bar: the assets that begin there are others than those that orders were for.
static void begin_assets(struct book *book, size_t bar)
{
    const struct asset_list *assets = book->assets;
    for (; book->next_start < assets->start_count && assets->starts[book->next_start].bar == bar;
         book->next_start++) {
        const size_t symbol = assets->starts[book->next_start].symbol;
        book->asset_start[symbol] = bar;
        end_waiting(book, symbol);
    }
}

// At the close of a bar: what has its last candle there is closed at it.
static void end_assets(struct book *book, size_t bar)
{
    const struct asset_list *assets = book->assets;
    for (; book->next_end < assets->end_count && assets->ends[book->next_end].bar == bar; book->next_end++) {
        const struct asset_end *end = &assets->ends[book->next_end];
        if (!end->is_break) book->is_over[end->symbol] = true;
        if (symbol_set_has(&book->held, end->symbol))
            close_at_mark(book, end->symbol, bar, end->is_break ? EXIT_SERIES_BREAK : EXIT_DATA_ENDED);
        book->result.equity[bar - book->input->first] = equity_of(book);
    }
}

// Assets that began within the lookback have not enough of it. Answers how many scores that costs.
static size_t remove_young(struct book *book, size_t bar, double *scores, uint8_t *unranked)
{
    const struct asset_list *assets = book->assets;
    const size_t start = bar - book->input->rules.lookback - book->input->rules.skip;
    size_t removed = 0;
    while (book->recent_start < book->next_start && assets->starts[book->recent_start].bar <= start)
        book->recent_start++;
    for (size_t i = book->recent_start; i < book->next_start; i++)
        removed += ranking_remove(assets->starts[i].symbol, scores, unranked);
    return removed;
}

// Parts of `gross`, all equal or in proportion to 1 / volatility; `sign` -1 for shorts.
static void put_weights(struct book *book, const uint32_t *symbols, size_t count, double gross)
{
    const bool is_equal = book->input->rules.weighting == WEIGHTING_EQUAL;
    const double *volatility = book->scratch.volatility;
    double sum = 0;
    for (size_t i = 0; i < count && !is_equal; i++)
        sum += 1 / volatility[symbols[i]];
    for (size_t i = 0; i < count; i++) {
        const size_t symbol = symbols[i];
        book->weights[symbol] = is_equal ? gross / (double)count : gross * (1 / volatility[symbol] / sum);
        symbol_set_add(&book->wanted, symbol);
    }
}

static void forget_weights(struct book *book)
{
    FOR_EACH_SYMBOL(s, book->wanted)
    {
        book->weights[s] = 0;
    }
    memset(book->wanted.words, 0, book->wanted.word_count * sizeof *book->wanted.words);
}

// The rebalance of a bar: it fills from the next one on.
static enum status decide(struct book *book, size_t bar)
{
    if (book->input->is_stop_wanted && book->input->is_stop_wanted(book->input->stop_context))
        return error_set(book->error, STATUS_CANCELLED, NULL, "the backtest was stopped");
    const struct momentum_rules *rules = &book->input->rules;
    const size_t n = book->input->universe->symbol_count, row = book->result.rebalance_count * n;
    double *scores = book->result.scores + row;
    uint8_t *unranked = book->result.unranked + row;
    size_t eligible = ranking_score(book->input, bar, &book->scratch, scores, unranked);
    eligible -= remove_young(book, bar, scores, unranked);
    size_t longs, shorts;
    ranking_sides(rules, eligible, &longs, &shorts);
    ranking_make_keys(scores, n, book->scratch.keys);
    ranking_select(book->scratch.keys, n, longs, true, book->ranked, book->longs);
    ranking_select(book->scratch.keys, n, shorts, false, book->ranked, book->shorts);
    const double gross = rules->long_count > 0 && rules->short_count > 0 ? 0.5 : 1;
    forget_weights(book);
    put_weights(book, book->longs, longs, gross);
    put_weights(book, book->shorts, shorts, -gross);
    book->result.rebalances[book->result.rebalance_count++] = (struct momentum_rebalance){
        .bar = (uint32_t)(bar - book->input->first),
        .eligible = (uint32_t)eligible,
        .long_count = (uint32_t)longs,
        .short_count = (uint32_t)shorts,
    };
    book->is_decided = true;
    return STATUS_OK;
}

static bool is_due(const struct book *book, size_t bar)
{
    const size_t first = first_decision(book->input);
    return bar >= first && (bar - first) % book->input->rules.rebalance_every == 0 &&
           bar + 1 < book->input->universe->bar_count;
}

static enum status step(struct book *book, size_t bar)
{
    begin_assets(book, bar);
    if (book->is_decided)
        TRY(fill_rebalance(book, bar));
    else if (book->is_waiting)
        TRY(fill_waiting(book, bar));
    if (book->result.is_liquidated) return STATUS_OK;
    mark(book, bar);
    book->result.bars_held += !symbol_set_is_empty(&book->held);
    end_assets(book, bar);
    if (!(book->result.equity[bar - book->input->first] > 0))
        liquidate(book, bar);
    else if (is_due(book, bar))
        TRY(decide(book, bar));
    return STATUS_OK;
}

// What is held at the end stays open, worth its newest known price.
static void settle_open_trades(struct book *book)
{
    const size_t last = book->input->universe->bar_count - 1 - book->input->first;
    FOR_EACH_SYMBOL(s, book->held)
    {
        struct trade *trade = trade_of(book, s);
        trade->is_open = true;
        trade->exit_reason = EXIT_END_OF_DATA;
        trade->exit_price += fabs(book->units[s]) * book->last[s];
        settle_trade(trade, last);
    }
}

// Assets that began and ended before the test have had their effect.
static void skip_warm_up(struct book *book)
{
    for (size_t bar = 0; bar < book->input->first; bar++)
        begin_assets(book, bar);
    const struct asset_list *assets = book->assets;
    for (; book->next_end < assets->end_count && assets->ends[book->next_end].bar < book->input->first;
         book->next_end++)
        book->is_over[assets->ends[book->next_end].symbol] |= !assets->ends[book->next_end].is_break;
}

enum status momentum_book_run(const struct momentum_input *input, const struct asset_list *assets,
                              struct arena *arena, struct momentum_course *out_course, struct error *error)
{
    struct book book = {
        .input = input,
        .assets = assets,
        .arena = arena,
        .error = error,
        .fee = input->rules.fee_bps / BPS,
        .slippage = input->rules.slippage_bps / BPS,
        .cash = input->rules.initial_capital,
    };
    TRY(init_symbols(&book));
    TRY(init_result(&book));
    skip_warm_up(&book);
    size_t bar = input->first;
    for (; bar < input->universe->bar_count && !book.result.is_liquidated; bar++)
        TRY(step(&book, bar));
    for (; bar < input->universe->bar_count; bar++)
        book.result.equity[bar - input->first] = book.cash;
    settle_open_trades(&book);
    *out_course = book.result;
    return STATUS_OK;
}
