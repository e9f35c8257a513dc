// The golden results: what a slow independent reference gets from the real candles of the shared folder.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertClose } from '../harness/compare.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir, sharedPath } from '../harness/paths.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';

const golden = sharedPath('golden/golden.json');
const data = sharedPath('data/binance-public');
const skip = golden.skip || data.skip;
const cases: [string, Json][] = skip
  ? []
  : Object.entries<Json>(JSON.parse(readFileSync(golden.path, 'utf8'))).filter(
      ([, c]) => c.request.strategy_id === 'ma_cross',
    );

/** The first period is that of the reference: the daily files of July 2025 came later, and are not part of it. */
async function importMarket(): Promise<string> {
  const path = join(makeTempDir('golden'), 'file.db');
  await tlabOk(['import', '--db-path', path, join(data.path, 'data/spot/monthly')], { timeoutMs: 120_000 });
  return path;
}

let market: Promise<string> | undefined;
const sharedMarket = (): Promise<string> => (market ??= importMarket());

onEachEngine('golden results', (engine) => {
  if (skip) {
    test('of ma_cross', { skip }, () => {});
    return;
  }
  const tlab = useServer(async () => ({ engine, marketPath: await sharedMarket() }));

  test('has the four cases of ma_cross', () => assert.equal(cases.length, 4));

  for (const [name, { request, expect }] of cases) {
    test(name, async () => {
      const made = (await tlab.api.post('/api/v1/backtests', request, { expect: 201 })).json;
      const path = `/api/v1/backtests/${made.id}`;
      const points: Json[] = (await tlab.api.get(`${path}/equity`, { query: { limit: 50_000 }, expect: 200 }))
        .json.points;
      const trades: Json[] = (await tlab.api.get(`${path}/trades`, { query: { limit: 50_000 }, expect: 200 }))
        .json.trades;
      const closed = trades.filter((t) => t.exit_time !== null);
      assert.deepEqual(
        {
          bars: made.bars,
          first: points[0]?.time,
          last: points.at(-1)?.time,
          closed: closed.length,
          open: closed.length < trades.length,
        },
        {
          bars: expect.bars,
          first: expect.first,
          last: expect.last,
          closed: expect.closed_trades,
          open: expect.open_position,
        },
      );
      assert.equal(points.length, expect.bars);
      assert.equal(made.metrics.trades, expect.closed_trades);
      assertClose(made.final_equity, expect.final_equity, 'final_equity');
      for (const [metric, value] of Object.entries<number>(expect.metrics))
        assertClose(made.metrics[metric], value, metric);
      for (const metric of ['fees_paid', 'win_rate', 'profit_factor'])
        assertClose(made.metrics[metric], expect[metric], metric);
      for (const [which, trade] of [
        ['first_trade', closed[0]],
        ['last_trade', closed.at(-1)],
      ] as const) {
        for (const [member, value] of Object.entries<Json>(expect[which])) {
          if (typeof value === 'number' && !member.endsWith('_time'))
            assertClose(trade[member], value, `${which}.${member}`);
          else assert.equal(trade[member], value, `${which}.${member}`);
        }
      }
    });
  }
});
