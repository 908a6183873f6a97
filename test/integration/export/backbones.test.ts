import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStreams, tf, type ImageShape } from 'ablate-ml';
import { afterAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { qualified } from '../../../framework/training/engine/qualified.ts';
import { exportFormats } from '../../../framework/runs/export/formats.ts';
import { traceBackbone } from '../../../framework/runs/export/trace-backbone.ts';
import bnInception from '../../../plugins/backbones/bn-inception/index.ts';
import conv4 from '../../../plugins/backbones/conv-4/index.ts';
import convnext from '../../../plugins/backbones/convnext/index.ts';
import efficientnet from '../../../plugins/backbones/efficientnet/index.ts';
import iresnet from '../../../plugins/backbones/iresnet/index.ts';
import lenetPlusPlus from '../../../plugins/backbones/lenet-plus-plus/index.ts';
import mlp from '../../../plugins/backbones/mlp/index.ts';
import mobileFacenet from '../../../plugins/backbones/mobile-facenet/index.ts';
import mobilenetV3 from '../../../plugins/backbones/mobilenet-v3/index.ts';
import resnet from '../../../plugins/backbones/resnet/index.ts';
import sphereface from '../../../plugins/backbones/sphereface/index.ts';
import vit from '../../../plugins/backbones/vit/index.ts';
import { makeBackbone } from '#test/backbone-on-device';

const step = 5;
const folder = mkdtempSync(join(tmpdir(), 'ablate-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const device = await useDevice('auto');
const native = device.name.startsWith('tensorflow');

const images = (count: number, shape: ImageShape): tf.Tensor4D => {
  const random = new RandomStreams(9).stream('images');
  return tf.tensor4d(
    Float32Array.from({ length: count * tf.util.sizeFromShape([...shape]) }, () => random.between(-1, 1)),
    [count, ...shape],
  );
};

it.each([
  ['conv-4', conv4, { channels: 3 }, [16, 20, 1]],
  ['conv-4 with a dense layer', conv4, { channels: 3, embedding: 4 }, [16, 16, 3]],
  ['iresnet', iresnet, { layers: 18, embedding: 4 }, [17, 16, 3]],
  ['lenet-plus-plus', lenetPlusPlus, { embedding: 3, normalizeEmbedding: 'batch' }, [12, 12, 1]],
  ['mlp', mlp, { hidden: [7], embedding: 3, normalizeEmbedding: 'batch' }, [5, 4, 3]],
  ['mobile-facenet', mobileFacenet, { embedding: 4 }, [32, 24, 3]],
  ['resnet', resnet, { layers: 18, embedding: 4 }, [33, 32, 1]],
  ['sphereface', sphereface, { layers: 10, embedding: 4 }, [16, 18, 3]],
  [
    'resnet, prepared',
    resnet,
    { layers: 18, embedding: 4, ibn: 'a', pool: 'gem', preparation: 'imagenet' },
    [32, 32, 1],
  ],
  ['bn-inception, prepared', bnInception, { divide: 16, pool: 'mean+max', preparation: 'caffe' }, [40, 64, 3]],
  [
    'convnext',
    convnext,
    { size: { depths: [1, 1, 1, 1], widths: [4, 6, 6, 8] }, neck: [{ linear: 3 }, 'batch-norm', 'l2'] },
    [32, 64, 3],
  ],
  ['efficientnet', efficientnet, { model: { channels: 0.1, depth: 0.5, lite: false, head: 8 } }, [41, 48, 3]],
  ['efficientnet lite', efficientnet, { model: { channels: 0.1, depth: 0.5, lite: true, head: 8 } }, [41, 48, 3]],
  ['mobilenet-v3', mobilenetV3, { size: 'small', width: 0.2 }, [40, 48, 3]],
  [
    'vit',
    vit,
    { size: { width: 12, depth: 2, heads: 3, mlp: 16 }, patch: 8, registers: 2, layerScale: true, preparation: 'half' },
    [16, 24, 3],
  ],
  [
    'vit, of CLIP',
    vit,
    {
      size: { width: 12, depth: 1, heads: 2, mlp: 16 },
      patch: 8,
      preNorm: true,
      projection: 5,
      activation: 'quick-gelu',
    },
    [16, 16, 3],
  ],
] as const)('%s leaves with its embeddings', async (name, plugin, options, shape) => {
  const backbone = await makeBackbone(plugin, options, shape);
  // Running statistics as they come, so that forgetting them shows.
  tf.tidy(() => void backbone.forward(images(4, shape), { training: true, step: 0 }));
  const before = tf.memory().numTensors;
  const traced = traceBackbone({ backbone, parameters: qualified('backbone', backbone.parameters), step }, shape);
  const source = { backbone, parameters: [], step, dispose: () => undefined, graph: traced.graph };
  // Neither of the lengths that were traced.
  const input = images(5, shape);
  const expected = tf.tidy(() => backbone.forward(input, { training: false, step }).dataSync());
  const scale = Math.max(...expected.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  for (const format of ['tfjs', 'saved-model']) {
    const into = mkdtempSync(join(folder, `${name.split(/\W/)[0]}-`));
    await exportFormats[format]!.write(into, source);
    const found = await exportFormats[format]!.embed(into, input, source);
    if (format === 'saved-model' && !native) expect(found).toHaveProperty('unchecked');
    else {
      const numbers = found as Float32Array;
      expect(numbers.length).toBe(expected.length);
      expect(
        Math.max(...expected.map((value, index) => Math.abs(value - numbers[index]!))) / scale,
        format,
      ).toBeLessThan(1e-5);
    }
  }
  tf.dispose(input);
  traced.dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(backbone.parameters.map(({ variable }) => variable));
});

describe('a backbone that cannot be a graph is refused', () => {
  const graphOfForward = (forward: (input: tf.Tensor4D) => tf.Tensor): (() => unknown) => {
    const traced = traceBackbone(
      { backbone: { dim: 1, parameters: [], forward: forward as never }, parameters: [], step },
      [2, 2, 1],
    );
    return () => {
      try {
        return traced.graph();
      } finally {
        traced.dispose();
      }
    };
  };
  it.each([
    [
      'for a kernel without a translation, by its name',
      (x: tf.Tensor4D) => tf.cumsum(tf.reshape(x, [-1, 4]), 1),
      /the kernel Cumsum/,
    ],
    [
      'where what it does depends on the length of the batch',
      (x: tf.Tensor4D) => (x.shape[0] === 2 ? tf.reshape(x, [-1, 4]) : tf.reshape(tf.relu(x), [-1, 4])),
      /other lengths: another number of operations/,
    ],
    [
      'where an operation has other options for another batch',
      (x: tf.Tensor4D) =>
        tf.pad(tf.reshape(x, [-1, 4]), [
          [0, 0],
          [0, x.shape[0]],
        ]),
      /PadV2 with other options/,
    ],
  ])('%s', (_, forward, message) => {
    const tensors = tf.memory().numTensors;
    expect(graphOfForward(forward)).toThrow(message);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
