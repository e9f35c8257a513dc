// The stand-in for Binance's archive that the API tests have, for browser tests. It is TypeScript, which node does not read.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const tests = new URL('../', import.meta.url);
const { build } = createRequire(new URL('package.json', tests))('esbuild');

const { outputFiles } = await build({
  stdin: {
    contents: "export { Binance } from './binance.ts'; export { epoch, walk } from './candles.ts';",
    resolveDir: fileURLToPath(new URL('harness', tests)),
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});

export const { Binance, epoch, walk } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
