import type { CategoryDocument } from '~/api/client';

/** What is known of a symbol beside its categories. */
interface Known {
  base_asset?: string;
  quote_asset?: string;
}

/** The categories of a set while they are edited. Nothing in it is ever changed in place: undoing is the one before. */
export interface CategoryDraft {
  /** The symbols of each category. */
  categories: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every symbol that the set speaks of, those without a category too. */
  symbols: ReadonlyMap<string, Known>;
  needsReview: ReadonlySet<string>;
}

export const NAME_BYTES = 48;
export const CATEGORIES_MAX = 256;

/** A symbol belongs to a category when either section of the document says so. */
export function draftOf({ symbols, categories, needs_review }: CategoryDocument): CategoryDraft {
  const lists = new Map<string, Set<string>>();
  const known = new Map<string, Known>();
  const say = (symbol: string, category: string) => {
    lists.set(category, (lists.get(category) ?? new Set()).add(symbol));
    if (!known.has(symbol)) known.set(symbol, {});
  };
  for (const [category, members] of Object.entries(categories ?? {})) {
    lists.set(category, lists.get(category) ?? new Set());
    for (const symbol of members) say(symbol, category);
  }
  for (const [symbol, { base_asset, quote_asset, categories: own }] of Object.entries(symbols ?? {})) {
    known.set(symbol, { base_asset: base_asset ?? undefined, quote_asset: quote_asset ?? undefined });
    for (const category of own ?? []) say(symbol, category);
  }
  return { categories: lists, symbols: known, needsReview: new Set(needs_review ?? []) };
}

/** The reverse, as it is sent. */
export function documentOf({ categories, symbols, needsReview }: CategoryDraft): CategoryDocument {
  const sorted = [...categories].sort(([a], [b]) => a.localeCompare(b));
  return {
    symbols: Object.fromEntries(
      [...symbols].map(([symbol, known]) => [
        symbol,
        { ...known, categories: categoriesOf(categories, symbol) },
      ]),
    ),
    categories: Object.fromEntries(sorted.map(([name, members]) => [name, [...members].sort()])),
    needs_review: [...needsReview].filter((symbol) => symbols.has(symbol)),
  };
}

export const categoriesOf = (categories: CategoryDraft['categories'], symbol: string): string[] =>
  [...categories].filter(([, members]) => members.has(symbol)).map(([name]) => name);

/** Why a category cannot be called so; undefined where it can. `old` is what it is called now. */
export function nameFault(draft: CategoryDraft, typed: string, old?: string): string | undefined {
  const name = typed.trim();
  if (name === '') return 'Give it a name.';
  if (new TextEncoder().encode(name).length > NAME_BYTES) return `At most ${NAME_BYTES} bytes.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the server refuses
  if (/[/@\u0000-\u001f\u007f]/.test(name)) return 'Without “/” and “@”.';
  const taken = [...draft.categories.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
  if (taken !== undefined && taken !== old) return `There is a category “${taken}” already.`;
  if (old === undefined && draft.categories.size >= CATEGORIES_MAX)
    return `A set has at most ${CATEGORIES_MAX} categories.`;
  return undefined;
}

export const addCategory = (draft: CategoryDraft, name: string): CategoryDraft => ({
  ...draft,
  categories: new Map([...draft.categories, [name.trim(), new Set()]]),
});

export const renameCategory = (draft: CategoryDraft, old: string, name: string): CategoryDraft => ({
  ...draft,
  categories: new Map(
    [...draft.categories].map(([one, members]) => [one === old ? name.trim() : one, members]),
  ),
});

/** Its symbols stay in the set. */
export const removeCategory = (draft: CategoryDraft, name: string): CategoryDraft => ({
  ...draft,
  categories: new Map([...draft.categories].filter(([one]) => one !== name)),
});

const withMembers = (draft: CategoryDraft, name: string, members: ReadonlySet<string>): CategoryDraft => ({
  ...draft,
  categories: new Map([...draft.categories, [name, members]]),
});

/** Whoever puts a symbol somewhere has looked at it: it needs no review any more. */
export function addSymbols(
  draft: CategoryDraft,
  category: string,
  names: readonly string[],
  market: ReadonlyMap<string, Known> = new Map(),
): CategoryDraft {
  const members = new Set([...(draft.categories.get(category) ?? []), ...names]);
  const symbols = new Map(draft.symbols);
  for (const name of names) if (!symbols.has(name)) symbols.set(name, market.get(name) ?? {});
  const needsReview = new Set([...draft.needsReview].filter((symbol) => !names.includes(symbol)));
  return { ...withMembers(draft, category, members), symbols, needsReview };
}

export function removeSymbols(
  draft: CategoryDraft,
  category: string,
  names: readonly string[],
): CategoryDraft {
  const gone = new Set(names);
  const members = [...(draft.categories.get(category) ?? [])].filter((symbol) => !gone.has(symbol));
  return withMembers(draft, category, new Set(members));
}

export const moveSymbols = (draft: CategoryDraft, from: string, to: string, names: readonly string[]) =>
  removeSymbols(addSymbols(draft, to, names), from, names);

/** What is in no category: of the set first, then of the market. */
export function symbolsWithout(draft: CategoryDraft, market: readonly string[]): string[] {
  const placed = new Set([...draft.categories.values()].flatMap((members) => [...members]));
  const own = [...draft.symbols.keys()].sort();
  return [...new Set([...own, ...market])].filter((symbol) => !placed.has(symbol));
}

export interface Difference {
  category: string;
  kind: 'new' | 'gone' | 'changed';
  added: string[];
  removed: string[];
}

const none: ReadonlySet<string> = new Set();

/** What one has in its categories that the other has not, category by category. */
export function differences(from: CategoryDraft, to: CategoryDraft): Difference[] {
  const names = [...new Set([...from.categories.keys(), ...to.categories.keys()])].sort((a, b) =>
    a.localeCompare(b),
  );
  return names.flatMap((category): Difference[] => {
    const before = from.categories.get(category);
    const after = to.categories.get(category);
    const added = [...(after ?? none)].filter((symbol) => !before?.has(symbol)).sort();
    const removed = [...(before ?? none)].filter((symbol) => !after?.has(symbol)).sort();
    if (before && after && added.length === 0 && removed.length === 0) return [];
    return [{ category, kind: !before ? 'new' : after ? 'changed' : 'gone', added, removed }];
  });
}
