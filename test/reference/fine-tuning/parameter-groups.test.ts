import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { layerOf } from '../../../framework/records/checkpoints/weight-names.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { grouped } from '../../../framework/training/engine/parameter-groups.ts';
import { trainingStep } from '../../../framework/training/engine/training-step.ts';
import convnext from '../../../plugins/backbones/convnext/index.ts';
import { names as convnextNames } from '../../../plugins/backbones/convnext/convnext.ts';
import resnet from '../../../plugins/backbones/resnet/index.ts';
import { namesFor as resnetNames } from '../../../plugins/backbones/resnet/resnet.ts';
import vit from '../../../plugins/backbones/vit/index.ts';
import { vitNames } from '../../../plugins/backbones/vit/vit-names.ts';
import { makeBackbone } from '#test/backbone-on-device';

/** What reference.py, beside this file, found with PyTorch and timm. */
const reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  readonly layers: Readonly<Record<string, Readonly<Record<string, readonly [number, boolean]>>>>;
  readonly steps: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
};

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

const tensors: Readonly<Record<string, string>> = { kernel: 'weight', gain: 'weight', offset: 'bias' };

describe('rates that fall from block to block, and what decays by its axes', () => {
  const vitOptions = { size: { width: 12, depth: 3, heads: 3, mlp: 48 }, patch: 8, embedding: 5 };
  const meanOptions = { ...vitOptions, size: { ...vitOptions.size, depth: 2 }, pool: 'mean', normAfterPool: true };
  const widths = [4, 6, 8, 10];
  const basic = { units: [1, 2, 1, 1], widths, stem: 64, bottleneck: false };
  test.each([
    ['vit', vit, vitOptions, vitNames([4, 4], 'auto'), 'head'],
    ['vit-mean', vit, meanOptions, vitNames([4, 4], 'auto'), 'head'],
    ['resnet', resnet, { layers: basic, embedding: 5 }, resnetNames({ embedding: 5 }), 'fc'],
    ['convnext', convnext, { size: { depths: [1, 2, 2, 1], widths }, embedding: 5 }, convnextNames, 'head.fc'],
  ] as const)('%s: as timm', async (net, plugin, options, { module }, head) => {
    const backbone = await makeBackbone(plugin, options, [32, 32, 3]);
    const use = { layerDecay: 0.75, decays: 'matrices' } as const;
    const found = grouped(backbone.parameters, use, 'backbone.parameters', backbone.blocks)
      .filter(({ trainable }) => trainable)
      .map(({ name, group, weightDecay }): [string, [number, boolean]] => {
        const layer = layerOf(name);
        const last = name.slice(layer.length).replace('/', '');
        const path = layer === 'embedding' ? head : layer && module(layer);
        const factor = Math.round(group!.rateMultiple! * 1e12) / 1e12;
        return [[path, tensors[last] ?? last].filter(Boolean).join('.'), [factor, weightDecay]];
      });
    tf.dispose(backbone.parameters.map(({ variable }) => variable));
    expect(Object.fromEntries(found)).toEqual(reference.layers[net]);
  });
});

const file = fileURLToPath(new URL('../../integration/runs/small.yaml', import.meta.url));

async function sessionOf(set: string[]) {
  const catalogue = await createCatalogue();
  const { runs } = await loadPlan(file, { catalogue, set });
  return compose(runs[0]!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
}

/** The same numbers as `filled` of reference.py. */
const filled = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, index) => 0.3 * Math.sin(1.7 * seed + 0.37 * index));

