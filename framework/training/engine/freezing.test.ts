import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Checkpoint, CheckpointStore, StoredTensor, TrainingPosition } from '../../contracts/checkpoint.ts';
import { useDevice } from '../../devices/devices.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { liveBytes } from '../memory-estimate/live-bytes.ts';
import { compose } from './compose.ts';
import type { BatchData } from './batch-data.ts';
import type { Session } from './session.ts';
import { train } from './train.ts';
import { trainingStep } from './training-step.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

async function sessionOf(set: string[]) {
  const catalogue = await createCatalogue();
  const { runs } = await loadPlan(file, { catalogue, set });
  const { spec } = runs[0]!;
  return { spec, session: await compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' }) };
}

async function batchOf({ sampler, train: split }: Session): Promise<BatchData> {
  const indices = sampler.batch(0, 0);
  return {
    pixels: await split.images(indices),
    labels: Int32Array.from(indices, (index) => split.labels[index]!),
    rows: indices,
  };
}

const valuesOf = ({ parameters }: Session): Map<string, number[]> =>
  new Map(parameters.map(({ name, variable }) => [name, [...variable.dataSync()]]));

/** Names, within the backbone, of what one step changes; layers alone. */
async function changedBy(freeze: string, step = 0): Promise<string[]> {
  const { session } = await sessionOf([
    `backbone={conv-4: {embedding: 2, channels: 4}, freeze: ${freeze}}`,
    'dataset.glyphs.size=16',
  ]);
  session.clock.step = step;
  const before = valuesOf(session);
  await trainingStep(session, await batchOf(session), { clipGradientNorm: null });
  const after = valuesOf(session);
  const changed = session.backbone.parameters
    .map(({ name }) => name)
    .filter((name) => String(before.get(`backbone/${name}`)) !== String(after.get(`backbone/${name}`)));
  await session.close();
  return changed;
}

const block = (index: number, statistics = true): string[] =>
  ['convolution/kernel', 'convolution/bias', 'normalization/gain', 'normalization/offset']
    .concat(statistics ? ['normalization/mean', 'normalization/variance'] : [])
    .map((name) => `block${index}/${name}`);
const embedding = ['embedding/kernel', 'embedding/bias'];

describe('what a step changes', () => {
  test.each([
    ['{stages: 3}', 0, [...block(4), ...embedding]],
    ['{stages: all}', 0, []],
    ['{stages: 3, until: 2 steps}', 1, [...block(4), ...embedding]],
    ['{stages: 3, until: 2 steps}', 2, [1, 2, 3, 4].flatMap((index) => block(index)).concat(embedding)],
    ['{stages: [block2]}', 0, [1, 3, 4].flatMap((index) => block(index)).concat(embedding)],
    ['{stages: [block*]}', 0, embedding],
    ['{batchNorm: statistics}', 0, [1, 2, 3, 4].flatMap((index) => block(index, false)).concat(embedding)],
    ['{batchNorm: all}', 0, [1, 2, 3, 4].flatMap((index) => block(index).slice(0, 2)).concat(embedding)],
    ['[{batchNorm: statistics}, {stages: 3, until: 1 epoch}]', 0, [...block(4, false), ...embedding]],
    [
      '[{batchNorm: statistics}, {stages: 3, until: 1 epoch}]',
      5,
      [1, 2, 3, 4].flatMap((index) => block(index, false)).concat(embedding),
    ],
  ])('%s at step %i', async (freeze, step, expected) => {
    // A bias before a batch normalization moves by rounding alone, if at all.
    const isSteady = (name: string): boolean => !name.endsWith('convolution/bias');
    expect((await changedBy(freeze, step)).filter(isSteady)).toEqual(expected.filter(isSteady));
  });
});

it('keeps no activation of frozen blocks, and has slots for what is trained alone', async () => {
  const net = 'layers: {units: [4, 4, 1, 1], widths: [8, 8, 8, 8], stem: 8, bottleneck: false}, stem: cifar';
  const measured = async (freeze: string) => {
    const { session } = await sessionOf([`backbone={resnet: {${net}, embedding: 2}${freeze}}`, 'train.batch=8']);
    const batch = await batchOf(session);
    const step = () => trainingStep(session, batch, { clipGradientNorm: null });
    await step();
    const [tensors, bytes] = [tf.memory().numTensors, tf.memory().numBytes];
    const peak = Math.max(...(await liveBytes(step))) - bytes;
    expect(tf.memory().numTensors).toBe(tensors);
    const slots = session.groups.flatMap(({ optimizer }) => optimizer.slots.map(({ name }) => name));
    await session.close();
    return { peak, slots };
  };
  const [all, some] = [await measured(''), await measured(', freeze: {stages: 2}')];
  expect(some.peak).toBeLessThan(all.peak / 3);
  const early = (names: readonly string[]): string[] => names.filter((name) => /\/(?:stem|stage1|stage2)\//.test(name));
  expect(early(some.slots)).toEqual([]);
  expect(early(all.slots).length).toBe(54);
});

describe('a run that is stopped goes on to the same bits', () => {
  const settings = [
    'backbone={conv-4: {embedding: 2, channels: 4}, freeze: [{stages: 2, until: 1 epoch}, {batchNorm: statistics, until: 7 steps}]}',
    'dataset.glyphs.size=16',
    'optimizer={adamw: {}}',
    'train.epochs=2',
  ];
  const trained = async (resume: Checkpoint | undefined, stopAt = Infinity) => {
    const { session, spec } = await sessionOf(settings);
    const stop = new AbortController();
    let last: Checkpoint | undefined;
    const write: CheckpointStore['write'] = async (position, stored) => {
      const tensors = new Map<string, StoredTensor>();
      for await (const tensor of stored)
        if ('data' in tensor) tensors.set(tensor.name, { ...tensor, data: tensor.data.slice() });
      last = { position: JSON.parse(JSON.stringify(position)) as TrainingPosition, tensors };
      return { file: 'f', bytes: 1, sha256: '0' };
    };
    await train(session, {
      train: spec.train,
      checkpoints: { write },
      emit: (event) => event.type === 'step' && event.step >= stopAt && stop.abort(),
      signal: stop.signal,
      ...(resume && { resume }),
    });
    await session.close();
    return last!;
  };
  let whole: Checkpoint | undefined;
  test.each([
    ['in the frozen warm-up', 1],
    ['at the thaw', 4],
    ['after it', 7],
  ])('%s', async (_, stopAt) => {
    whole ??= await trained(undefined);
    const first = await trained(undefined, stopAt);
    expect(first.position.step).toBeLessThan(whole.position.step);
    expect(await trained(first)).toEqual(whole);
  });
});
