import { describe, expect, it } from 'vitest';
import type { CategorySummary, HeatmapRow } from '~/api/client';
import { indexSeries } from '~/lib/category';
import { heatStyle, rampStyle } from '~/lib/heat';
import { nextInDirection } from '~/lib/moveFocus';
import { squarify } from '~/lib/treemap';
import {
  aboveText,
  blocksOf,
  HEAD_HEIGHT,
  labelOf,
  matrixCsv,
  matrixOf,
  ratioReturn,
  sortCategories,
  tileTitle,
} from './heatmap';

const area = { x: 0, y: 0, width: 600, height: 400 };
const sizeOf = ({ width, height }: { width: number; height: number }) => width * height;

describe('squarified treemap', () => {
  it('gives the layout of the paper', () => {
    // Bruls et al. 2000, figure 4: 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4.
    const rects = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
    expect(rects[0]).toEqual({ x: 0, y: 0, width: 3, height: 2 });
    expect(rects[1]).toEqual({ x: 0, y: 2, width: 3, height: 2 });
    expect(rects[2]?.width).toBeCloseTo(12 / 7);
    expect(rects[3]?.height).toBeCloseTo(7 / 3);
  });

  it('fills the area, each part as large as its value', () => {
    const values = [50, 20, 10, 10, 5, 3, 1, 1];
    const rects = squarify(values, area);
    rects.forEach((rect, index) => {
      expect(sizeOf(rect)).toBeCloseTo(((values[index] ?? 0) / 100) * sizeOf(area));
      expect(rect.x + rect.width).toBeLessThanOrEqual(area.width + 1e-6);
      expect(rect.y + rect.height).toBeLessThanOrEqual(area.height + 1e-6);
    });
  });

  it('has no area for nothing', () => {
    expect(squarify([0, 0], area).map(sizeOf)).toEqual([0, 0]);
    expect(squarify([1], { ...area, width: 0 }).map(sizeOf)).toEqual([0]);
    expect(squarify([], area)).toEqual([]);
  });
});

describe('blocks of the treemap', () => {
  const row = (name: string, turnovers: number[]) =>
    ({
      name,
      symbols: turnovers.map((turnover, index) => ({ symbol: `${name}${index}`, return: 0.01, turnover })),
    }) as HeatmapRow;

  it('leaves out what has no symbols, and puts the largest first', () => {
    const blocks = blocksOf([row('A', [1]), row('B', []), row('C', [5, 5])], false, 600, 400);
    expect(blocks.map(({ row: { name } }) => name)).toEqual(['C', 'A']);
  });

  it('keeps a place for the name above the symbols', () => {
    const [block] = blocksOf([row('A', [3, 2, 1])], false, 600, 400);
    expect(Math.min(...(block?.tiles ?? []).map(({ rect }) => rect.y))).toBe(HEAD_HEIGHT);
  });

  it('makes all symbols the same where that is asked', () => {
    const [block] = blocksOf([row('A', [1000, 1])], true, 600, 400);
    const [first, second] = block?.tiles ?? [];
    expect(first && second && sizeOf(first.rect)).toBeCloseTo(second ? sizeOf(second.rect) : 0);
  });
});

describe('tiles', () => {
  const cell = (symbol: string) => ({ symbol, return: 0.012, turnover: 1 });
  const rows = [
    { name: 'Layer 1', symbols: [cell('BTCUSDT'), cell('ETHUSDT')] },
    { name: 'Money', symbols: [cell('BTCUSDT')] },
  ] as HeatmapRow[];

  it('of a symbol in two categories say which one they are of, and the other', () => {
    const tiles = blocksOf(rows, false, 600, 400).flatMap((block) => block.tiles);
    expect(tiles.map((tile) => tileTitle(tile, '+1.2%')).sort()).toEqual([
      'BTCUSDT in Layer 1: +1.2%. Also in Money.',
      'BTCUSDT in Money: +1.2%. Also in Layer 1.',
      'ETHUSDT in Layer 1: +1.2%',
    ]);
  });

  it('have a name wherever it fits, in smaller letters if need be', () => {
    const label = (width: number, height: number) => labelOf('BTC', '+1.2%', { width, height });
    expect(label(200, 200)).toEqual({ size: 12, hasChange: true });
    expect(label(34, 300)).toEqual({ size: 12, hasChange: false });
    expect(label(24, 60).size).toBe(8);
    expect(label(10, 60).size).toBeUndefined();
  });
});

