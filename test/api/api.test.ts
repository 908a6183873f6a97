import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '#test/plugin-folders';
import { ablate } from '#test/ablate';
import { apiReport } from './api-report.ts';

const compiled = path.join(root, 'test/api/0.1/compiled-plugin');

/** Declarations of a report by entry and text. */
const declarationsOf = (report: string): Set<string> =>
  new Set(
    report
      .split(/^# /m)
      .slice(1)
      .flatMap((section) =>
        section
          .split('\n\n')
          .slice(1)
          .map((text) => `${section.split('\n', 1)[0]}: ${text.trim()}`),
      ),
  );

describe('the plugin API', () => {
  it('is as the report has it: nothing of it is gone or changed (after a change that is meant: npm run api)', async () => {
    const now = declarationsOf(apiReport());
    const reported = declarationsOf(await readFile(new URL('./ablate-ml.api.txt', import.meta.url), 'utf8'));
    expect(reported.size).toBeGreaterThan(150);
    expect([...reported].filter((declaration) => !now.has(declaration))).toEqual([]);
  });
});

it('plugins compiled for 0.1 load, run and conform, untouched', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ablate-compiled-'));
  const use = (name: string): string => path.join(compiled, `${name}.js`);
  await writeFile(
    path.join(folder, 'spec.yaml'),
    `
dataset: {glyphs: {classes: 3, imagesPerClass: 20, testPerClass: 10, size: 12}}
backbone: ${use('backbone')}
head: ${use('head')}
losses: ['${use('loss')}']
optimizer: ${use('optimizer')}
schedule: ${use('schedule')}
evaluate: ['${use('evaluator')}']
train: {epochs: 3, batch: 20}
device: cpu
`,
  );
  const { code, stdout, stderr } = await ablate(['run', 'spec.yaml', '--trust', '--json'], { cwd: folder });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    runs: [{ status: 'finished', metrics: { 'compiled-accuracy': expect.any(Number) as number } }],
  });
  const checked = await ablate(['check', use('loss'), '--trust', '--device', 'cpu', '--json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({ failed: 0 });
});
