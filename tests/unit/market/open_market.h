// An open market over a file of market_fixture.h, and what tests ask it.
#pragma once

#include "unit/market/market_fixture.h"

#include "market/market.h"

enum { AN_HOUR_MS = 3600000 };

#define BTC CANDLES("BTCUSDT", "1d", 0, 86400, 10, 50)
#define ETH CANDLES("ETHUSDT", "1d", 0, 86400, 8, 10)

// With AN_HOUR_MS it looks at the file at once and then only when told to.
struct market *market_on(const char *path, int watch_interval_ms);

// The series, which must be there; the error, which must come.
const struct series *series_from(struct market *market, const char *expression, enum interval interval);
struct error failure_of(struct market *market, const char *expression, enum interval interval);

// After a look at the file.
struct market_health health_of(struct market *market);
