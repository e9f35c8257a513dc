import type { SeriesCoverage } from '~/api/client';
import { chooseSeries, drawSeries, gradeOf, keyOf, linesOf, scoreStyle, spanOf } from './coverage';

const DAY = 86_400;

const series = (over: Partial<SeriesCoverage>): SeriesCoverage => ({
  symbol: 'BTCUSDT',
  quote_asset: 'USDT',
  interval: '1d',
  first: 0,
  last: 9 * DAY,
  count: 10,
  expected: 10,
  gaps: 0,
  missing: 0,
  flat_runs: 0,
  flat_bars: 0,
  outliers: 0,
  breaks: 0,
  cut_bars: 0,
  last_unfinished: false,
  off_grid: 0,
  last_import: null,
  files: 0,
  revisions: 0,
  without_source: 10,
  score: 100,
  score_parts: { gaps: 40, flat: 20, outliers: 15, breaks: 10, cut: 10, off_grid: 5 },
  largest_gaps: [],
  marks: [],
  ...over,
});

const clean = series({});
const holed = series({
  symbol: 'ETHUSDT',
  gaps: 1,
  missing: 2,
  score: 60,
  last: 19 * DAY,
  largest_gaps: [{ start: 5 * DAY, end: 7 * DAY, bars: 2, repair: 'tlab download' }],
});
const hourly = series({ symbol: 'ethbtc', interval: '1h', revisions: 1, breaks: 1, score: 95 });
const all = [clean, holed, hourly];
const names = (filter: Parameters<typeof chooseSeries>[1]) => chooseSeries(all, filter).map(keyOf);

test('series are found by a part of their name, whatever the case, and by interval', () => {
  expect(names({})).toEqual(['BTCUSDT@1d', 'ETHUSDT@1d', 'ethbtc@1h']);
  expect(names({ q: 'eth' })).toEqual(['ETHUSDT@1d', 'ethbtc@1h']);
  expect(names({ q: 'eth', interval: '1h' })).toEqual(['ethbtc@1h']);
});

test('those with gaps, with revisions or with other flaws can be had alone', () => {
  expect(names({ only: 'gaps' })).toEqual(['ETHUSDT@1d']);
  expect(names({ only: 'revised' })).toEqual(['ethbtc@1h']);
  expect(names({ only: 'flawed' })).toEqual(['ethbtc@1h']);
});

test('the worst come first when they are sorted by score, the most missing by bars', () => {
  expect(names({ sort: 'score' })[0]).toBe('ETHUSDT@1d');
  expect(names({ sort: '-score' })[0]).toBe('BTCUSDT@1d');
  expect(names({ sort: '-missing' })[0]).toBe('ETHUSDT@1d');
});

test('all bars stand on one axis, and gaps are holes of their length', () => {
  const span = spanOf(all);
  expect(span).toEqual({ from: 0, to: 20 * DAY });
  expect(drawSeries(clean, span)).toEqual({ bar: { left: 0, width: 50 }, holes: [] });
  expect(drawSeries(holed, span)).toEqual({
    bar: { left: 0, width: 100 },
    holes: [{ left: 25, width: 10 }],
  });
});

test('a score has a word', () => {
  expect([100, 99, 98.9, 90, 89].map(gradeOf)).toEqual(['good', 'good', 'fair', 'fair', 'poor']);
});

test('the CSV has the lines of what is shown, in the order of what is shown', () => {
  const csv = 'symbol,interval,score\r\nBTCUSDT,1d,100\r\nETHUSDT,1d,60\r\nethbtc,1h,95\r\n';
  expect(linesOf(chooseSeries(all, { q: 'eth', sort: '-score' }), csv)).toBe(
    'symbol,interval,score\r\nethbtc,1h,95\r\nETHUSDT,1d,60\r\n',
  );
  expect(linesOf([], csv)).toBe('symbol,interval,score\r\n');
});

test('a score has a colour, the stronger the poorer, and never stronger than its text bears', () => {
  const [good, fair, poor, worst] = [100, 95, 85, 20].map((score) => scoreStyle(score).background);
  expect(good).toContain('--good');
  expect(fair).toContain('--warn-text');
  expect(poor).toContain('--bad');
  expect(worst).toBe('color-mix(in srgb, var(--bad) 46%, transparent)');
});
