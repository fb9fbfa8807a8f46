import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { plugins: [vue()], test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], environment: 'node' } },
      // Needs a built app in dist and a Chromium: CHROMIUM names it, else Debian's.
      { test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], environment: 'node', testTimeout: 90_000, hookTimeout: 60_000, fileParallelism: false } },
      // The same browser over the real services, which setup.ts starts from build/release or FUPIN_BUILD.
      { test: { name: 'real', include: ['tests/real/**/*.test.ts'], globalSetup: 'tests/real/setup.ts', environment: 'node', testTimeout: 180_000, hookTimeout: 60_000, fileParallelism: false } },
    ],
  },
});
