import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStreams, tf, type Parameter } from 'ablate-ml';
import {
  batchNormalization,
  convolution,
  dense,
  depthwiseConvolution,
  initialized,
  layerNormalization,
  prelu,
} from 'ablate-ml/layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBackbone } from '#test/backbone-on-device';
import { safetensorsFixture } from '../../../framework/data/embeddings/array-fixtures.ts';
import type { Catalogue } from '../../../framework/plugins/catalogue.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';

interface Described {
  readonly largest: number;
  readonly deciles: readonly number[];
}

/** Of pytorch_start.py. */
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'pytorch-start.json'), 'utf8')) as {
  layers: Record<'convolution' | 'depthwise' | 'dense', { kernel: Described; bias: Described }>;
  constant: Record<string, Record<string, readonly [least: number, largest: number]>>;
};
const folder = mkdtempSync(join(tmpdir(), 'ablate-start-'));
let catalogue: Catalogue;
beforeAll(async () => {
  await tf.setBackend('cpu');
  catalogue = await createCatalogue();
});
afterAll(() => rmSync(folder, { recursive: true }));

const streams = new RandomStreams(5);
const random = streams.stream('own');

describe.each([
  ['convolution', 8 * 5 * 5, (name: string) => convolution(name, { channels: [8, 64], size: 5 }, random)],
  [
    'depthwise',
    3 * 3,
    (name: string) => depthwiseConvolution(name, { channels: 64, size: [3, 3], bias: true }, random),
  ],
  ['dense', 100, (name: string) => dense(name, 100, 64, random)],
] as const)('%s', (kind, fanIn, make) => {
  // As many as those whose numbers PyTorch gave.
  test.each(['kernel', 'bias'] as const)("the %s's numbers are spread as PyTorch's", (part) => {
    const parameters = Array.from({ length: 300 }, (_, index) => make(`layer${index}`).parameters).flat();
    const { length } = parameters;
    const before = tf.memory().numTensors;
    initialized({ parameters }, { init: 'pytorch' }, { streams });
    expect([length, tf.memory().numTensors]).toEqual([600, before]);
    const values = parameters
      .filter(({ name }) => name.endsWith(`/${part}`))
      .flatMap(({ variable }) => [...variable.dataSync()])
      .sort((one, other) => one - other);
    tf.dispose(parameters.map(({ variable }) => variable));
    const limit = 1 / Math.sqrt(fanIn);
    const { largest, deciles } = reference.layers[kind][part];
    for (const most of [largest, -values[0]!, values.at(-1)!]) {
      expect(most).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(most).toBeGreaterThan(0.998 * limit);
    }
    // A decile of 19,200 numbers is off by 0.7 % of the limit at most in two of three cases, of both sides.
    for (const [index, expected] of deciles.entries())
      expect(Math.abs(values[Math.floor(((index + 1) / 10) * values.length)]! - expected)).toBeLessThan(0.04 * limit);
  });
});

test('what normalizes and rectifies begins as in PyTorch and is not drawn', () => {
  const { batchNormalization: batch, layerNormalization: layer, prelu: rectifier } = reference.constant;
  const expected = { ...batch!, 'layer weight': layer!.weight!, 'layer bias': layer!.bias!, slope: rectifier!.weight! };
  const norm = batchNormalization('batch', 4);
  const rows = layerNormalization('layer', 4, 1e-5);
  const all = [...norm.parameters, ...rows.parameters, ...prelu('prelu', 4).parameters];
  initialized({ parameters: all }, { init: 'pytorch' }, { streams });
  const found = all.map(({ variable }) => [Math.min(...variable.dataSync()), Math.max(...variable.dataSync())]);
  expect(found).toEqual(Object.values(expected));
  tf.dispose(all.map(({ variable }) => variable));
});

const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bn-inception': { divide: 16 },
  'conv-4': { channels: 4, embedding: 5 },
  convnext: { size: { depths: [1, 1, 1, 1], widths: [4, 4, 8, 8] } },
  efficientnet: { model: { channels: 0.25, depth: 0.25, lite: false } },
  iresnet: { layers: 18, embedding: 4 },
  'lenet-plus-plus': {},
  mlp: { hidden: [8] },
  'mobile-facenet': {},
  'mobilenet-v3': { size: 'small', width: 0.25 },
  resnet: { layers: { units: [1, 1, 1, 1], widths: [4, 4, 8, 8], stem: 4, bottleneck: true } },
  sphereface: { layers: 4, embedding: 4 },
  vit: { size: { width: 8, depth: 1, heads: 2, mlp: 8 } },
};
/** Not drawn by PyTorch's layers, but by whoever wrote the net. */
const written = /^(?:cls_token|pos_embed|reg_token)$/;

const sameBits = (one: Float32Array, other: Float32Array): boolean =>
  Buffer.compare(new Uint8Array(one.buffer), new Uint8Array(other.buffer)) === 0;

async function starts(
  name: string,
  options: object,
): Promise<Map<string, { parameter: Parameter; values: Float32Array }>> {
  const { manifest } = await catalogue.load('backbone', name, folder);
  const { parameters } = await makeBackbone(manifest, { ...small[name], ...options }, [32, 32, 3]);
  const read = parameters.map(
    (one) => [one.name, { parameter: one, values: one.variable.dataSync<'float32'>().slice() }] as const,
  );
  tf.dispose(parameters.map(({ variable }) => variable));
  return new Map(read);
}

test('every net has the option, but the one whose weights are a model of their own', () => {
  expect(catalogue.names('backbone').filter((name) => name !== 'layers-model')).toEqual(Object.keys(small));
});

test.each(Object.keys(small))('%s: each kernel and bias within its bounds, all else as it was', async (name) => {
  const own = await starts(name, {});
  const drawn = await starts(name, { init: 'pytorch' });
  expect([...drawn.keys()]).toEqual([...own.keys()]);
  for (const [parameter, { values, parameter: made }] of drawn) {
    const { fanIn, weightDecay } = made;
    if (weightDecay && !written.test(parameter)) expect(fanIn, parameter).toBeGreaterThan(0);
    if (fanIn === undefined) expect(sameBits(values, own.get(parameter)!.values), parameter).toBe(true);
    else {
      expect(
        values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
        parameter,
      ).toBeLessThanOrEqual((1 + 1e-6) / Math.sqrt(fanIn));
      expect(sameBits(values, own.get(parameter)!.values), parameter).toBe(false);
    }
  }
});

test('weights from a file go over it', async () => {
  const own = await starts('resnet', {});
  const tensors = [...own].map(([name, { values, parameter }]) => [
    `backbone/${name}`,
    ['F32', parameter.variable.shape, values] as const,
  ]);
  const weights = join(folder, 'weights.safetensors');
  writeFileSync(weights, safetensorsFixture(Object.fromEntries(tensors)));
  const loaded = await starts('resnet', { init: 'pytorch', weights, preparation: 'none' });
  expect([...loaded.values()].map(({ values }) => values)).toEqual([...own.values()].map(({ values }) => values));
});
