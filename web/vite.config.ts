import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const proxyTarget = process.env.VITE_PROXY_TARGET ?? 'http://127.0.0.1:8000';

const FIRST_PAGE = /\/(account\/Account|components\/States)\.module\.css/;
const isPageStyle = (id: string) =>
  id.endsWith('/src/styles/app.ts') || (/\/src\/.*\.module\.css/.test(id) && !FIRST_PAGE.test(id));

// base './' keeps every asset path relative: the page's <base href> decides where the app lives,
// so that the same build works at / and behind a path such as https://host/lab/.
export default defineConfig({
  base: './',
  plugins: [react()],
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
    rolldownOptions: {
      output: {
        // The style sheets of all pages in one: alike as they are, they take a third less that way. Those of the page
        // to sign in on stay with it.
        codeSplitting: { groups: [{ name: 'styles', test: isPageStyle }] },
      },
    },
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
