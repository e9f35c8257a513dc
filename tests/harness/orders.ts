// Orders for paper money, as tests make them.
import { randomUUID } from 'node:crypto';
import type { Api, Reply, RequestOptions } from './http.ts';
import type { Json } from './openapi.ts';

export const localOrders = '/api/v1/workspaces/local-workspace/orders';
export const withOrders = { TRADING_MODE: 'paper' };

/** Buys one FLATUSDT, whose price is 1, at the market. */
export const marketBuy = { symbol: 'FLATUSDT', side: 'buy', type: 'market', quantity: 1 };
export const limit = (limit_price: unknown, more: Json = {}): Json => ({ ...marketBuy, type: 'limit', limit_price, ...more });

/** With a key of its own, unless one is given. */
export function order(api: Pick<Api, 'post'>, body: Json, options: RequestOptions = {}, path = localOrders): Promise<Reply> {
  const headers = { 'idempotency-key': randomUUID(), ...options.headers };
  return api.post(path, body, { ...options, headers });
}
