// The stand-in for Binance by hand: npm --prefix tests run binance [-- --port 9000 --folder DIR --fault slow]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Binance, type Fault } from './binance.ts';
import { epoch, walk } from './candles.ts';
import { sharedPath } from './paths.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    folder: { type: 'string' },
    fault: { type: 'string', multiple: true },
  },
});
const binance = await Binance.start(Number(values.port));
const folder = resolve(values.folder ?? sharedPath('data/binance-public').path);
const names = ['MADEAUSDT', 'MADEBUSDT', 'MADECUSDT'];
if (existsSync(folder)) binance.folders.push(folder);
names.forEach((name, i) => {
  const start = epoch('2024-01-01');
  binance.publishAll(name, '1d', walk({ seed: 100 + i, start, step: 86_400, count: 400, price: 10 * (i + 1) }));
});
binance.traded = [...names, 'BTCUSDT', 'ETHUSDT'].map((symbol) => ({ symbol }));
binance.faults = (values.fault ?? []).map((kind) => ({ on: /\.zip$/, kind: kind as Fault['kind'], times: 3 }));
process.stdout.write(
  `export BINANCE_DATA_URL=${binance.url} BINANCE_API_URL=${binance.url}\n# files of ${existsSync(folder) ? folder : 'a made market'}, and of ${names.join(', ')} 1d from 2024-01-01; Ctrl-C ends it\n`,
);
