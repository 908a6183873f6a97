import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import type { Backbone } from '../../contracts/backbone.ts';
import { useDevice } from '../../devices/devices.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { readResolvedSpec } from '../../experiment/spec/read-resolved-spec.ts';
import { writeSpec } from '../../experiment/spec/write-spec.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { compose } from './compose.ts';
import { normalizedBackbone } from './normalized-backbone.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));
const catalogue = await createCatalogue();
const planned = async (set: string[]) => (await loadPlan(file, { catalogue, set })).runs[0]!;

/** Gives the mean of each channel of an image as its embedding. */
const channelMeans: Backbone = {
  dim: 3,
  parameters: [],
  forward: (images) => tf.mean(images, [1, 2]),
};
const mode = { training: false, step: 0 };

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

it('gives the backbone (pixel − mean) / std of pixels from 0 to 1, and leaves no tensor', async () => {
  const backbone = normalizedBackbone(channelMeans, 'imagenet', [1, 1, 3]);
  const before = tf.memory().numTensors;
  const embedding = tf.tidy(() => backbone.forward(tf.tensor4d([-1, 0, 1], [1, 1, 1, 3]), mode));
  const found = [...(await embedding.data())];
  embedding.dispose();
  expect(tf.memory().numTensors).toBe(before);
  [-0.485 / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225].forEach((value, channel) =>
    expect(found[channel]).toBeCloseTo(value, 5),
  );
});

it('is part of the run: the mean and deviation of what comes in change nothing, others do', async () => {
  const embeddingOf = async (set: string[]): Promise<number[]> => {
    const session = await compose((await planned(set)).spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
    const images = tf.tensor4d(await session.train.images(Int32Array.of(0)), [1, ...session.dataset.imageShape]);
    const embedding = tf.tidy(() => session.backbone.forward(images, mode));
    const found = [...(await embedding.data())];
    tf.dispose([images, embedding]);
    await session.close();
    return found;
  };
  const plain = await embeddingOf([]);
  expect(await embeddingOf(['backbone.normalize={mean: [0.5], std: [0.5]}'])).toEqual(plain);
  expect(await embeddingOf(['backbone.normalize={mean: [0.1], std: [0.5]}'])).not.toEqual(plain);
});

it('stands in the resolved spec beside the plugin, and nowhere where it was not asked for', async () => {
  const run = await planned(['backbone.normalize={mean: [0.1], std: [0.3]}']);
  expect(run.spec.backbone.normalize).toEqual({ mean: [0.1], std: [0.3] });
  expect(readResolvedSpec(writeSpec(run), 'spec.yaml').backbone).toEqual(run.spec.backbone);
  expect(Object.keys((await planned([])).spec.backbone)).toEqual(['plugin', 'options']);
});

it('refuses what is no normalization with its place, and one of another number of channels before training', async () => {
  await expect(planned(['backbone.normalize={mean: [0.1], std: [0.3, 0.2]}'])).rejects.toThrow(
    'mean and std need as many numbers as one another',
  );
  await expect(planned(['backbone.normalise=imagenet'])).rejects.toThrow('there is no "normalise" here');
  const { spec } = await planned(['backbone.normalize=imagenet']);
  await expect(compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' })).rejects.toThrow(
    'backbone.normalize has 3 means and deviations, and the images have 1 channels',
  );
});
