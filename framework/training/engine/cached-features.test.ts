import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it, test } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import type { KeptFeatures } from '../../contracts/kept-features.ts';
import { featureBytes } from './cached-features.ts';
import { compose } from './compose.ts';
import { embed } from './embed.ts';
import { train } from './train.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

async function sessionOf(backbone: string, ...set: string[]) {
  const catalogue = await createCatalogue();
  const settings = [`backbone=${backbone}`, 'dataset.glyphs.size=16', 'train.epochs=2', ...set];
  const { runs } = await loadPlan(file, { catalogue, set: settings });
  const { spec } = runs[0]!;
  return { spec, session: await compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.', features }) };
}

let features: KeptFeatures | undefined;

async function trained(backbone: string) {
  const { spec, session } = await sessionOf(backbone);
  const tensors = tf.memory().numTensors;
  const losses: number[] = [];
  await train(session, {
    train: spec.train,
    checkpoints: { write: async () => ({ file: 'f', bytes: 1, sha256: '0' }) },
    emit: (event) => event.type === 'step' && losses.push(event.loss),
    signal: new AbortController().signal,
  });
  expect(tf.memory().numTensors).toBe(tensors);
  const values = new Map(session.parameters.map(({ name, variable }) => [name, [...variable.dataSync()]]));
  const { embeddings, pictures } = await embed(session, session.dataset.split('test')!);
  await session.close();
  return { losses, values, embeddings, pictures };
}

test.each([
  ['conv-4: {embedding: 2, channels: 4}', 'stages: 2'],
  ['conv-4: {embedding: 2, channels: 4}', 'stages: 4'],
  ['vit: {size: {width: 8, depth: 2, heads: 2, mlp: 8}, patch: 8, embedding: 2}', 'stages: 1'],
  ['mlp: {hidden: [5], embedding: 2}', 'stages: all'],
])('%s frozen at {%s} trains the same from what is kept', async (net, freeze) => {
  const each = await trained(`{${net}, freeze: {${freeze}}}`);
  const kept = await trained(`{${net}, freeze: {${freeze}}, cache: true}`);
  expect([...kept.values.keys()]).toEqual([...each.values.keys()]);
  for (const [index, loss] of each.losses.entries()) expect(kept.losses[index]).toBeCloseTo(loss, 3);
  for (const [name, values] of each.values)
    for (const [index, value] of values.entries()) expect(kept.values.get(name)![index], name).toBeCloseTo(value, 3);
  for (const [index, value] of each.embeddings.entries()) expect(kept.embeddings[index]).toBeCloseTo(value, 3);
  expect(each.pictures).toBeDefined();
  expect(kept.pictures).toBeUndefined();
});

it('computes each image once, and nothing when it is the turn of its batch', async () => {
  const { session } = await sessionOf('{conv-4: {embedding: 2, channels: 4}, freeze: {stages: 2}, cache: true}');
  const first = await session.train.images(Int32Array.of(3, 0));
  const before = tf.memory().numBytes;
  const convolve = tf.engine().runKernel;
  let kernels = 0;
  tf.engine().runKernel = function (...args) {
    kernels++;
    return convolve.apply(this, args) as never;
  };
  try {
    expect(await session.train.images(Int32Array.of(0, 3, 3))).toEqual(
      Float32Array.from(
        [first.slice(first.length / 2), first.slice(0, first.length / 2), first.slice(0, first.length / 2)].flatMap(
          (part) => [...part],
        ),
      ),
    );
  } finally {
    tf.engine().runKernel = convolve;
  }
  expect(kernels).toBe(0);
  expect(tf.memory().numBytes).toBe(before);
  await expect(embed(session, session.dataset.split('test')!, true)).rejects.toThrow('An evaluator flips images');
  await session.close();
});

it('shares what runs have in common by images, frozen weights and settings, whatever else differs', async () => {
  const groups: string[] = [];
  features = { of: async (group, _key, length) => (groups.push(group), new Float32Array(length)) };
  const net = (width: number) =>
    `{conv-4: {embedding: 2, channels: ${width}}, freeze: {stages: 2}, cache: true, parameters: {rateMultiple: 0.${width}}}`;
  const asked = async (backbone: string, ...set: string[]) => {
    const { session } = await sessionOf(backbone, ...set);
    await session.train.images(Int32Array.of(0));
    await session.close();
    return groups.at(-1)!;
  };
  try {
    const first = await asked(net(4));
    expect(await asked(net(4).replace('0.4', '0.5'), 'train.batch=5', 'optimizer=sgd')).toBe(first);
    expect(await asked(net(4), 'seed=77')).not.toBe(first);
    expect(await asked(net(5))).not.toBe(first);
    expect(await asked(net(4), 'augment={test: [horizontal-flip]}')).not.toBe(first);
    // Weights that a checkpoint brings count, and not those that the run began with.
    const { session } = await sessionOf(net(4));
    const kernel = session.parameters.find(({ name }) => name.startsWith('backbone/'))!.variable;
    kernel.assign(tf.zerosLike(kernel));
    await session.train.images(Int32Array.of(0));
    expect(groups.at(-1)).not.toBe(first);
    // 160 images of training, 40 of test and 20 of validation, each 4 × 4 × 4 numbers.
    expect(featureBytes(session.dataset)).toBe(220 * 64 * 4);
    await session.close();
  } finally {
    features = undefined;
  }
});

test.each([
  ['{conv-4: {}, cache: true}', [], 'no block from the input on stays frozen for the whole run'],
  ['{conv-4: {}, freeze: {stages: 2, until: 1 epoch}, cache: true}', [], 'no block from the input on stays frozen'],
  ['{conv-4: {}, freeze: {stages: [block2]}, cache: true}', [], 'no block from the input on stays frozen'],
  [
    '{conv-4: {}, freeze: {stages: 2}, cache: true}',
    ['augment={train: [horizontal-flip]}'],
    'augment.train draws images anew in every epoch',
  ],
])('refuses %s %j', async (backbone, set, words) => {
  await expect(sessionOf(backbone, ...set)).rejects.toThrow(words);
});
