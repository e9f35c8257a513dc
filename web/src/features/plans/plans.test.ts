import { describe, expect, it } from 'vitest';
import type { Fill, TradePlanPnl } from '~/api/client';
import { placeFills } from '~/features/chart/planOverlay';
import { type Decimal, decimalText, readDecimal } from '~/lib/decimal';
import { account, leg, plan } from '~/test/paper';
import { readPart } from './CloseForm';
import { changeLines } from './changes';
import {
  changeOf,
  draftOfPlan,
  EMPTY_PLAN,
  isPlanField,
  legsFor,
  newLeg,
  type PlanDraft,
  readPlan,
} from './draft';
import {
  exposureAfter,
  fractionOf,
  previewClose,
  previewOpen,
  termsBody,
  totalAfter,
  whyNotOpened,
} from './moves';
import { drawnOf } from './PlanChart';
import { warningsOf } from './PlanSummary';
import { slippageText } from './PnlTiles';
import { sortPlans } from './planColumns';
import { riskText, rText } from './risk';
import { stopsBody } from './StopsDialog';
import { quantityOf, sumsOf } from './sizing';
import { firstFault, namesIn, stepOf } from './steps';
import { planName } from './words';

const d = (text: string): Decimal => readDecimal(text) as Decimal;
const text = (value: Decimal | undefined) => (value === undefined ? undefined : decimalText(value));

it('slippage is better or worse than planned, in words', () => {
  expect(slippageText('-49.24')).toBe('49.24 better than planned');
  expect(slippageText('3.1')).toBe('3.10 worse than planned');
  expect(slippageText('0')).toBe('filled as planned');
});

describe('R', () => {
  it('is of the limit, as the server says', () => {
    const of = (r_multiple: string | null) => rText({ planned_risk: '7', r_multiple } as TradePlanPnl);
    expect([of('1.5'), of('-1'), of(null)]).toEqual(['+1.50 R', '−1.00 R', '–']);
  });

  it('is what the stops risk of it, too', () => {
    expect(riskText({ planned_risk: '80', max_risk_amount: '100' })).toBe('80.00 (0.80 R)');
    expect(riskText({ planned_risk: '80', max_risk_amount: null })).toBe('80.00');
    expect(riskText({ planned_risk: null, max_risk_amount: '100' })).toBe('at most 100.00');
    expect(riskText({ planned_risk: null, max_risk_amount: null })).toBe('no stop');
  });
});

describe('the size of a leg', () => {
  const size = (given: Partial<Parameters<typeof quantityOf>[0]>) =>
    text(
      quantityOf({
        sizing: 'quantity',
        amount: undefined,
        entry: d('60000'),
        stop: undefined,
        other: undefined,
        ...given,
      }),
    );

  it('is the quantity that was typed, with all of its digits', () => {
    expect(size({ amount: d('0.000000000000000001') })).toBe('0.000000000000000001');
  });

  it('is so much as may be lost at the stop, never a digit more', () => {
    expect(size({ sizing: 'risk', amount: d('100'), stop: d('58000') })).toBe('0.05');
    expect(size({ sizing: 'risk', amount: d('100'), stop: d('59700') })).toBe('0.33333333');
    // Of a short leg the stop lies above.
    expect(size({ sizing: 'risk', amount: d('100'), stop: d('62000') })).toBe('0.05');
    expect(size({ sizing: 'risk', amount: d('100') })).toBeUndefined();
    expect(size({ sizing: 'risk', amount: d('100'), stop: d('60000') })).toBeUndefined();
  });

  it('is worth what was said, or as much as the first leg', () => {
    expect(size({ sizing: 'notional', amount: d('1000') })).toBe('0.01666666');
    expect(size({ sizing: 'equal', other: d('600') })).toBe('0.01');
    expect(size({ sizing: 'equal' })).toBeUndefined();
  });

  it('adds up to value, risk, reward and fees', () => {
    const one = { quantity: d('0.01'), entry: d('60000'), stop: d('59000'), target: d('63000') };
    const other = { quantity: d('1'), entry: d('2500'), stop: undefined, target: undefined };
    const sums = sumsOf([one, other], d('10'));
    expect([sums.notional, sums.risk, sums.reward, sums.fees].map(text)).toEqual(['3100', '10', '30', '6.2']);
    expect(sums.withoutStop).toBe(1);
    expect(sumsOf([other], 0n).risk).toBeUndefined();
  });
});

const draft = (given: Partial<PlanDraft> = {}): PlanDraft => ({
  ...EMPTY_PLAN,
  legs: [newLeg(1, { symbol: 'BTCUSDT', amount: '0.01', entry: '60000' })],
  ...given,
});

