import { describe, expect, it } from 'vitest';
import { marketSymbol, stored } from '~/test/symbols';
import { availability, coverageOf, defaultInterval, defaultSymbol } from './coverage';
import { onlyIntervals } from './NoInterval';
import { resolveRatio, searchCategories, searchSymbols } from './symbolSearch';

const symbols = [
  marketSymbol('WBTC', 'USDT', stored('1d')),
  marketSymbol('BTC', 'USDT', stored('1h', 0, 900), stored('1d', 0, 86400 * 9)),
  marketSymbol('ETH', 'USDT', stored('1d', 86400, 86400 * 5)),
  marketSymbol('ETH', 'BTC', stored('1d')),
];
const names = (found: { symbol: string }[]) => found.map(({ symbol }) => symbol);

describe('symbol search', () => {
  it('ranks the exact name before a prefix, and that before a match inside', () => {
    expect(names(searchSymbols(symbols, 'btc'))).toEqual(['BTCUSDT', 'WBTCUSDT', 'ETHBTC']);
    expect(names(searchSymbols(symbols, 'BTC/usdt'))[0]).toBe('BTCUSDT');
  });

  it('puts what was looked at last first when nothing is typed', () => {
    expect(names(searchSymbols(symbols, '', ['ETHUSDT', 'GONE']))[0]).toBe('ETHUSDT');
  });

  it('takes A/B for a market where there is one, else for a ratio', () => {
    expect(resolveRatio(symbols, 'eth/btc')).toBe('ETHBTC');
    expect(resolveRatio(symbols, 'eth/wbtc')).toBe('ETHUSDT/WBTCUSDT');
    expect(resolveRatio(symbols, 'ETHUSDT/BTCUSDT')).toBe('ETHUSDT/BTCUSDT');
    expect(resolveRatio(symbols, 'eth/nothing')).toBeUndefined();
    expect(resolveRatio(symbols, 'eth/eth')).toBeUndefined();
    expect(resolveRatio(symbols, 'eth')).toBeUndefined();
  });
});

describe('coverage', () => {
  const sourceOf = (series: string, interval: string) =>
    availability(symbols, series).find((one) => one.interval === interval)?.source;

  it('of a symbol tells what an interval is made of', () => {
    expect(sourceOf('BTCUSDT', '4h')).toBe('1h');
    expect(sourceOf('ETHUSDT', '4h')).toBeUndefined();
    expect(sourceOf('ETHUSDT', '1w')).toBe('1d');
  });

  it('of an interval that cannot be made says what is stored instead', () => {
    expect(onlyIntervals(symbols, 'ETHUSDT', '1h')).toEqual(['1d']);
    expect(onlyIntervals(symbols, 'ETHUSDT', '1w')).toBeUndefined();
    expect(onlyIntervals(symbols, 'NOPE', '1h')).toBeUndefined();
  });

  it('of a ratio needs both sides', () => {
    expect(sourceOf('ETHUSDT/BTCUSDT', '1h')).toBeUndefined();
    expect(coverageOf(symbols, 'ETHUSDT/BTCUSDT', '1d')).toMatchObject({ first: 86400, last: 86400 * 5 });
    expect(coverageOf(symbols, 'ETHUSDT/NOPE', '1d')).toBeUndefined();
  });

  it('opens the nearest to a day, on Bitcoin or what was looked at last', () => {
    expect(defaultInterval(symbols, 'BTCUSDT')).toBe('1d');
    expect(defaultSymbol(symbols, [], 'USDT')).toBe('BTCUSDT');
    expect(defaultSymbol(symbols, ['GONE', 'ETHUSDT/BTCUSDT'], 'USDT')).toBe('ETHUSDT/BTCUSDT');
  });
});

describe('categories', () => {
  const listed = [
    {
      ...marketSymbol('BTC', 'USDT', stored('1d', 0, 86400 * 9), stored('1h')),
      categories: ['Layer 1', 'Money'],
    },
    { ...marketSymbol('ETH', 'USDT', stored('1d')), categories: ['Layer 1'] },
    { ...marketSymbol('ETH', 'BTC', stored('1d')), categories: ['Layer 1'] },
  ];

  it('are found with and without their mark, and count the members of their index', () => {
    const found = [{ name: 'Layer 1', series: 'CAT:Layer 1', members: 2 }];
    expect(searchCategories(listed, 'layer')).toEqual(found);
    expect(searchCategories(listed, 'cat:LAYER 1')).toEqual(found);
    expect(searchCategories(listed, 'cat:')).toHaveLength(2);
    expect(searchCategories(listed, 'btc')).toEqual([]);
  });

  it('offer the intervals of the member with the longest history', () => {
    const possible = availability(listed, 'CAT:layer 1').filter(({ source }) => source !== undefined);
    expect(possible.map(({ interval }) => interval)).toContain('1h');
    expect(coverageOf(listed, 'CAT:Layer 1', '1d')?.last).toBe(86400 * 9);
    expect(availability(listed, 'CAT:Nothing').every(({ source }) => source === undefined)).toBe(true);
  });
});
