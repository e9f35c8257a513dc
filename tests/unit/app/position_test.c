// What fills make of positions and of an account, by arithmetic alone: examples worked out by hand, and a
// long random script that has to add up after each step.
#include "unit/unit.h"

#include "app/paper_worth.h"
#include "app/position.h"
#include "app/posting.h"
#include "base/limits.h"

static struct decimal decimal(const char *text)
{
    struct decimal value;
    if (decimal_parse(str_from_c(text), &value) != DECIMAL_OK) fail_msg("%s", text);
    return value;
}

static void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    assert_string_equal(text, expected);
}

static struct position_fill fill_of(enum fill_side side, const char *quantity, const char *price)
{
    struct position_fill fill = {.side = side, .quantity = decimal(quantity), .price = decimal(price)};
    assert_true(decimal_multiply(fill.quantity, fill.price, &fill.notional));
    return fill;
}

static struct decimal add(struct position *position, enum fill_side side, const char *quantity,
                          const char *price)
{
    const struct position_fill fill = fill_of(side, quantity, price);
    struct error error = {0};
    struct decimal realized;
    if (position_add(position, &fill, &realized, &error) != STATUS_OK) fail_msg("%s", error.message);
    return realized;
}

static void assert_position(const struct position *position, const char *quantity, const char *cost)
{
    assert_decimal(position->quantity, quantity);
    assert_decimal(position->cost, cost);
}

static void a_long_position_binds_what_was_paid(void **state)
{
    (void)state;
    struct position position = {0};
    assert_decimal(add(&position, FILL_BUY, "0.01", "60000"), "0");
    assert_position(&position, "0.01", "600");
    assert_decimal(add(&position, FILL_BUY, "0.03", "64000"), "0");
    assert_position(&position, "0.04", "2520");
    assert_decimal(position_entry_price(&position), "63000");
    assert_decimal(add(&position, FILL_SELL, "0.01", "65000"), "20");
    assert_position(&position, "0.03", "1890");
    assert_decimal(add(&position, FILL_SELL, "0.03", "60000"), "-90");
    assert_position(&position, "0", "0");
    assert_decimal(position_entry_price(&position), "0");
}

static void a_short_position_binds_what_was_got(void **state)
{
    (void)state;
    struct position position = {0};
    assert_decimal(add(&position, FILL_SELL, "2", "100"), "0");
    assert_position(&position, "-2", "-200");
    assert_decimal(add(&position, FILL_BUY, "0.5", "80"), "10");
    assert_position(&position, "-1.5", "-150");
    assert_decimal(position_entry_price(&position), "100");
    assert_decimal(add(&position, FILL_BUY, "1.5", "110"), "-15");
    assert_position(&position, "0", "0");
}

static void crossing_zero_closes_first_and_opens_the_rest(void **state)
{
    (void)state;
    struct position position = {0};
    assert_decimal(add(&position, FILL_BUY, "1", "100"), "0");
    assert_decimal(add(&position, FILL_SELL, "3", "120"), "20");
    assert_position(&position, "-2", "-240");
    assert_decimal(add(&position, FILL_BUY, "5", "110"), "20");
    assert_position(&position, "3", "330");
}

static void what_is_removed_is_rounded_and_the_rest_goes_with_the_last_piece(void **state)
{
    (void)state;
    struct position position = {0};
    (void)add(&position, FILL_BUY, "3", "0.333333333333333333");
    assert_position(&position, "3", "0.999999999999999999");
    position.cost = decimal("1"); // as of fills whose notional was rounded
    assert_decimal(add(&position, FILL_SELL, "1", "1"), "0.666666666666666667");
    assert_position(&position, "2", "0.666666666666666667");
    assert_decimal(add(&position, FILL_SELL, "2", "1"), "1.333333333333333333");
    assert_position(&position, "0", "0");
}

static void what_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    struct error error = {0};
    struct decimal realized;
    struct position position = {decimal("1"), decimal("99999999999999999999")};
    const struct position_fill fill = fill_of(FILL_BUY, "1", "1");
    assert_int_equal(position_add(&position, &fill, &realized, &error), STATUS_INVALID);
    assert_string_equal(error.code, "amount_too_large");
    assert_position(&position, "1", "99999999999999999999");
    struct fill_amounts amounts;
    const struct fill large = {
        .side = FILL_BUY, .quantity = decimal("10000000000"), .price = decimal("10000000000")};
    assert_int_equal(fill_count(&large, &amounts, &error), STATUS_INVALID);
}

