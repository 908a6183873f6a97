import { definePlugin, z } from 'ablate-ml';
import { expect, test } from 'vitest';
import type { CatalogueEntry } from './catalogue.ts';
import { describePlugin } from './describe-plugin.ts';

const manifest = definePlugin({
  kind: 'schedule',
  name: 'falling',
  summary: 'falls',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => ({ rate: () => 1 }),
});

test.each([
  ['package', 'The package "ablate-schedule-falling"', 'package "ablate-schedule-falling"'],
  ['path', 'The plugin falling/index.ts', 'plugin falling/index.ts'],
  ['built-in', 'The built-in schedule "falling"', 'built-in'],
] as const)('a plugin from a %s says where it lies', (origin, source, said) => {
  const entry = { manifest, origin, source, version: '0.1.0', location: '/' } as unknown as CatalogueEntry;
  expect(describePlugin(entry)).toMatchObject({ source: said, version: '0.1.0' });
});