describe('sorting', () => {
  const rows = [
    { name: 'B', change_1d: 0.1, members: 2 },
    { name: 'A', change_1d: null, members: 3 },
    { name: 'C', change_1d: -0.1, members: 1 },
  ] as CategorySummary[];
  const names = (key: 'name' | 'change_1d' | 'members', descending: boolean) =>
    sortCategories(rows, key, descending).map(({ name }) => name);

  it('puts what has no figure last either way', () => {
    expect(names('change_1d', true)).toEqual(['B', 'C', 'A']);
    expect(names('change_1d', false)).toEqual(['C', 'B', 'A']);
  });

  it('sorts names and numbers', () => {
    expect(names('name', false)).toEqual(['A', 'B', 'C']);
    expect(names('members', true)).toEqual(['A', 'B', 'C']);
  });
});

describe('colours', () => {
  it('are the same to both sides, and full at the outermost', () => {
    expect(heatStyle(0.05, 0.1)?.background).toContain('--up) 23%');
    expect(heatStyle(-0.05, 0.1)?.background).toContain('--down) 23%');
    expect(heatStyle(-9, 0.1)?.background).toContain('--down) 46%');
    expect([heatStyle(0, 0.1), heatStyle(null, 0.1)]).toEqual([undefined, undefined]);
  });

  it('rise from the least to the greatest where there is no zero', () => {
    expect(rampStyle(-0.6, -0.6, -0.2)).toBeUndefined();
    expect(rampStyle(-0.4, -0.6, -0.2)?.background).toContain('--accent) 23%');
    expect(rampStyle(1, 1, 1)).toBeUndefined();
  });
});

describe('arrow keys', () => {
  const at = (x: number, y: number, width = 20) => ({ x, y, width, height: 20 });
  const rects = [at(100, 0), at(60, 80), at(-50, 0), at(0, 100, 200)];

  it('go to the nearest thing in their direction, straight before aside', () => {
    expect(nextInDirection('ArrowRight', at(0, 0), rects)).toBe(0);
    expect(nextInDirection('ArrowLeft', at(0, 0), rects)).toBe(2);
    expect(nextInDirection('ArrowDown', at(0, 0), rects)).toBe(3);
  });

  it('stay where nothing lies that way', () => {
    expect(nextInDirection('ArrowUp', at(0, 0), rects)).toBeUndefined();
  });
});

it('names the index of a category as charts do', () => {
  expect(indexSeries('Layer 1', 'USDT')).toBe('CAT:Layer 1');
  expect(indexSeries('Layer 1', 'btc')).toBe('CAT:Layer 1@BTC');
});

describe('categories against each other', () => {
  const moved = (name: string, change: number | null, time = 86400) => ({
    name,
    time,
    change_1d: change,
    change_7d: null,
    change_30d: null,
    change_90d: null,
    change_ytd: null,
  });

  it('are measured in each other', () => {
    expect(ratioReturn(moved('A', 0.2), moved('B', -0.2), '1d')).toBeCloseTo(0.5, 12);
    expect(ratioReturn(moved('A', 0.1), moved('B', 0.1), '1d')).toBe(0);
  });

  it('are not where one has no change, or their last bars are of other days', () => {
    expect(ratioReturn(moved('A', 0.2), moved('B', null), '1d')).toBeNull();
    expect(ratioReturn(moved('A', 0.2), moved('B', 0.1, 0), '1d')).toBeNull();
    expect(ratioReturn(moved('A', 0.2), moved('B', -1), '1d')).toBeNull();
  });

  it('are written with every digit, and names as texts', () => {
    const csv = matrixCsv(matrixOf([moved('=B', -0.5), moved('A, x', 0.5)], '1d'));
    expect(csv).toBe(`category,"A, x",'=B\n"A, x",,2\n'=B,${0.5 / 1.5 - 1},\n`);
  });

  it('stand with the strongest first, without those that have no change', () => {
    const rows = matrixOf([moved('B', -0.1), moved('C', null), moved('A', 0.1)], '1d');
    expect(rows.map(({ category }) => category.name)).toEqual(['A', 'B']);
    expect(rows[0]?.returns[0]).toBeNull();
    expect(rows[0]?.returns[1]).toBeCloseTo(1.1 / 0.9 - 1, 12);
  });
});

it('members above their average are counted of those that have one', () => {
  const members = [0.1, -0.2, 0, null].map((sma50_distance) => ({ sma50_distance }));
  expect(aboveText(members)).toBe('1 of 3 (33%)');
  expect(aboveText([{ sma50_distance: null }])).toBeUndefined();
});
