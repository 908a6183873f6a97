import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { resumeRun } from '../../../framework/runs/execute/resume-run.ts';
import type { RunOptions } from '../../../framework/runs/plan/run-options.ts';
import { runPlan, type PlanReport } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { classFolders } from '#test/class-folders';

const text = `name: own
device: cpu
threads: 1
dataset: {image-folder: {path: images, size: 8, color: gray, split: [0.5, 0.5]}}
backbone: {mlp: {embedding: 2, hidden: [4]}}
losses: [./own-loss/index.ts]
train: {epochs: 1, batch: 6}
evaluate: [retrieval]
`;
const loss = `import { definePlugin, z } from 'ablate-ml';
import { value } from './math.ts';
export default definePlugin({ kind: 'loss', name: 'own', summary: 'Own.', framework: '^0.1.0', schema: z.strictObject({}), create: () => ({ parameters: [], forward: ({ embedding }) => ({ value: value(embedding) }) }) });
`;
const math =
  "import { tf } from 'ablate-ml';\nexport const value = (embedding: tf.Tensor): tf.Scalar => tf.mean(tf.square(embedding)) as tf.Scalar;\n";

let folder: string;
let catalogue: Awaited<ReturnType<typeof createCatalogue>>;
const notes: string[] = [];
const at = (name: string): string => join(folder, name);

async function run(spec = 'spec.yaml', more: Partial<RunOptions> = {}): Promise<PlanReport> {
  notes.length = 0;
  const plan = await loadPlan(at(spec), { catalogue, env: {} });
  return runPlan(plan, {
    catalogue,
    out: at('runs'),
    resume: false,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    onNote: (line) => notes.push(line),
    ...more,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-identity-'));
  catalogue = await createCatalogue({ trust: true });
  await classFolders(at('images'), { classes: 3, images: 6, side: 8 });
  await mkdir(at('own-loss'));
  await writeFile(at('own-loss/index.ts'), loss);
  await writeFile(at('own-loss/math.ts'), math);
  await writeFile(at('spec.yaml'), text);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a run that is done', () => {
  it('stays as it is while nothing has changed', async () => {
    const [first] = (await run()).outcomes;
    expect(first!.status).toBe('finished');
    await run();
    expect(notes).toEqual(['1 of 1 runs are done already; --fresh runs them again.']);
  });

  it('does not answer for a file of its plugin that has changed since, wherever the entry leads', async () => {
    await writeFile(at('own-loss/math.ts'), math.replace('tf.mean', 'tf.sum'));
    await expect(run()).rejects.toThrow(
      /own-[\w.-]+ is done, but what it was made of has changed since:\n {4}loss \.\/own-loss\/index\.ts: math\.ts: /,
    );
    await writeFile(at('own-loss/math.ts'), math);
  });

  it('does not answer for images that have changed since; --keep says so and keeps it, --fresh runs it again', async () => {
    await rm(at('images/class-0/0.png'));
    const refusal = await run().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'RUN_FOLDER',
      exitCode: 2,
      message: expect.stringMatching(
        /dataset\.path: .*class-0\/0\.png: .* → nothing[^]*Add --fresh to run it again, or --keep to keep its numbers as they are\./,
      ) as string,
    });
    const kept = await run('spec.yaml', { keep: true });
    expect(kept.outcomes).toMatchObject([{ status: 'finished' }]);
    expect(notes.join('\n')).toContain('Kept as it is, though what it was made of has changed:');
    const {
      outcomes: [outcome],
    } = kept;
    await resumeRun(outcome!.dir, {
      set: [],
      catalogue,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      onNote: (line) => notes.push(line),
    });
    expect(notes.at(-1)).toContain('is done already, and what it was made of has changed since:');
    expect((await run('spec.yaml', { fresh: true })).outcomes).toMatchObject([{ status: 'finished' }]);
    await run();
    expect(notes).toEqual(['1 of 1 runs are done already; --fresh runs them again.']);
  });
});

describe('a run that failed before it began to train', () => {
  it('is tried again, its old error forgotten', async () => {
    await writeFile(at('later.yaml'), text.replace('name: own', 'name: later').replace('path: images', 'path: later'));
    expect((await run('later.yaml')).outcomes).toMatchObject([{ status: 'failed', error: { code: 'DATA_NOT_FOUND' } }]);
    await classFolders(at('later'), { classes: 3, images: 6, side: 8 });
    expect((await run('later.yaml')).outcomes).toMatchObject([{ status: 'finished' }]);
  });
});