it('takes six steps of PyTorch with groups of every kind, one of them frozen for three', async () => {
  const session = await sessionOf([
    `backbone={mlp: {hidden: [6, 5], embedding: 3}, freeze: {stages: 1, until: 3 steps}, parameters: {
      layerDecay: 0.8, weightDecay: 0.1, decays: all, parts: {hidden1: {rateMultiple: 0.5, weightDecay: 0.2}}}}`,
    'head={linear: {}, parameters: {rateMultiple: 3, weightDecay: 0.05, optimizer: {sgd: {momentum: 0.9}}}}',
    'losses=[softmax]',
    'optimizer={adamw: {beta2: 0.99}}',
    'schedule={constant: {rate: 0.02}}',
  ]);
  const trained = session.parameters.filter(({ trainable }) => trainable);
  for (const [index, { variable }] of trained.entries()) {
    const value = tf.tensor(filled(variable.size, index + 1), variable.shape);
    variable.assign(value);
    value.dispose();
  }
  const before = tf.memory().numTensors;
  for (let step = 0; step < 6; step++) {
    const labels = Int32Array.from({ length: 8 }, (_, row) => (3 * row + step) % 4);
    const pixels = filled(8 * 144, 100 + step);
    await trainingStep(session, { pixels, labels, rows: labels }, { clipGradientNorm: null });
    session.clock.step++;
    const expected = reference.steps[step + 1];
    if (!expected) continue;
    expect(trained.map(({ name }) => name)).toEqual(Object.keys(expected));
    for (const { name, variable } of trained)
      for (const [place, value] of expected[name]!.entries())
        expect(variable.dataSync()[place], `${name}[${place}] after step ${step}`).toBeCloseTo(value, 5);
  }
  expect(tf.memory().numTensors).toBe(before);
  await session.close();
});

describe('refuses', () => {
  test.each([
    [
      'a part that names no parameter',
      'backbone={mlp: {hidden: [6]}, parameters: {parts: {hiden1: {rateMultiple: 2}}}}',
      'backbone.parameters.parts: no parameter\'s name begins with "hiden1".',
    ],
    [
      'a group of a loss without parameters',
      'losses=[{softmax: {}, parameters: {rateMultiple: 2}}]',
      'losses.0.parameters: there are no parameters here that are trained.',
    ],
    [
      'more stages than there are',
      'backbone={mlp: {hidden: [6]}, freeze: {stages: 2}}',
      'backbone.freeze.stages: the backbone has the stages 0 (its stem) to 1, and 2 are to stay.',
    ],
    [
      'a part to freeze that is not there',
      'backbone={mlp: {hidden: [6]}, freeze: [{stages: 1}, {stages: [trunk]}]}',
      'backbone.freeze.1.stages: no parameter\'s name begins with "trunk".',
    ],
    [
      'batch normalization where there is none',
      'backbone={mlp: {hidden: [6]}, freeze: {batchNorm: all}}',
      'backbone.freeze.batchNorm: the backbone has no batch normalization.',
    ],
  ])('%s', async (_, setting, words) => {
    await expect(sessionOf([setting])).rejects.toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID', problem: words }) as Error,
    );
  });

  test.each([
    ['stages: all', 'backbone.freeze leaves nothing to train: losses and head have no parameters.'],
    ['stages: all, until: 1 epoch', 'backbone.freeze leaves nothing to train in the first 5 steps'],
  ])('steps that train nothing: %s', async (freeze, words) => {
    const settings = [
      `backbone={mlp: {hidden: [6]}, freeze: {${freeze}}}`,
      'head=null',
      'losses=[contrastive]',
      'evaluate=[class-statistics]',
      'sampler={p-k: {imagesPerClass: 8}}',
    ];
    await expect(sessionOf(settings)).rejects.toThrow(words);
  });

  test.each([
    ['backbone={mlp: {}, freeze: {until: 1 epoch}}', 'write stages or batchNorm'],
    ['backbone={mlp: {}, freeze: {stages: 1, until: 1}}', 'a count and epochs or steps, e.g. 1 epoch'],
    ['backbone={mlp: {}, parameters: {decay: 1}}', 'decay'],
    ['head={linear: {}, parameters: {optimizer: {adamm: {}}}}', 'adam'],
    ['backbone={mlp: {}, parameters: {parts: {embedding: {optimizer: {sgd: {momentun: 1}}}}}}', 'momentum'],
  ])('what the schema does not know: %s', async (setting, words) => {
    await expect(sessionOf([setting])).rejects.toThrow(words);
  });
});
