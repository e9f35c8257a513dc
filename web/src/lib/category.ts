/** The series of the index of a category, as charts name it. */
export const indexSeries = (name: string, quote: string) =>
  quote.toUpperCase() === 'USDT' ? `CAT:${name}` : `CAT:${name}@${quote.toUpperCase()}`;

/** The set that a series is of: none where no category is in it. */
export const setOf = (symbol: string, set: string | undefined): string | undefined =>
  symbol.includes('CAT:') ? set : undefined;