static void slippage_moves_the_price_against_the_trader(void **state)
{
    (void)state;
    struct error error = {0};
    struct decimal price;
    assert_ok(fill_price(decimal("60000"), FILL_BUY, decimal("5"), &price, &error));
    assert_decimal(price, "60030");
    assert_ok(fill_price(decimal("60000"), FILL_SELL, decimal("5"), &price, &error));
    assert_decimal(price, "59970");
    assert_ok(fill_price(decimal("0.000000000000000001"), FILL_BUY, decimal("5000"), &price, &error));
    assert_decimal(price, "0.000000000000000002"); // 1.5 of the last digit, half to even
    assert_int_equal(fill_price(decimal("1"), FILL_SELL, decimal("10000"), &price, &error), STATUS_INVALID);
}

static void the_fee_is_rounded_once(void **state)
{
    (void)state;
    struct error error = {0};
    struct fill_amounts amounts;
    struct fill fill = {
        .side = FILL_BUY, .quantity = decimal("0.01"), .price = decimal("60000"), .fee_bps = decimal("10")};
    assert_ok(fill_count(&fill, &amounts, &error));
    assert_decimal(amounts.notional, "600");
    assert_decimal(amounts.fee, "0.6");
    assert_decimal(amounts.cash, "-600.6");
    fill.side = FILL_SELL;
    assert_ok(fill_count(&fill, &amounts, &error));
    assert_decimal(amounts.cash, "599.4");
}

// ---- the random script

static uint64_t seed = 0x5eed0006;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

// Up to 9 digits, with up to 12 of them behind the point.
static struct decimal random_amount(void)
{
    static const int64_t scales[] = {1, 1000, 1000000, 1000000000, 1000000000000};
    return (struct decimal){(decimal_units)(1 + next_random() % 1000000000) * scales[next_random() % 5]};
}

enum { SYMBOLS = 4, STEPS = 100000 };
static const struct str symbols[SYMBOLS] = {{"AAAUSDT", 7}, {"BBBUSDT", 7}, {"CCCUSDT", 7}, {"DDDUSDT", 7}};

// An account that is kept twice: as the product does, and by sums of postings.
struct book {
    struct paper_account account;
    struct position_row positions[SYMBOLS];
    struct decimal cash, fees, owner, held[SYMBOLS], assets[SYMBOLS], money;
};

static void must_add(struct decimal *total, struct decimal amount)
{
    assert_true(decimal_add(*total, amount, total));
}

static void post(struct book *book, const struct journal_entry *entry)
{
    struct posting postings[POSTINGS_MAX];
    const size_t count = posting_list(entry, STR("USDT"), postings);
    for (size_t i = 0; i < count; i++) {
        struct decimal *asset = &book->money;
        for (size_t s = 0; s < SYMBOLS; s++)
            if (str_eq(postings[i].asset, symbols[s])) asset = &book->assets[s];
        must_add(asset, postings[i].amount);
        for (size_t s = 0; s < SYMBOLS; s++)
            if (strcmp(postings[i].book, "position") == 0 && asset == &book->assets[s])
                must_add(&book->held[s], postings[i].amount);
        if (strcmp(postings[i].book, "cash") == 0) must_add(&book->cash, postings[i].amount);
        if (strcmp(postings[i].book, "fees") == 0) must_add(&book->fees, postings[i].amount);
        if (strcmp(postings[i].book, "owner") == 0) must_add(&book->owner, postings[i].amount);
    }
    assert_true(decimal_is_zero(book->money));
}

static void deposit(struct book *book, struct decimal amount)
{
    const struct journal_entry entry = {.kind = JOURNAL_DEPOSIT, .cash = amount};
    must_add(&book->account.cash, amount);
    must_add(&book->account.deposits, amount);
    post(book, &entry);
}

static struct fill random_fill(size_t symbol)
{
    return (struct fill){.symbol = symbols[symbol],
                         .side = next_random() % 2 ? FILL_BUY : FILL_SELL,
                         .quantity = random_amount(),
                         .price = random_amount(),
                         .fee_bps =
                             (struct decimal){(decimal_units)(next_random() % 1000) * 10000000000000000}};
}

