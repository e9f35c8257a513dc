import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { overBudget } from './budget.ts';

const proxyTarget = process.env.VITE_PROXY_TARGET ?? 'http://127.0.0.1:8000';

const FIRST_PAGE = /\/(account\/Account|components\/States)\.module\.css/;
const isPageStyle = (id: string) =>
  id.endsWith('/src/styles/app.ts') || (/\/src\/.*\.module\.css/.test(id) && !FIRST_PAGE.test(id));

/**
 * Which modules share a file, the first that fits: each takes with it what its modules import. A hundred small files are
 * a seventh more to load than a few large ones. In the order in which they are needed: to sign in; the styles of all
 * pages; for the first chart; for what pages share; for the pages, by what people do.
 */
const FILES = [
  // Alike as the style sheets are, in one they take a third less. Those of the page to sign in on stay with it.
  { name: 'styles', test: isPageStyle },
  { name: 'boot', tags: ['$initial' as const] },
  { name: 'charts', test: /\/(lightweight-charts|fancy-canvas)\// },
  { name: 'frame', test: /\/src\/app\.tsx|\/shell\/WorkspaceLayout|\/chart\/ChartPage/ },
  { name: 'common', test: /\/node_modules\/|\/src\/(lib|api|components)\//, minShareCount: 2 },
  { name: 'research', test: /\/features\/(backtests|sweeps|compare)\// },
  { name: 'paper', test: /\/features\/(plans|accounts|orders)\// },
  { name: 'market', test: /\/features\/(scanner|heatmap|categories|data|jobs)\// },
  { name: 'people', test: /\/features\/(account|members|audit|admin|workspaces)\// },
].map((group, index, all) => ({ ...group, priority: all.length - index }));

const budget: Plugin = {
  name: 'budget',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.values(bundle).map((file) =>
      file.type === 'chunk'
        ? { ...file, modules: file.moduleIds }
        : { fileName: file.fileName, code: file.source, imports: [], modules: [] },
    );
    const over = overBudget(files);
    if (over.length > 0) this.error(over.join('\n'));
  },
};

// base './' keeps every asset path relative: the page's <base href> decides where the app lives,
// so that the same build works at / and behind a path such as https://host/lab/.
export default defineConfig({
  base: './',
  plugins: [react(), budget],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 5173,
    strictPort: true,
    host: '127.0.0.1',
    proxy: { '/api': { target: proxyTarget, changeOrigin: true } },
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 700,
    license: { fileName: 'licenses.md' },
    rolldownOptions: { output: { codeSplitting: { groups: FILES } } },
  },
  test: {
    environment: 'jsdom',
    // A document for each worker, not for each file: making one takes longer than most files do.
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000, // a machine may be busy
    globals: true,
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
});
