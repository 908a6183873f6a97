import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { newCapture, noCapture, registerCapture, type Capture } from '../../math/ops/capture.ts';
import type { Session } from './session.ts';
import { compose } from './compose.ts';
import { embedBatches, evaluationBatch } from './embed.ts';
import type { BatchData } from './batch-data.ts';
import { beginStep } from './training-step.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

async function sessionOf(set: readonly string[]) {
  const catalogue = await createCatalogue();
  const {
    runs: [run],
  } = await loadPlan(file, { catalogue, set });
  return { spec: run!.spec, session: await compose(run!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' }) };
}

async function batchOf({ sampler, train: split, clock }: Session): Promise<BatchData> {
  const epoch = Math.floor(clock.step / sampler.stepsPerEpoch);
  const indices = sampler.batch(epoch, clock.step % sampler.stepsPerEpoch);
  return {
    pixels: await split.images(indices, epoch),
    labels: Int32Array.from(indices, (index) => split.labels[index]!),
    rows: indices,
  };
}

/** What steps find and leave: every loss of every step, every parameter. */
async function trained(set: readonly string[], steps: number, capture: Capture) {
  const { session, spec } = await sessionOf(set);
  const losses: string[] = [];
  let tensors = 0;
  for (; session.clock.step < steps; session.clock.step++) {
    const batch = await batchOf(session);
    if (session.clock.step === 3) tensors = tf.memory().numTensors;
    const step = capture.run(() => beginStep(session, batch, spec.train));
    losses.push(JSON.stringify(await step.result()));
  }
  const left = tf.memory().numTensors - tensors;
  const parameters = session.parameters.map(({ name, variable }) => [name, [...variable.dataSync()]] as const);
  await session.close();
  return { losses, parameters, left };
}

/** Steps of a run, and how many of them are one call where nothing but the first differs from the others. */
const STEPS = 12;
const CALLS = 8;

const mlp = 'backbone={mlp: {embedding: 8, hidden: [32]}}';
const softmax = 'losses=[softmax]';
const pairs = (loss: string): string[] => [
  mlp,
  `losses=[${loss}]`,
  'head=null',
  'evaluate=[class-statistics]',
  'train.batch=16',
  'sampler={p-k: {classesPerBatch: 4, imagesPerClass: 4}}',
];

const cases: readonly (readonly [name: string, settings: readonly string[], calls: number])[] = [
  ['centers and schedules', [mlp], CALLS],
  ['convolutions and pooling', [softmax], CALLS],
  ['Adam', [mlp, softmax, 'optimizer={adam: {}}'], CALLS],
  // The decay alone changes with the rate, after an epoch: a form of its own.
  ['AdamW', [mlp, softmax, 'optimizer={adamw: {}}', 'schedule={step: {rate: 0.01, at: [1], factor: 0.1}}'], CALLS - 2],
  ['two passes a step', [mlp, softmax, 'optimizer={sam: {}}'], CALLS],
  ['micro-batches, unequal', [mlp, 'losses=[softmax, center]', 'train.accumulate=3'], CALLS],
  ['micro-batches, exact', [mlp, softmax, 'train.accumulate={parts: 4, exact: true}'], CALLS],
  ['clipped gradients', [mlp, softmax, 'train.clipGradientNorm=1'], CALLS],
  // 160 images make batches of 48, 48, 48 and 16: each its own form.
  ['a smaller last batch', [mlp, softmax, 'train.batch=48', 'train.epochs=3'], CALLS - 3],
  ['a margin that anneals', [mlp, 'head={cosine: {}}', 'losses=[a-softmax]'], CALLS],
  ['running statistics of norms', [mlp, 'head={cosine: {}}', 'losses=[adaface]'], CALLS],
  ['mined triplets', pairs('triplet'), CALLS],
  ['a memory that fills', pairs('{cross-batch-memory: {loss: contrastive, size: 64, warmup: 4}}'), CALLS - 4],
  ['proxies', [mlp, 'losses=[proxy-anchor]', 'head=null', 'evaluate=[class-statistics]'], CALLS],
  ['classes sampled from a table', [mlp, 'head={sampled: {}}', 'losses=[arcface]'], 0],
];

describe('a step in one call', () => {
  beforeAll(async () => void (await useDevice('tensorflow', { threads: 1 })));

  it.each(cases)('gives the bits of each operation by itself: %s', async (_, settings, calls) => {
    const plain = await trained(settings, STEPS, noCapture);
    const capture = newCapture();
    const captured = await trained(settings, STEPS, capture);
    capture.dispose();
    expect(captured).toEqual(plain);
    expect(capture.calls).toBe(calls);
  });

  it('embeds a long split with the same bits', async () => {
    const { session } = await sessionOf([softmax]);
    const length = 20 * evaluationBatch + 7;
    const split = {
      length,
      images: async (indices: Int32Array) =>
        Float32Array.from({ length: indices.length * 144 }, (_, index) => Math.sin(indices[0]! + index)),
    };
    const { backbone, head, dataset } = session;
    const embedded = async (capture: Capture) => {
      registerCapture(() => capture);
      const batches = [];
      for await (const batch of embedBatches({ backbone, head, imageShape: dataset.imageShape, step: 0 }, split))
        batches.push(batch);
      return batches;
    };
    const capture = newCapture();
    const before = tf.memory().numTensors;
    expect(await embedded(capture)).toEqual(await embedded(noCapture));
    // One by one go the first, to which JavaScript gives the weights, two more and a proof, and the smaller batch.
    expect(capture.calls).toBe(16);
    expect(tf.memory().numTensors).toBe(before);
    await session.close();
    await useDevice('tensorflow', { threads: 1 });
  });
});
