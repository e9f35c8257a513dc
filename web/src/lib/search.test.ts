import { describe, expect, it, vi } from 'vitest';
import { backtestSearch, chartSearch } from '~/routes/search';
import { number, onDropped, oneOf, parseQuery, searchSchema, stringifyQuery, text } from './search';

const validate = searchSchema({ interval: oneOf('1h', '1d'), from: number(0), q: text(5) });

describe('a search schema', () => {
  it('keeps what fits and reads text as its type', () => {
    expect(validate({ interval: '1d', from: '1704067200', q: 'btc' })).toEqual({
      interval: '1d',
      from: 1704067200,
      q: 'btc',
    });
  });

  it('leaves out what does not fit and says so once each', () => {
    const heard = vi.fn();
    const stop = onDropped(heard);
    const values = validate({ interval: '7h', from: '-1', q: 'far too long' });
    expect(values).toEqual({ interval: undefined, from: undefined, q: undefined });
    expect(Object.keys(values)).toEqual(['interval', 'from', 'q']);
    expect(heard.mock.calls.map(([dropped]) => dropped.name)).toEqual(['interval', 'from', 'q']);
    stop();
    validate({ interval: '7h' });
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it('is silent about absent and empty values and about names of others', () => {
    const heard = vi.fn();
    const stop = onDropped(heard);
    expect(validate({ interval: '', unknown: 'x' })).toEqual({});
    expect(heard).not.toHaveBeenCalled();
    stop();
  });

  it('gives its own result back unchanged', () => {
    const once = validate({ interval: '1h', from: '5' });
    expect(validate(once)).toEqual(once);
  });
});

describe('the query text', () => {
  it('stays plain: numbers are not quoted, colons, commas and slashes are readable', () => {
    expect(
      stringifyQuery({ symbol: 'ETHUSDT/BTCUSDT', ind: 'sma:20,ema:50', from: 5, empty: undefined }),
    ).toBe('?symbol=ETHUSDT/BTCUSDT&ind=sma:20,ema:50&from=5');
    expect(stringifyQuery({})).toBe('');
  });

  it('comes back as it went, whatever characters it holds', () => {
    const values = { q: 'a&b=c #+%/?', symbol: '币安人生USDT' };
    expect(parseQuery(stringifyQuery(values))).toEqual(values);
  });

  it('does not turn text that looks like JSON into something else', () => {
    expect(parseQuery('?q=123&b=true&c={"a":1}')).toEqual({ q: '123', b: 'true', c: '{"a":1}' });
  });
});

describe('the screens', () => {
  it('chart: an indicator list is kept in canonical form, without what is none', () => {
    expect(chartSearch({ ind: 'SMA, rsi:14,macd' }).ind).toBe('sma:20,rsi:14,macd:12:26:9');
    const heard = vi.fn();
    const stop = onDropped(heard);
    expect(chartSearch({ ind: 'foo:3,sma:20' }).ind).toBe('sma:20');
    expect(heard).toHaveBeenCalledExactlyOnceWith({ name: 'ind', value: 'foo:3' });
    stop();
  });

  it('chart: what is compared is a list in which each series stands once', () => {
    expect(chartSearch({ cmp: 'ETHUSDT,CAT:Layer 1,ETHUSDT' }).cmp).toBe('ETHUSDT,CAT:Layer 1');
    expect(chartSearch({ cmp: ',' }).cmp).toBeUndefined();
  });

  it('chart: only a run id is taken for a run', () => {
    expect(chartSearch({ run: '<script>' }).run).toBeUndefined();
    expect(chartSearch({ run: '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90' }).run).toBeDefined();
  });

  it('backtest: an unknown tab opens the overview', () => {
    expect(backtestSearch({ tab: 'log' })).toEqual({});
  });
});
