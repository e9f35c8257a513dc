/** How well a name fits what was typed: 0 exact, 1 prefix, 2 inside; undefined not at all. Case does not count. */
export function rank(name: string, query: string): number | undefined {
  const where = name.toLowerCase().indexOf(query.toLowerCase());
  if (where < 0) return undefined;
  if (where > 0) return 2;
  return name.length === query.length ? 0 : 1;
}

/** The entries that fit, best first; equals keep their order. An empty query keeps all as they are. */
export function search<T>(entries: readonly T[], query: string, names: (entry: T) => string[]): T[] {
  if (query === '') return [...entries];
  return entries
    .map((entry) => {
      const ranks = names(entry).map((name) => rank(name, query) ?? Number.POSITIVE_INFINITY);
      return { entry, best: Math.min(...ranks) };
    })
    .filter(({ best }) => Number.isFinite(best))
    .sort((a, b) => a.best - b.best)
    .map(({ entry }) => entry);
}
