import { describe, expect, it } from 'vitest';
import {
  addCategory,
  addSymbols,
  type CategoryDraft,
  categoriesOf,
  differences,
  documentOf,
  draftOf,
  moveSymbols,
  nameFault,
  removeCategory,
  removeSymbols,
  renameCategory,
  symbolsWithout,
} from './draft';

const draft = draftOf({
  symbols: {
    ADAUSDT: { base_asset: 'ADA', quote_asset: 'USDT', categories: ['Layer 1'] },
    XYZUSDT: { base_asset: 'XYZ', quote_asset: 'USDT', categories: [] },
  },
  categories: { Meme: ['DOGEUSDT', 'SHIBUSDT'], 'Layer 1': ['ETHUSDT'], Empty: [] },
  needs_review: ['XYZUSDT', 'SHIBUSDT'],
});
const members = ({ categories }: CategoryDraft, name: string) => [...(categories.get(name) ?? [])].sort();

describe('a document', () => {
  it('says who is in a category in either section', () => {
    expect(members(draft, 'Layer 1')).toEqual(['ADAUSDT', 'ETHUSDT']);
    expect(members(draft, 'Empty')).toEqual([]);
    expect(categoriesOf(draft.categories, 'DOGEUSDT')).toEqual(['Meme']);
  });

  it('comes back as it was, with what is known of each symbol', () => {
    const document = documentOf(draft);
    expect(document.symbols?.ADAUSDT).toEqual({
      base_asset: 'ADA',
      quote_asset: 'USDT',
      categories: ['Layer 1'],
    });
    expect(document.categories).toEqual({
      Empty: [],
      'Layer 1': ['ADAUSDT', 'ETHUSDT'],
      Meme: ['DOGEUSDT', 'SHIBUSDT'],
    });
    expect(document.needs_review).toEqual(['XYZUSDT', 'SHIBUSDT']);
    expect(differences(draftOf(document), draft)).toEqual([]);
  });

  it('may be without any section', () => {
    expect(documentOf(draftOf({}))).toEqual({ symbols: {}, categories: {}, needs_review: [] });
  });
});

describe('editing', () => {
  it('puts symbols in with what the market knows of them, and takes them out of both sections', () => {
    const known = new Map([['SOLUSDT', { base_asset: 'SOL', quote_asset: 'USDT' }]]);
    const more = addSymbols(draft, 'Layer 1', ['SOLUSDT'], known);
    expect(documentOf(more).symbols?.SOLUSDT).toEqual({
      base_asset: 'SOL',
      quote_asset: 'USDT',
      categories: ['Layer 1'],
    });
    const less = documentOf(removeSymbols(draft, 'Layer 1', ['ADAUSDT']));
    expect(less.categories?.['Layer 1']).toEqual(['ETHUSDT']);
    expect(less.symbols?.ADAUSDT?.categories).toEqual([]);
  });

  it('moves symbols, and counts what was moved as looked at', () => {
    const moved = moveSymbols(draft, 'Meme', 'Layer 1', ['SHIBUSDT']);
    expect(members(moved, 'Meme')).toEqual(['DOGEUSDT']);
    expect(members(moved, 'Layer 1')).toContain('SHIBUSDT');
    expect([...moved.needsReview]).toEqual(['XYZUSDT']);
  });

  it('keeps the symbols of a category that is removed, and the place of one that is renamed', () => {
    const removed = removeCategory(draft, 'Meme');
    expect(documentOf(removed).symbols?.DOGEUSDT).toEqual({ categories: [] });
    expect(symbolsWithout(removed, ['BTCUSDT'])).toEqual(['DOGEUSDT', 'SHIBUSDT', 'XYZUSDT', 'BTCUSDT']);
    expect(members(renameCategory(draft, 'Meme', ' Dogs '), 'Dogs')).toEqual(['DOGEUSDT', 'SHIBUSDT']);
  });

  it('changes nothing in place', () => {
    const before = JSON.stringify(documentOf(draft));
    moveSymbols(addCategory(draft, 'New'), 'Meme', 'New', ['SHIBUSDT', 'DOGEUSDT']);
    expect(JSON.stringify(documentOf(draft))).toBe(before);
  });
});

describe('a name', () => {
  it('is refused where the server would', () => {
    expect(nameFault(draft, 'New one')).toBeUndefined();
    expect(nameFault(draft, '  ')).toBeDefined();
    expect(nameFault(draft, 'A/B')).toMatch(/Without/);
    expect(nameFault(draft, 'a@b')).toMatch(/Without/);
    expect(nameFault(draft, 'é'.repeat(25))).toMatch(/48 bytes/);
    expect(nameFault(draft, 'MEME')).toMatch(/already/);
    expect(nameFault(draft, 'MEME', 'Meme')).toBeUndefined();
  });
});

describe('differences', () => {
  it('name what came, what went, and who', () => {
    const other = addSymbols(removeCategory(addCategory(draft, 'New'), 'Meme'), 'Layer 1', ['SOLUSDT']);
    expect(differences(draft, removeSymbols(other, 'Layer 1', ['ETHUSDT']))).toEqual([
      { category: 'Layer 1', kind: 'changed', added: ['SOLUSDT'], removed: ['ETHUSDT'] },
      { category: 'Meme', kind: 'gone', added: [], removed: ['DOGEUSDT', 'SHIBUSDT'] },
      { category: 'New', kind: 'new', added: [], removed: [] },
    ]);
  });
});
