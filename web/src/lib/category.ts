/** The series of the index of a category, as charts name it. */
export const indexSeries = (name: string, quote: string) =>
  quote.toUpperCase() === 'USDT' ? `CAT:${name}` : `CAT:${name}@${quote.toUpperCase()}`;