static void trade(struct book *book)
{
    struct error error = {0};
    struct fill_amounts amounts;
    struct decimal realized;
    const size_t symbol = next_random() % SYMBOLS;
    struct fill fill = random_fill(symbol);
    struct position *position = &book->positions[symbol].position;
    if (next_random() % 4 == 0 && !decimal_is_zero(position->quantity)) {
        fill.quantity = decimal_absolute(position->quantity);
        fill.side = decimal_is_negative(position->quantity) ? FILL_BUY : FILL_SELL;
    }
    assert_ok(fill_count(&fill, &amounts, &error));
    const struct position_fill change = {fill.side, fill.quantity, fill.price, amounts.notional};
    assert_ok(position_add(position, &change, &realized, &error));
    must_add(&book->account.cash, amounts.cash);
    must_add(&book->account.realized_pnl, realized);
    must_add(&book->account.fees_paid, amounts.fee);
    const struct journal_entry entry = {.kind = JOURNAL_FILL,
                                        .side = fill.side,
                                        .symbol = fill.symbol,
                                        .quantity = fill.quantity,
                                        .notional = amounts.notional,
                                        .fee = amounts.fee};
    post(book, &entry);
}

static void assert_same(struct decimal a, struct decimal b)
{
    assert_int_equal(decimal_compare(a, b), 0);
}

// At marks of no relation to the prices before.
static void assert_it_adds_up(const struct book *book, struct arena *arena)
{
    struct error error = {0};
    struct mark marks[SYMBOLS];
    struct paper_worth worth;
    for (size_t s = 0; s < SYMBOLS; s++)
        marks[s] = (struct mark){.symbol = symbols[s], .is_known = true, .price = random_amount()};
    const struct mark_list list = {marks, SYMBOLS};
    struct position_list positions = {.items = ARENA_ARRAY(arena, struct position_row, SYMBOLS)};
    for (size_t s = 0; s < SYMBOLS; s++)
        positions.items[positions.count++] = book->positions[s];
    const struct paper_worth_query query = {
        .account = &book->account, .positions = &positions, .marks = &list};
    assert_ok(paper_worth_count(&query, arena, &worth, &error));
    struct decimal profit = book->account.realized_pnl, gain = worth.equity;
    must_add(&profit, worth.unrealized_pnl);
    must_add(&profit, decimal_negate(book->account.fees_paid));
    must_add(&gain, decimal_negate(book->account.deposits));
    assert_same(profit, gain);
    assert_same(book->account.cash, book->cash);
    assert_same(book->account.fees_paid, book->fees);
    assert_same(book->account.deposits, decimal_negate(book->owner));
    for (size_t s = 0; s < SYMBOLS; s++) {
        assert_same(book->positions[s].position.quantity, book->held[s]);
        assert_true(decimal_is_zero(book->assets[s]));
    }
}

static void profit_is_equity_less_deposits_after_every_step(void **state)
{
    (void)state;
    struct book book = {0};
    ARENA_SCOPE(arena, MIB);
    for (size_t s = 0; s < SYMBOLS; s++)
        book.positions[s].symbol = symbols[s];
    for (int i = 0; i < STEPS; i++) {
        if (next_random() % 16 == 0)
            deposit(&book, next_random() % 2 ? random_amount() : decimal_negate(random_amount()));
        else
            trade(&book);
        arena_reset(&arena);
        assert_it_adds_up(&book, &arena);
    }
}

static void leverage_is_refused_with_the_figures(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct position_row row = {.symbol = symbols[0], .position = {decimal("-3"), decimal("-90")}};
    const struct position_list positions = {&row, 1};
    struct paper_account account = {
        .currency = STR("USDT"), .cash = decimal("190"), .max_leverage = decimal("1")};
    const struct paper_worth_query query = {
        .account = &account, .positions = &positions, .takes_entry = true};
    struct paper_worth worth;
    assert_ok(paper_worth_count(&query, &arena, &worth, &error)); // at its entry price of 30
    assert_decimal(worth.equity, "100");
    assert_decimal(worth.gross_exposure, "90");
    assert_decimal(worth.net_exposure, "-90");
    assert_ok(paper_worth_check(&account, &worth, &error));
    account.max_leverage = decimal("0.5");
    assert_int_equal(paper_worth_check(&account, &worth, &error), STATUS_INVALID);
    assert_string_equal(error.code, "insufficient_buying_power");
    assert_string_equal(error.message,
                        "the positions would be worth 90 USDT, the account may hold 50: equity 100 "
                        "× leverage 0.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_position_binds_what_was_paid),
        cmocka_unit_test(a_short_position_binds_what_was_got),
        cmocka_unit_test(crossing_zero_closes_first_and_opens_the_rest),
        cmocka_unit_test(what_is_removed_is_rounded_and_the_rest_goes_with_the_last_piece),
        cmocka_unit_test(what_does_not_fit_changes_nothing),
        cmocka_unit_test(slippage_moves_the_price_against_the_trader),
        cmocka_unit_test(the_fee_is_rounded_once),
        cmocka_unit_test(profit_is_equity_less_deposits_after_every_step),
        cmocka_unit_test(leverage_is_refused_with_the_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
