import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { softwareVulkan } from './test/support/software-vulkan.ts';
import { LongestFirst } from './test/support/longest-first.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^ablate-ml\/(.+)$/, replacement: source('./framework/entries/$1.ts') },
      { find: /^ablate-ml$/, replacement: source('./framework/index.ts') },
    ],
  },
  test: {
    include: ['framework/**/*.test.ts', 'plugins/**/*.test.ts', 'test/**/*.test.ts', 'experiments/**/*.test.js'],
    exclude: ['dist/**', 'node_modules/**', 'runs/**'],
    reporters: ['default', './test/support/closing-line.ts'],
    pool: 'forks',
    setupFiles: [source('./test/support/end-with-run.ts')],
    env: softwareVulkan(),
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
