import { expect, it } from 'vitest';
import { type OrderDraft, readOrder } from './orderDraft';

const draft: OrderDraft = {
  account_id: 'paper-main',
  symbol: 'BTCUSDT',
  side: 'buy',
  type: 'market',
  quantity: '0.010',
  limit_price: '60000',
  time_in_force: 'gtc',
  note: ' ',
};

it('an order has a limit only where it is one, and its decimals are text', () => {
  expect(readOrder(draft)).toEqual({
    faults: {},
    body: { account_id: 'paper-main', symbol: 'BTCUSDT', side: 'buy', type: 'market', quantity: '0.01' },
  });
  expect(readOrder({ ...draft, type: 'limit', note: 'x' }).body).toMatchObject({
    limit_price: '60000',
    time_in_force: 'gtc',
    note: 'x',
  });
});

it('says what an order lacks', () => {
  const { faults } = readOrder({ ...draft, symbol: '', quantity: '0', type: 'limit', limit_price: 'x' });
  expect(Object.keys(faults)).toEqual(['symbol', 'quantity', 'limit_price']);
});