describe('a plan that is typed', () => {
  it('becomes a request whose decimals are text, without what was left empty', () => {
    const typed = draft({
      thesis: ' Trend ',
      max_risk_amount: '100.10',
      tags: 'a, b,, a',
      legs: [newLeg(1, { symbol: 'BTCUSDT', amount: '.01', entry: '60000.0', stop: '59000' })],
    });
    expect(readPlan(typed)).toEqual({
      faults: {},
      body: {
        account_id: 'paper-main',
        trade_type: 'single',
        thesis: 'Trend',
        max_risk_amount: '100.1',
        tags: ['a', 'b'],
        legs: [
          {
            symbol: 'BTCUSDT',
            side: 'long',
            planned_quantity: '0.01',
            planned_entry_price: '60000',
            stop_price: '59000',
          },
        ],
      },
    });
  });

  it('of a pair has opposite sides, the second leg as large as the first', () => {
    const legs = legsFor('pair', draft().legs);
    expect(legs.map(({ side }) => side)).toEqual(['long', 'short']);
    const filled = legs.map((one, at) => (at === 0 ? one : { ...one, symbol: 'ETHUSDT', entry: '2500' }));
    const { body, faults } = readPlan(draft({ trade_type: 'pair', legs: filled }));
    expect(faults).toEqual({});
    expect(body.legs[1]).toMatchObject({ symbol: 'ETHUSDT', side: 'short', planned_quantity: '0.24' });
  });

  it('keeps its legs when it becomes another kind', () => {
    const first = newLeg(7, { symbol: 'A', sizing: 'equal' });
    expect(legsFor('single', [first, newLeg(8)])).toEqual([{ ...first, sizing: 'notional' }]);
    const basket = legsFor('basket', [newLeg(1, { symbol: 'A' })]);
    expect(basket.map(({ key }) => key)).toEqual([1, 2]);
    expect(legsFor('basket', basket)).toEqual(basket);
  });

  it('says at each field what it lacks', () => {
    const { faults } = readPlan(
      draft({
        max_risk_amount: 'much',
        rule: { ...EMPTY_PLAN.rule, isOn: true },
        legs: [newLeg(1, { sizing: 'risk', amount: '100', entry: '1e3', stop: 'x' })],
      }),
    );
    expect(Object.keys(faults).sort()).toEqual([
      'invalidation_rule.level',
      'invalidation_rule.series',
      'legs.0.planned_entry_price',
      'legs.0.planned_quantity',
      'legs.0.stop_price',
      'legs.0.symbol',
      'max_risk_amount',
    ]);
    expect(faults['legs.0.planned_quantity']).toContain('stop price');
    expect(Object.keys(faults).every(isPlanField)).toBe(true);
  });

  it('has its invalidation as a rule, of a level or of an average', () => {
    const rule = { ...EMPTY_PLAN.rule, isOn: true, series: 'ETHUSDT/BTCUSDT', value: '0.05' };
    expect(readPlan(draft({ rule })).body.invalidation_rule).toEqual({
      series: 'ETHUSDT/BTCUSDT',
      interval: '1d',
      operator: 'below',
      level: '0.05',
    });
    const average = { ...rule, against: 'ema' as const, value: '50' };
    expect(readPlan(draft({ rule: average })).body.invalidation_rule).toMatchObject({
      average: { kind: 'ema', length: 50 },
    });
  });

  it('is the same again after it was a plan', () => {
    const saved = plan({
      thesis: 'T',
      tags: ['x', 'y'],
      max_risk_amount: '5',
      invalidation_rule: {
        series: 'BTCUSDT',
        interval: '1d',
        operator: 'below',
        average: { kind: 'sma', length: '50' },
      },
      legs: [leg({ stop_price: '59000.5' })],
    });
    const { body, faults } = readPlan(draftOfPlan(saved));
    expect(faults).toEqual({});
    expect(body).toMatchObject({
      thesis: 'T',
      tags: ['x', 'y'],
      max_risk_amount: '5',
      invalidation_rule: { average: { kind: 'sma', length: 50 } },
      legs: [{ planned_quantity: '0.01', stop_price: '59000.5' }],
    });
  });

  it('is changed as a whole, and what was made empty is taken away', () => {
    const { body } = readPlan(draft({ thesis: 'Trend' }));
    expect(changeOf(body)).toMatchObject({ thesis: 'Trend', notes: null, tags: [], auto_close: false });
    expect(changeOf(body)).not.toHaveProperty('account_id');
  });

  it('has only those stops moved that were touched once it is open', () => {
    const held = plan({ status: 'open', legs: [leg({ stop_price: '59000' }), leg({ id: '2' })] });
    const prices = {
      '1 stop_price': '59500.0',
      '1 target_price': '',
      '2 stop_price': '',
      '2 target_price': '',
    };
    expect(stopsBody(held, prices, false)).toEqual({ legs: [{ leg_id: '1', stop_price: '59500' }] });
    expect(stopsBody(held, { ...prices, '1 stop_price': '' }, true)).toEqual({
      legs: [{ leg_id: '1', stop_price: null }],
      auto_close: true,
    });
  });

  it('is warned of before it is saved', () => {
    const typed = draft({
      max_risk_amount: '5',
      legs: [newLeg(1, { symbol: 'BTCUSDT', amount: '2', entry: '60000', stop: '59000' })],
    });
    const numbers = { quantity: d('2'), entry: d('60000'), stop: d('59000'), target: undefined };
    const warnings = warningsOf({
      draft: typed,
      legs: [numbers],
      sums: sumsOf([numbers], d('10')),
      account: account(),
      marks: new Map([['BTCUSDT', { price: '90000', time: 0 }]]),
    });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('2,000.00');
    expect(warnings[1]).toContain('100,000.00');
    expect(warnings[2]).toContain('90,000.00');
  });
});

