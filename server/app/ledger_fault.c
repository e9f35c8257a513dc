#include "app/ledger_fault.h"

#include <stdio.h>

enum { KEY_MAX = 256, NUMBER_MAX = 24 };

// Cut to what fits.
static struct str key_of(const struct ledger_place *place, char text[static KEY_MAX])
{
    char number[NUMBER_MAX];
    (void)snprintf(number, sizeof number, "%lld", (long long)place->number);
    const struct str key = place->number ? str_from_c(number) : place->key;
    (void)snprintf(text, KEY_MAX, "%.*s/%.*s%s%.*s", STR_ARG(place->workspace_id), STR_ARG(place->account_id),
                   key.len ? "/" : "", STR_ARG(key));
    return str_from_c(text);
}

void ledger_tell(const struct ledger_place *place, const char *column, struct str found, struct str expected)
{
    char text[KEY_MAX];
    const struct ledger_fault fault = {.table = place->table,
                                       .key = key_of(place, text),
                                       .column = column,
                                       .found = found,
                                       .expected = expected};
    place->reporter->fault_count++;
    place->reporter->report(place->reporter->context, &fault);
}

void ledger_tell_decimal(const struct ledger_place *place, const char *column, struct decimal found,
                         struct decimal expected)
{
    char found_text[DECIMAL_TEXT_MAX], expected_text[DECIMAL_TEXT_MAX];
    const struct str was = {found_text, decimal_format(found, found_text)};
    ledger_tell(place, column, was, (struct str){expected_text, decimal_format(expected, expected_text)});
}

void ledger_expect_int(const struct ledger_place *place, const char *column, int64_t found, int64_t expected)
{
    char found_text[NUMBER_MAX], expected_text[NUMBER_MAX];
    if (found == expected) return;
    (void)snprintf(found_text, sizeof found_text, "%lld", (long long)found);
    (void)snprintf(expected_text, sizeof expected_text, "%lld", (long long)expected);
    ledger_tell(place, column, str_from_c(found_text), str_from_c(expected_text));
}
