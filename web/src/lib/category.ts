/** The series of the index of a category, as charts name it. */
export const indexSeries = (name: string, quote: string) =>
  quote.toUpperCase() === 'USDT' ? `CAT:${name}` : `CAT:${name}@${quote.toUpperCase()}`;

/** Whether a series is of the index of a category, or of one and something else. */
export const hasIndex = (symbol: string): boolean => symbol.includes('CAT:');

/** Whether it is a market of its own, whose orders somebody could fill. */
export const isMarket = (symbol: string): boolean => !hasIndex(symbol) && !symbol.includes('/');

/** The set that a series is of: none where no category is in it. */
export const setOf = (symbol: string, set: string | undefined): string | undefined =>
  hasIndex(symbol) ? set : undefined;
