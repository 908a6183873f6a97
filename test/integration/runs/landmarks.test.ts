import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { killing } from '#test/kill';
import { ablate, type Call } from '#test/ablate';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'ablate-landmarks-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  // Few different images, which all 90,000 rows share: what is tested is how many classes and rows there are.
  execFileSync(
    process.execPath,
    [
      'framework/app/bin/ts.mjs',
      'experiments/scale/make-landmarks.ts',
      folder,
      '--images',
      '90000',
      '--drawings',
      '200',
    ],
    { cwd: root },
  );
});

test('the images have a long tail: one of most classes, hundreds of the first', () => {
  const sizes = new Map<string, number>();
  const [header, ...rows] = readFileSync(join(folder, 'train.csv'), 'utf8').trimEnd().split('\n');
  for (const row of rows) sizes.set(row.split(',')[2]!, (sizes.get(row.split(',')[2]!) ?? 0) + 1);
  expect([header, rows.length, sizes.size]).toEqual(['id,url,landmark_id', 90_000, 81_313]);
  expect(sizes.get('0')).toBeGreaterThan(100);
  expect([...sizes.values()].filter((size) => size === 1).length).toBeGreaterThan(70_000);
});

/** The newest checkpoint of a run, each tensor by its name and checksum. */
async function newestCheckpoint(
  dir: string,
): Promise<{ step: number; shapes: readonly (readonly number[])[]; checksums: Readonly<Record<string, string>> }> {
  const checkpoints = join(dir, 'checkpoints');
  const { position, tensors } = await readCheckpoint(
    join(
      checkpoints,
      readdirSync(checkpoints)
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .at(-1)!,
    ),
  );
  const checksums = Object.fromEntries(
    [...tensors.values()].map(({ name, data }) => [name, createHash('sha256').update(data).digest('hex')]),
  );
  return {
    step: position.step,
    shapes: [...tensors.values()].filter(({ name }) => name.startsWith('head/')).map(({ shape }) => shape),
    checksums,
  };
}

test('81,313 classes train some steps, killed after a checkpoint and resumed from it, to the weights of a run that nothing stopped, and GAP is reported', async () => {
  const steps = 12;
  const spec = join(root, 'experiments/scale/landmarks.yaml');
  const env = { LANDMARKS: folder, ABLATE_CACHE: join(folder, 'cache') };
  const run = async (out: string, call: Call = {}) => {
    const ended = await ablate(
      ['run', spec, '--json', '--out', join(folder, out), '--set', `train.steps=${steps}`, '--set', 'train.batch=32'],
      { ...call, env: { ...env, ...call.env } },
    );
    const experiment = join(folder, out, 'scale-landmarks');
    return { ...ended, dir: join(experiment, readdirSync(experiment).find((name) => name.startsWith('arcface'))!) };
  };
  const stepsOf = (dir: string): number[] =>
    [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'step' ? [record.step] : []));

  // It is interrupted after its first steps, and dies the moment that the checkpoint it then writes has its name.
  const killed = await run('killed', {
    ...killing({ at: 'file', file: 'step-\\d+\\.safetensors', place: 'renamed', count: 1 }, folder),
    onStart: (end) => interruptOnce(join(folder, 'killed'), () => end('SIGINT')),
  });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const { step } = await newestCheckpoint(killed.dir);
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(steps);

  const resumed = await ablate(['resume', killed.dir, '--json'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const {
    runs: [found],
  } = JSON.parse(resumed.stdout) as { runs: { status: string; metrics: Record<string, number> }[] };
  expect(found!.status).toBe('finished');
  expect(found!.metrics['GAP']).toBeGreaterThanOrEqual(0);
  expect(found!.metrics['GAP']).toBeLessThanOrEqual(1);
  expect(stepsOf(killed.dir)).toEqual([...Array(steps).keys()]);
  expect(
    [...readJournal(join(killed.dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'started' ? [record.resumedAtStep] : [],
    ),
  ).toEqual([0, step]);

  const unbroken = await run('unbroken');
  expect(unbroken.code, unbroken.stderr).toBe(0);
  const [ended, reference] = [await newestCheckpoint(killed.dir), await newestCheckpoint(unbroken.dir)];
  expect(ended).toEqual(reference);
  expect(reference.step).toBe(steps);
  expect(reference.shapes.some((shape) => shape.includes(81_313))).toBe(true);
}, 600_000);

/** Calls `interrupt` as soon as a run below `out` has told of a step. */
function interruptOnce(out: string, interrupt: () => void): void {
  const journals = (): string[] =>
    existsSync(out)
      ? readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('journal.jsonl'))
      : [];
  const look = setInterval(() => {
    if (!journals().some((name) => readFileSync(join(out, name), 'utf8').includes('"type":"step"'))) return;
    clearInterval(look);
    interrupt();
  }, 5).unref();
}
