import { describe, expect, it } from 'vitest';
import type { MarketSymbol, PaperPosition, TradePlan } from '~/api/client';
import { plan } from '~/test/paper';
import { openRiskOf } from './AccountsPage';
import { positionsByCategory, positionsByPlan, totalOf } from './positionGroups';

const position = (symbol: string, quantity: string, given: Partial<PaperPosition> = {}): PaperPosition => ({
  symbol,
  side: quantity.startsWith('-') ? 'short' : 'long',
  quantity: quantity.replace('-', ''),
  signed_quantity: quantity,
  average_entry_price: '10',
  mark_price: '11',
  mark_source: 'candle',
  mark_time: '2026-01-01T00:00:00.000000Z',
  market_value: '22',
  unrealized_pnl: '2',
  trade_plans: [],
  updated_at: '2026-01-01T00:00:00.000000Z',
  ...given,
});

const holding = (id: string, symbol: string, side: 'long' | 'short', quantity_open: string) =>
  plan({
    id,
    status: 'open',
    pnl: {
      legs: [
        {
          leg_id: '1',
          symbol,
          side,
          quantity_open,
          entry_price: '10',
          mark_price: '11',
          unrealized_pnl: '1',
        },
        {
          leg_id: '2',
          symbol,
          side,
          quantity_open: '0',
          entry_price: '9',
          mark_price: null,
          unrealized_pnl: '0',
        },
      ],
    } as TradePlan['pnl'],
  });

describe('positions by plan', () => {
  it('are the open legs of plans, and what is left of each symbol', () => {
    const plans = [holding('a', 'AUSDT', 'long', '3'), holding('b', 'AUSDT', 'short', '1.5')];
    const rows = positionsByPlan(
      [position('AUSDT', '2'), position('BUSDT', '-0.1', { mark_price: null })],
      plans,
    );
    expect(
      rows.map(({ plan: of, symbol, side, quantity, value, unrealized }) => [
        of?.id,
        symbol,
        side,
        quantity,
        value,
        unrealized,
      ]),
    ).toEqual([
      ['a', 'AUSDT', 'long', '3', '33', '1'],
      ['b', 'AUSDT', 'short', '1.5', '-16.5', '1'],
      [undefined, 'AUSDT', 'long', '0.5', '5.5', null],
      [undefined, 'BUSDT', 'short', '0.1', null, '2'],
    ]);
  });

  it('have nothing besides where plans hold all of it, to the last digit', () => {
    const plans = [holding('a', 'AUSDT', 'long', '0.1'), holding('b', 'AUSDT', 'long', '0.2')];
    expect(positionsByPlan([position('AUSDT', '0.3')], plans)).toHaveLength(2);
  });
});

describe('positions by category', () => {
  const symbols = [
    { symbol: 'AUSDT', categories: ['Layer 1', 'Meme'] },
    { symbol: 'BUSDT', categories: ['Layer 1'] },
  ] as MarketSymbol[];

  it('count in each of theirs, those of none last', () => {
    const short = position('BUSDT', '-2', { market_value: '-20.5', unrealized_pnl: '-1' });
    const rows = positionsByCategory(
      [position('CUSDT', '2'), position('AUSDT', '2'), short],
      symbols,
      'None',
    );
    expect(rows).toEqual([
      { name: 'Layer 1', symbols: ['AUSDT', 'BUSDT'], value: '1.5', exposure: '42.5', unrealized: '1' },
      { name: 'Meme', symbols: ['AUSDT'], value: '22', exposure: '22', unrealized: '2' },
      { name: 'None', symbols: ['CUSDT'], value: '22', exposure: '22', unrealized: '2' },
    ]);
  });

  it('have no total where a price is missing', () => {
    expect(totalOf(['1', null])).toBeNull();
    expect(totalOf([])).toBe('0');
  });
});

describe('the open risk of an account', () => {
  const open = (account_id: string, planned_risk: string | null) => plan({ account_id, planned_risk });

  it('is that of its plans, and not known while one has no stop', () => {
    const plans = [open('a', '0.1'), open('a', '0.2'), open('b', null)];
    expect(openRiskOf('a', plans)).toBe('0.3');
    expect(openRiskOf('b', plans)).toBeUndefined();
    expect(openRiskOf('c', plans)).toBe('0');
    expect(openRiskOf('a', undefined)).toBeUndefined();
  });
});