const terms = (fee_bps = '10', slippage_bps = '0') => ({
  marks: new Map([['BTCUSDT', '60000']]),
  fee_bps,
  slippage_bps,
});

describe('what a move would do', () => {
  it('to open: the mark against the trader, the fee, and what it takes of the cash', () => {
    const preview = previewOpen(plan(), terms('5', '10'));
    expect(preview.fills[0]).toMatchObject({ side: 'buy', quantity: d('0.01'), price: d('60060') });
    expect(text(preview.fees)).toBe('0.3003');
    expect(text(preview.cash)).toBe('-600.9003');
    const short = previewOpen(plan({ legs: [leg({ side: 'short' })] }), terms('5', '10'));
    expect(text(short.fills[0]?.price)).toBe('59940');
    expect(text(short.cash)).toBe('599.1003');
  });

  it('is not known without a mark', () => {
    const preview = previewOpen(plan({ legs: [leg({ symbol: 'ETHUSDT' })] }), terms());
    expect(preview.isComplete).toBe(false);
    expect(preview.cash).toBe(0n);
  });

  it('says when the account does not carry it', () => {
    const large = previewOpen(plan({ legs: [leg({ planned_quantity: '2' })] }), terms());
    expect(exposureAfter(account(), large)).toMatchObject({ after: d('120000'), isOver: true });
    expect(exposureAfter(account({ max_leverage: '2' }), large)?.isOver).toBe(false);
    expect(exposureAfter(account({ equity: null }), large)).toBeUndefined();
  });

  const held = plan({
    status: 'open',
    legs: [leg({ quantity_open: '0.01', average_entry_price: '55000' })],
  });

  it('to close: what it realizes', () => {
    const preview = previewClose(held, fractionOf(held, d('0.5')), terms());
    expect(preview.fills[0]).toMatchObject({ side: 'sell', quantity: d('0.005') });
    expect(text(preview.realized)).toBe('25');
    expect(text(preview.fees)).toBe('0.3');
  });

  it('to close: where the whole plan then stands, with what was made and paid before', () => {
    const before = { realized_pnl: '10', fees: '0.55' };
    const half = fractionOf(held, d('0.5'));
    expect(text(totalAfter(held, before, half, terms()))).toBe('59.15');
    expect(totalAfter(held, before, half, { ...terms(), marks: new Map() })).toBeUndefined();
  });

  it('closes everything, a share, or a quantity of a leg', () => {
    expect(readPart(held, 'all', '', {})).toMatchObject({ body: {}, fault: undefined });
    expect(readPart(held, 'fraction', '33.3', {}).body).toEqual({ fraction: '0.333' });
    expect(readPart(held, 'fraction', '101', {}).fault).toBeDefined();
    expect(readPart(held, 'legs', '', { 1: '0.004' })).toMatchObject({
      body: { legs: [{ leg_id: '1', quantity: '0.004' }] },
      fault: undefined,
    });
    expect(readPart(held, 'legs', '', { 1: '0.02' }).fault).toBeDefined();
    expect(readPart(held, 'legs', '', {}).fault).toBeDefined();
  });

  it('is asked for with what was typed only', () => {
    expect(termsBody({ marks: new Map(), fee_bps: undefined, slippage_bps: undefined })).toEqual({});
    expect(
      termsBody({ marks: new Map([['BTCUSDT', ' 60000.10 ']]), fee_bps: '5', slippage_bps: undefined }),
    ).toEqual({ mark_prices: { BTCUSDT: '60000.1' }, fee_bps: '5' });
  });
});

