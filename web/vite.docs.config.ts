import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Their terms ask for these to go with the files, which are copied as they are. */
const licenses: Plugin = {
  name: 'licenses',
  generateBundle() {
    const texts = ['NOTICE', 'LICENSE', 'swagger-ui-bundle.js.LICENSE.txt'];
    const source = texts.map((name) => readFileSync(join(swagger, name), 'utf8')).join('\n\n');
    this.emitFile({ type: 'asset', fileName: 'licenses-docs.txt', source });
  },
};

// The page /docs, built by itself and added to the application's files: together they would share pieces, and the
// application would wait for those.
export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [licenses],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: 'docs.html' },
  },
});
