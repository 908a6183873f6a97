import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { readConcatenated } from '../../../framework/runs/comparison/concatenated-file.ts';
import { runPlan, type PlanReport } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { classFolders } from '#test/class-folders';

const catalogue = await createCatalogue({ trust: true });
const gallery = join(import.meta.dirname, 'folded-gallery.ts');
let folder: string;

async function run(
  name: string,
  dataset: string,
  evaluate: string,
  protocol: string,
  notes: string[] = [],
): Promise<PlanReport> {
  const file = join(folder, `${name}.yaml`);
  await writeFile(
    file,
    `name: ${name}
device: cpu
threads: 1
dataset: ${dataset}
backbone: {mlp: {embedding: 3, hidden: [4]}}
head: linear
losses: [softmax]
schedule: {constant: {rate: 0.05}}
train: {epochs: 1, batch: 12}
evaluate: ${evaluate}
protocol: ${protocol}
`,
  );
  return runPlan(await loadPlan(file, { catalogue, env: {} }), {
    catalogue,
    out: join(folder, 'runs'),
    resume: false,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    onNote: (line) => notes.push(line),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-folds-'));
  await classFolders(join(folder, 'images'), { classes: 10, images: 4, side: 6 });
});

describe('folds that are copies of each other', () => {
  it('are refused where the data set says that its split is ignored', async () => {
    await writeFile(join(folder, 'roles.csv'), 'path,label,role\nclass-0/0.png,a,train\nclass-1/0.png,b,test\n');
    const csv = '{csv: {file: roles.csv, path: images, role: role, color: gray}}';
    await expect(run('roles', csv, '[retrieval: {bootstrap: 0}]', '{folds: 4, seeds: 2}')).rejects.toThrow(
      /this split would be ignored/,
    );
    expect(await readdir(folder)).not.toContain('runs');
  });

  it('are refused before training where it does not', async () => {
    const copies = run(
      'copies',
      `{'${gallery}': {heedsFold: false}}`,
      '[identification: {bootstrap: 0}]',
      '{folds: 2, seeds: 1}',
    );
    await expect(copies).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      message: expect.stringContaining('gives the same images for fold 0 and fold 1') as string,
    });
    expect(await readdir(folder)).not.toContain('runs');
  });
});

describe('fold models evaluated as one', () => {
  it('meet the distractors that each of them met', async () => {
    for (const lockTest of [true, false]) {
      const name = `gallery-${lockTest}`;
      const { outcomes } = await run(
        name,
        `{'${gallery}': {}}`,
        '[identification: {bootstrap: 0, ranks: [1], distractorCounts: []}]',
        `{folds: 2, seeds: 1, lockTest: ${lockTest}}`,
      );
      const { metrics } = (await readConcatenated(join(folder, 'runs', name)))[0]!;
      expect(metrics['identification-distractors']).toBe(15);
      // Rank-1 once more, by hand from what the runs kept.
      const embedded = async (role: string) =>
        Promise.all(
          outcomes.map(
            async ({ dir }) => (await readSafetensors(join(dir, 'embeddings', `${role}.safetensors`))).tensors,
          ),
        );
      const rows = async (role: string): Promise<{ label: number; values: number[] }[]> => {
        const kept = await embedded(role);
        const labels = [...(kept[0]!.get('label')!.data as Int32Array)];
        return labels.map((label, row) => ({
          label,
          values: kept.flatMap((tensors) => {
            const own = [...(tensors.get('embedding')!.data as Float32Array).subarray(3 * row, 3 * row + 3)];
            return own.map((value) => value / Math.hypot(...own));
          }),
        }));
      };
      const [mates, probes, distractors] = [await rows('gallery'), await rows('probe'), await rows('distractors')];
      const likeness = (one: readonly number[], other: readonly number[]): number =>
        one.reduce((sum, value, place) => sum + value * other[place]!, 0);
      const found = probes.filter(({ label, values }) => {
        const mate = likeness(values, mates.find((one) => one.label === label)!.values);
        return [...mates.filter((one) => one.label !== label), ...distractors].every(
          (other) => likeness(values, other.values) < mate,
        );
      });
      expect(metrics['rank-1']).toBeCloseTo(found.length / probes.length, 9);
    }
  });

  it('leave out an evaluator that cannot be joined, and it alone, with the reason', async () => {
    const notes: string[] = [];
    await run(
      'recognition',
      '{image-folder: {path: images, color: gray, split: {by: fold, test: 0.4}}}',
      '[retrieval: {bootstrap: 0, recallAt: [1]}, recognition: {bootstrap: 0}]',
      '{folds: 2, seeds: 1}',
      notes,
    );
    const [joined] = await readConcatenated(join(folder, 'runs/recognition'));
    expect(Object.keys(joined!.metrics)).toContain('MAP@R');
    expect(joined!.leftOut).toEqual({ recognition: 'their validation images are not the same.' });
    expect(notes.filter((note) => note.includes('recognition'))).toEqual([
      expect.stringMatching(
        /^The evaluator recognition is left out of the concatenated folds of .*: their validation images are not the same\.$/,
      ),
    ]);
  });
});