describe('opening', () => {
  const terms = (mark?: string) => ({
    marks: new Map(mark === undefined ? [] : [['BTCUSDT', mark]]),
    fee_bps: '10',
    slippage_bps: '0',
  });
  const why = (one: ReturnType<typeof plan>, mark?: string) =>
    whyNotOpened(one, account(), previewOpen(one, terms(mark)));

  it('is offered of a plan that can be', () => {
    expect(why(plan(), '60000')).toBeUndefined();
  });

  it('says why not of another', () => {
    expect(why(plan({ status: 'open' }), '60000')).toContain('is open by now');
    expect(why(plan())).toContain('no price of BTCUSDT');
    expect(why(plan({ legs: [leg({ planned_quantity: '2' })] }), '60000')).toContain('cannot carry it');
  });
});

describe('fills in the chart', () => {
  const DAY = 86400;
  const day = (iso: string) => Date.parse(iso) / 1000;
  const time = [day('2026-01-01'), day('2026-01-02')];
  const barOf = (fill: object, interval: '1d' | '4h' = '1d') =>
    placeFills(drawnOf(leg(), [{ leg_id: '1', ...fill } as Fill], interval), time).map(({ bar }) => bar);

  it('stand on the bar that was open then, and on none where there is none', () => {
    const at = (created_at: string) => ({ created_at, mark_source: 'candle' });
    expect(barOf(at('2026-01-01T23:59:59Z'))).toEqual([day('2026-01-01')]);
    expect(barOf(at('2026-01-02T00:00:00Z'))).toEqual([day('2026-01-02')]);
    expect(barOf(at('2026-03-01T00:00:00Z'))).toEqual([]);
    expect(barOf(at('2026-01-01T05:00:00Z'), '4h')).toEqual([]);
  });

  it('of a stop stand on the candle that reached it, whenever that was read', () => {
    const stop = {
      mark_source: 'stop',
      mark_time: '2026-01-02T00:00:00Z',
      created_at: '2026-05-01T00:00:00Z',
    };
    expect(barOf(stop)).toEqual([day('2026-01-02') - DAY]);
  });
});

describe('plans in words', () => {
  it('are called by their legs', () => {
    const legs = ['A', 'B', 'C', 'D', 'E'].map((symbol) => leg({ symbol }));
    expect(planName(plan({ trade_type: 'basket', legs }))).toBe('A, B, C and 2 more');
    expect(planName(plan({ trade_type: 'pair', legs: legs.slice(0, 2) }))).toBe('A / B');
  });

  it('are sorted by exact figures, those without one last', () => {
    const of = (id: string, planned_risk: string | null) => plan({ id, planned_risk });
    const plans = [of('none', null), of('large', '100.000000000000000001'), of('small', '100')];
    const ids = (descending: boolean) => sortPlans(plans, { key: 'risk', descending }).map(({ id }) => id);
    expect(ids(true)).toEqual(['large', 'small', 'none']);
    expect(ids(false)).toEqual(['small', 'large', 'none']);
  });

  it('say what a version changed', () => {
    expect(
      changeLines(
        {
          notes: { before: null, after: 'x' },
          legs: {
            before: [{ symbol: 'A', stop_price: '1' }],
            after: [{ symbol: 'A', stop_price: '2' }],
          },
          fills: [{ side: 'buy', leg_id: '1', quantity: '0.5', price: '10' }],
        } as never,
        () => 'A',
      ),
    ).toEqual(['notes: nothing → x', 'A stop price: 1 → 2', 'Bought 0.5 A at 10.00']);
  });
});

describe('the steps of the form on a phone', () => {
  it('have each field, and go first to what is wrong in the earliest', () => {
    expect(['legs.0.symbol', 'legs', 'trade_type'].map(stepOf)).toEqual([1, 1, 1]);
    expect(['thesis', 'invalidation_rule.level', 'tags.0', 'strategy_tag', 'notes'].map(stepOf)).toEqual([
      2, 2, 2, 2, 2,
    ]);
    expect(['account_id', 'max_risk_amount', 'auto_close'].map(stepOf)).toEqual([3, 3, 3]);
    const faults = { max_risk_amount: 'a', 'invalidation_rule.level': 'b', 'legs.1.symbol': 'c' };
    expect(firstFault(faults)).toBe('legs.1.symbol');
    expect(namesIn(2, faults)).toEqual(['invalidation_rule.level']);
    expect(firstFault({})).toBeUndefined();
  });
});
