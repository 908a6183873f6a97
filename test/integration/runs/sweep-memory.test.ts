import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryEstimator } from '../../../framework/training/memory-estimate/memory-estimator.ts';
import { requireSweepMemory } from '../../../framework/training/memory-estimate/require-sweep-memory.ts';
import { maxKinds, sweepMemory, type KindOfRun } from '../../../framework/training/memory-estimate/sweep-memory.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { ablate } from '#test/ablate';

const base =
  'name: sweep\ndevice: cpu\nthreads: 1\ndataset: {glyphs: {classes: 3, imagesPerClass: 12, testPerClass: 4, validationPerClass: 4, size: 12}}\nhead: linear\nlosses: [softmax]\ntrain: {epochs: 1, batch: 18}\nevaluate: [accuracy]\n';
const dropping = 'sampler: {shuffle: {lastBatch: drop}}\n';
const mlp = 'backbone: {mlp: {embedding: 2, hidden: [8]}}\n';
let folder: string;
let spec: string;
/** Bytes that a run with few weights takes, and one with many. */
let [small, large] = [0, 0];
async function kindsOf(text: string): Promise<{ kinds: KindOfRun[]; count: number }> {
  await writeFile(spec, base + text);
  const plan = await loadPlan(spec, { catalogue: await createCatalogue(), env: {} });
  const estimator = new MemoryEstimator();
  return { kinds: await sweepMemory(plan, new Set(plan.runs.map(({ id }) => id)), estimator), count: estimator.count };
}
const range = (count: number): string => `[${Array.from({ length: count }, (_, index) => index + 1).join(', ')}]`;

describe('the memory of a sweep', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ablate-sweep-memory-'));
    spec = join(folder, 'spec.yaml');
  });

  it('of 1,000 learning rates and seeds is one estimate', async () => {
    const { kinds, count } = await kindsOf(
      `${mlp}matrix: {schedule.constant.rate: ${range(100)}, seed: ${range(10)}}\n`,
    );
    expect([kinds.length, count, kinds[0]!.runs]).toEqual([1, 1, 1000]);
    expect(kinds[0]!.answer).toMatchObject({ gpu: false, estimate: { peak: expect.any(Number) as number } });
  });

  it('is estimated once for each net, with its largest batch that there is', async () => {
    const { kinds, count } = await kindsOf(
      `${dropping}${mlp}matrix: {backbone.mlp.hidden: [[8], [3000]], train.batch: [9, 18, 5000]}\n`,
    );
    // No epoch has 5,000 images: this sampler will not make such a run, which is tried first.
    expect([kinds.length, count]).toEqual([2, 4]);
    expect(kinds.map(({ label, runs, spec: { train } }) => [label, runs, train.batch])).toEqual([
      ['hidden [8] · batch 18', 3, 18],
      ['hidden [3000] · batch 18', 3, 18],
    ]);
    const parameters = kinds.map(({ answer }) => answer.estimate!.parameters);
    // 144 inputs, hidden units with bias and slope, 2 outputs; the head of 3 classes.
    const bytes = (hidden: number): number => 4 * (144 * hidden + 2 * hidden + hidden * 2 + 2 + 2 * 3 + 3);
    expect(parameters).toEqual([bytes(8), bytes(3000)]);
  });

  it(`of more than ${maxKinds} kinds is estimated of so many`, async () => {
    const { kinds, count } = await kindsOf(`${mlp}matrix: {backbone.mlp.embedding: ${range(70)}}\n`);
    expect([kinds.length, count]).toEqual([maxKinds, maxKinds]);
    expect([kinds[0]!.label, kinds.at(-1)!.label]).toEqual(['embedding 1', 'embedding 70']);
  });

  it('of a search is that of its most expensive ends, which no trial may have', async () => {
    const { kinds, count } = await kindsOf(
      'backbone: {mlp: {embedding: {integer: [2, 500]}, hidden: {choice: [[900], [8], [40]]}}}\nschedule: {constant: {rate: {logUniform: [0.001, 0.1]}}}\nmatrix: {losses: [[softmax], [softmax, center]]}\nsearch: {budget: 500}\n',
    );
    expect(kinds.map(({ label, runs }) => [label, runs])).toEqual([
      ['softmax · embedding 500 · hidden [900]', 500],
      ['softmax + center · embedding 500 · hidden [900]', 500],
    ]);
    // Each of two losses: the first ends, another embedding, two other nets; the most expensive of all is among them.
    expect(count).toBe(8);
  });

  it('refuses what cannot fit, with the numbers, the run and the remedy', async () => {
    const { kinds } = await kindsOf(`${mlp}matrix: {backbone.mlp.hidden: [[8], [2000, 2000]]}\n`);
    [small, large] = kinds.map(({ answer }) => answer.estimate!.peak) as [number, number];
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    await requireSweepMemory('sweep', kinds, tell, large);
    await expect(requireSweepMemory('sweep', kinds, tell, (small + large) / 2)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringMatching(
        /^sweep is not begun: one of its runs cannot fit into memory\.\n {4}hidden \[2000, 2000\] takes about \d\.\d\d GiB of \d\.\d\d GiB\.\n {4} {2}→ .*\n[^]*--no-memory-check/,
      ) as string,
    });
    expect(told).toEqual([]);
  });

  it('stops a sweep before its first run, unless it is told not to look', async () => {
    await writeFile(spec, `${base}${mlp}matrix: {backbone.mlp.hidden: [[8], [2000, 2000]]}\n`);
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../faults/little-memory.mjs')).href}`,
      ABLATE_TEST_MEMORY: String(Math.round((small + large) / 2)),
    };
    const out = join(folder, 'runs');
    const refused = await ablate(['run', spec, '--out', out], { env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('hidden [2000, 2000] takes about');
    expect(existsSync(out)).toBe(false);
    const one = await ablate(['run', spec, '--out', out, '--only', 'hidden [8]', '--json'], { env });
    expect(one.code, one.stderr).toBe(0);
  });
});
