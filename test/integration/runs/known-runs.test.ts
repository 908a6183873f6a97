import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ablate } from '#test/ablate';

test('a run that is known only when a search is over can be named with --only, and before that is told to be unknown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ablate-known-'));
  const spec = join(folder, 'tpe.yaml');
  await writeFile(
    spec,
    `name: tpe
device: cpu
threads: 1
dataset: {glyphs: {classes: 2, imagesPerClass: 8, testPerClass: 2, validationPerClass: 2, size: 12}}
backbone: {mlp: {embedding: 2, hidden: []}}
head: linear
losses: [softmax]
schedule: {constant: {rate: {choice: [0.1, 0.2, 0.4, 0.8]}}}
train: {epochs: 1, batch: 16}
evaluate: [accuracy]
search: {budget: 2, method: {tpe: {startup: 1}}}
`,
  );
  const run = (...more: string[]) => ablate(['run', spec, '--out', join(folder, 'runs'), ...more]);
  expect(await run('--only', '*second*')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('No run of tpe is called "*second*"') as string,
  });
  expect((await run()).code).toBe(0);
  const {
    plans: [plan],
  } = JSON.parse((await run('--dry-run', '--json')).stdout) as {
    plans: [{ runs: { label: string; status: string }[] }];
  };
  expect(plan.runs.every(({ status }) => status === 'finished')).toBe(true);
  const last = plan.runs.at(-1)!.label;
  expect(await run('--only', last)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('1 of 1 runs are done already') as string,
  });
});
