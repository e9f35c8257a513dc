#include "market/symbol_name.h"

#include <stddef.h>

// What markets of Binance (spot, futures, US) and of Bitfinex are or were priced in.
static const char *const quote_assets[] = {
    "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USDP", "USDS", "USD1", "USDE", "BFUSD", "XUSD", "PAX",
    "DAI",  "UST",  "VAI",   "USD",  "BTC",  "ETH",  "BNB",  "XRP",  "TRX",  "SOL",   "DOGE", "DOT",
    "EURI", "AEUR", "EUR",   "GBP",  "TRY",  "BRL",  "AUD",  "JPY",  "RUB",  "UAH",   "NGN",  "ZAR",
    "IDRT", "BIDR", "IDR",   "BKRW", "BVND", "MXN",  "ARS",  "COP",  "CZK",  "PLN",   "RON",  "KZT",
};

struct symbol_parts symbol_name_split(struct str symbol)
{
    const struct str name = str_slice(symbol, 0, str_find(symbol, '_'));
    size_t longest = 0;
    for (size_t i = 0; i < sizeof quote_assets / sizeof quote_assets[0]; i++) {
        const struct str quote = str_from_c(quote_assets[i]);
        if (quote.len > longest && quote.len < name.len && str_ends_with(name, quote)) longest = quote.len;
    }
    if (longest == 0) return (struct symbol_parts){.base_asset = symbol};
    const size_t base_len = name.len - longest;
    return (struct symbol_parts){str_slice(name, 0, base_len), str_slice(name, base_len, longest)};
}
