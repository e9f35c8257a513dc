// What is generally known of well-known assets: which categories they belong to.
#pragma once

#include "base/str.h"

#include <stddef.h>

enum { CATEGORY_RULES_MAX = 4 }; // categories of one asset

// Names of the categories of a base asset, as far as it is known, into `out_names`; answers how many. An
// asset that is traded by the thousand or million ("1000SATS", "1000000MOG", "1MBABYDOGE") is looked up
// without the number when it is not known with it ("1INCH" is). Nothing is guessed from letters: "BTCUP" is
// no BTC.
size_t category_rules_find(struct str base_asset, struct str out_names[static CATEGORY_RULES_MAX]);
