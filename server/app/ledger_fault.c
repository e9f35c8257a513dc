#include "app/ledger_fault.h"

#include <stdio.h>

void ledger_report(struct ledger_reporter *reporter, const struct ledger_fault *fault)
{
    reporter->fault_count++;
    reporter->report(reporter->context, fault);
}

void ledger_expect_decimal(struct ledger_reporter *reporter, struct ledger_fault place, struct decimal found,
                           struct decimal expected)
{
    char found_text[DECIMAL_TEXT_MAX], expected_text[DECIMAL_TEXT_MAX];
    if (decimal_compare(found, expected) == 0) return;
    place.found = (struct str){found_text, decimal_format(found, found_text)};
    place.expected = (struct str){expected_text, decimal_format(expected, expected_text)};
    ledger_report(reporter, &place);
}

void ledger_expect_int(struct ledger_reporter *reporter, struct ledger_fault place, int64_t found,
                       int64_t expected)
{
    char found_text[24], expected_text[24];
    if (found == expected) return;
    (void)snprintf(found_text, sizeof found_text, "%lld", (long long)found);
    (void)snprintf(expected_text, sizeof expected_text, "%lld", (long long)expected);
    place.found = str_from_c(found_text);
    place.expected = str_from_c(expected_text);
    ledger_report(reporter, &place);
}
