import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSafetensors } from '../../framework/embeddings/open-safetensors.ts';
import { readJournal } from '../../framework/tracking/read-journal.ts';
import { killing } from '../faults/kill.ts';
import { ablate } from '../runs/ablate.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ablate-landmarks-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  // Few different images, which all 90,000 rows share: what is tested is how many classes and rows there are.
  execFileSync(process.execPath, ['framework/bin/ts.mjs', 'experiments/scale/make-landmarks.ts', folder, '--images', '90000', '--drawings', '200'], { cwd: root });
});

test('the images have a long tail: one of most classes, hundreds of the first', () => {
  const sizes = new Map<string, number>();
  const [header, ...rows] = readFileSync(join(folder, 'train.csv'), 'utf8').trimEnd().split('\n');
  for (const row of rows) sizes.set(row.split(',')[2]!, (sizes.get(row.split(',')[2]!) ?? 0) + 1);
  expect([header, rows.length, sizes.size]).toEqual(['id,url,landmark_id', 90_000, 81_313]);
  expect(sizes.get('0')).toBeGreaterThan(100);
  expect([...sizes.values()].filter((size) => size === 1).length).toBeGreaterThan(70_000);
});

test('81,313 classes train four steps, killed and resumed once, and GAP is reported', async () => {
  const env = { LANDMARKS: folder };
  const out = join(folder, 'runs');
  // It dies as the checkpoint of the last step is about to get its name: nothing of it is left, and all four steps are made again.
  const killed = await ablate(['run', join(root, 'experiments/scale/landmarks.yaml'), '--json', '--out', out, '--set', 'train.steps=4', '--set', 'train.batch=32'], {
    env: { ...env, ...killing({ at: 'file', file: 'step-000000004.safetensors', place: 'rename', count: 1 }, out).env },
  });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const experiment = join(out, 'scale-landmarks');
  const dir = join(experiment, readdirSync(experiment).find((name) => name.startsWith('arcface'))!);
  const resumed = await ablate(['resume', dir, '--json'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const { runs: [run] } = JSON.parse(resumed.stdout) as { runs: { status: string; metrics: Record<string, number> }[] };
  expect(run!.status).toBe('finished');
  expect(run!.metrics['GAP']).toBeGreaterThanOrEqual(0);
  expect(run!.metrics['GAP']).toBeLessThanOrEqual(1);
  expect([...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'step' ? [record.step] : []))).toEqual([0, 1, 2, 3]);
  const checkpoints = join(dir, 'checkpoints');
  const newest = await openSafetensors(join(checkpoints, readdirSync(checkpoints).filter((name) => name.endsWith('.safetensors')).sort().at(-1)!));
  const shapes = await Promise.all(newest.names.filter((name) => name.startsWith('head/')).map(async (name) => (await newest.array(name))!.shape));
  await newest.close();
  expect(shapes.some((shape) => shape.includes(81_313))).toBe(true);
}, 600_000);
