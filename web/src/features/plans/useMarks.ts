import { useQueries, useQuery } from '@tanstack/react-query';
import { symbolsQuery } from '~/api/market';
import { type Mark, markQuery } from '~/api/marks';

/** The newest marks of some symbols, by their names; one that is still on its way, or that there is none of, is left out. */
export function useMarks(names: readonly string[]): { marks: ReadonlyMap<string, Mark>; isPending: boolean } {
  const { data: symbols = [], isPending } = useQuery(symbolsQuery);
  const wanted = new Set(names);
  const known = symbols.filter(({ symbol }) => wanted.has(symbol));
  const found = useQueries({ queries: known.map((symbol) => markQuery(symbol)) });
  const entries = known.flatMap(({ symbol }, index): [string, Mark][] => {
    const mark = found[index]?.data;
    return mark ? [[symbol, mark]] : [];
  });
  return { marks: new Map(entries), isPending: isPending || found.some((one) => one.isPending) };
}
