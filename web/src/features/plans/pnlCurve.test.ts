import { describe, expect, it } from 'vitest';
import type { Fill } from '~/api/client';
import { leg } from '~/test/paper';
import { pnlCurve } from './pnlCurve';

const at = (second: number) => new Date(second * 1000).toISOString().replace('Z', '000Z');

const fill = (given: Partial<Fill>): Fill => ({
  id: 'f',
  number: '2',
  account_id: 'paper-main',
  trade_plan_id: 'p1',
  leg_id: '1',
  order_id: null,
  symbol: 'BTCUSDT',
  side: 'buy',
  action: 'open',
  quantity: '1',
  price: '100',
  notional: '100',
  fee: '0.1',
  fee_bps: '10',
  slippage_bps: '0',
  mark_price: '100',
  mark_source: 'request',
  mark_time: at(1000),
  created_at: at(1000.25),
  actor_id: 'local-user',
  ...given,
});

const closes = new Map([['BTCUSDT', { times: [900, 1060, 1120, 1180], prices: [70, 110, 90.5, 120] }]]);
const values = (points: ReturnType<typeof pnlCurve>) =>
  points.map(({ time, value, part }) => [time, value, part]);

describe('profit over time', () => {
  it('begins with the fees at the open, and follows the closes since', () => {
    expect(values(pnlCurve([leg()], [fill({})], closes, 1130))).toEqual([
      [1001, '-0.1', '-0.1'],
      [1060, '9.9', '-0.1'],
      [1120, '-9.6', '-0.1'],
    ]);
  });

  it('turns the other way for what is short, and knows nothing of candles before the open', () => {
    const short = leg({ side: 'short' });
    const sale = fill({ side: 'sell', mark_price: '101' });
    expect(values(pnlCurve([short], [sale], closes, 1060))).toEqual([
      [1001, '-1.1', '-0.1'],
      [1060, '-10.1', '-0.1'],
    ]);
  });

  it('realizes a part at its price, and ends with the last close at what the server says', () => {
    const half = { side: 'sell', action: 'close', quantity: '0.5', notional: '55', fee: '0.055' } as const;
    const fills = [
      fill({}),
      fill({ ...half, created_at: at(1060) }),
      fill({ ...half, mark_price: '110', notional: '45', fee: '0.045', created_at: at(1130) }),
    ];
    expect(values(pnlCurve([leg()], fills, closes, 1130))).toEqual([
      [1001, '-0.1', '-0.1'],
      [1060, '4.845', '4.845'],
      [1120, '0.095', '4.845'],
      [1130, '-0.2', '-0.2'],
    ]);
  });

  it('adds up legs, each at its own newest price', () => {
    const legs = [leg(), leg({ id: '2', symbol: 'ETHUSDT', side: 'short' })];
    const sale = fill({
      leg_id: '2',
      symbol: 'ETHUSDT',
      side: 'sell',
      quantity: '2',
      notional: '20',
      fee: '0',
      mark_price: '10',
    });
    const both = new Map([...closes, ['ETHUSDT', { times: [1090], prices: [9] }]]);
    expect(values(pnlCurve(legs, [fill({}), sale], both, 1120)).slice(1)).toEqual([
      [1060, '9.9', '-0.1'],
      [1090, '11.9', '-0.1'],
      [1120, '-7.6', '-0.1'],
    ]);
  });

  it('is a line of fills where no candle is stored', () => {
    expect(values(pnlCurve([leg()], [fill({})], new Map(), 2000))).toEqual([[1001, '-0.1', '-0.1']]);
    expect(pnlCurve([leg()], [], closes, 2000)).toEqual([]);
  });
});
