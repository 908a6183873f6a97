import * as tf from '@tensorflow/tfjs';
import type { Backbone, ForwardMode } from '../../../contracts/backbone.ts';
import type { ImageShape } from '../../../contracts/dataset.ts';
import { throughBlocks } from '../../../math/layers/blocks.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { captureRule, ROUNDS } from '../rules/capture-rule.ts';
import { changedParameters, readParameters, writeParameters } from '../rules/parameter-values.ts';
import { broken, holds, reasonOf, type Rule } from '../rules/rule.ts';
import { differingStart, sameStart, twoBuilds } from '../rules/same-start.ts';
import { taken, tensorsLeftBy, twice, withComponent } from './made-parameters.ts';
import type { Subject } from './subject.ts';

const BATCH = 3;
const shapes: readonly ImageShape[] = [
  [28, 28, 1],
  [32, 32, 3],
  [112, 112, 3],
  [112, 96, 3],
];
const evaluation: ForwardMode = { training: false, step: 0 };

/** Random images in [−1, 1]. */
function images(shape: ImageShape, batch: number): tf.Tensor4D {
  const random = new RandomStreams(3).stream('check/images');
  return tf.tensor4d(
    Float32Array.from({ length: batch * shape[0] * shape[1] * shape[2] }, () => random.between(-1, 1)),
    [batch, ...shape],
  );
}

/** Runs `body` with the backbone at the first image shape that it takes. */
async function withBackbone<T>(
  subject: Subject<'backbone'>,
  body: (backbone: Backbone, shape: ImageShape) => Promise<T>,
  seed?: number,
): Promise<T> {
  const refusals: string[] = [];
  for (const imageShape of shapes) {
    let made: Backbone;
    try {
      made = await subject.make({ imageShape, baseDirectory: process.cwd(), cacheDirectory: process.cwd() }, seed);
    } catch (error) {
      refusals.push(`${imageShape.join(' × ')}: ${reasonOf(error)}`);
      continue;
    }
    return withComponent(Promise.resolve(made), (backbone) => body(backbone, imageShape));
  }
  throw new Error(`it takes none of the usual image shapes (${refusals.join('; ')})`);
}

/** The embedding of random images, read. */
async function embeddingOf(
  backbone: Backbone,
  shape: ImageShape,
  batch: number,
  mode = evaluation,
): Promise<Float32Array> {
  return taken(tf.tidy(() => backbone.forward(images(shape, batch), mode)));
}

/** A sum of squares in training and its gradients in every trainable parameter. */
function forwardAndBackward(backbone: Backbone, shape: ImageShape): tf.Tensor[] {
  const trainable = backbone.parameters.filter((parameter) => parameter.trainable);
  const { value, grads } = tf.variableGrads(
    () => tf.sum(tf.square(backbone.forward(images(shape, 2), { training: true, step: 0 }))) as tf.Scalar,
    trainable.map(({ variable }) => variable),
  );
  return [value, ...Object.values(grads)];
}

/** What every backbone must satisfy. */
export const backboneRules: readonly Rule<Subject<'backbone'>>[] = [
  {
    name: 'the embedding is [batch, dim], and dim is what the manifest says',
    why: 'Heads and losses are made for dim columns before the first image is seen.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const declared = subject.manifest.dim?.(subject.options as never) ?? backbone.dim;
        if (declared !== backbone.dim)
          return [broken('dim', `The manifest declares ${declared} columns; the backbone says ${backbone.dim}.`)];
        for (const training of [true, false]) {
          const embedding = tf.tidy(() => backbone.forward(images(shape, BATCH), { training, step: 0 }));
          const where = `${BATCH} images of ${shape.join(' × ')}, ${training ? 'training' : 'evaluation'}`;
          const got = embedding.shape.join(', ');
          const bad = (await taken(embedding)).find((value) => !Number.isFinite(value));
          if (got !== `${BATCH}, ${backbone.dim}`)
            return [broken(where, `The embedding is [${got}] instead of [${BATCH}, ${backbone.dim}].`)];
          if (bad !== undefined) return [broken(where, `The embedding contains ${bad}.`)];
        }
        return [holds(`${BATCH} images of ${shape.join(' × ')}`, `[${BATCH}, ${backbone.dim}]`)];
      }),
  },
  {
    name: 'the gradient reaches every trainable parameter',
    why: 'A weight without a gradient keeps its random start for the whole run.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const trainable = backbone.parameters.filter((parameter) => parameter.trainable);
        const weights = tf.tidy(() => {
          const random = new RandomStreams(4).stream('check/weights');
          const direction = tf.tensor2d(
            Float32Array.from({ length: BATCH * backbone.dim }, () => random.normal()),
            [BATCH, backbone.dim],
          );
          const { grads } = tf.variableGrads(
            () =>
              tf.sum(
                tf.mul(backbone.forward(images(shape, BATCH), { training: true, step: 0 }), direction),
              ) as tf.Scalar,
            trainable.map(({ variable }) => variable),
          );
          return trainable.map(({ variable }) =>
            grads[variable.name] ? tf.max(tf.abs(grads[variable.name]!)) : tf.scalar(0),
          );
        });
        const largest = await Promise.all(weights.map(async (value) => (await taken(value))[0]!));
        const dead = trainable.filter((_, index) => largest[index] === 0).map(({ name }) => name);
        if (dead.length > 0) return [broken('one training step', `No gradient reaches ${dead.join(', ')}.`)];
        return [holds('one training step', `${trainable.length} parameters`)];
      }),
  },
  captureRule((subject, capture) =>
    withBackbone(subject, async (backbone, shape) => {
      let outcome: tf.Tensor[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        tf.dispose(outcome);
        outcome = capture.run(() => tf.tidy(() => forwardAndBackward(backbone, shape)));
      }
      const values = await Promise.all(outcome.map((tensor) => taken(tensor)));
      return new Map([
        ...values.map((found, index) => [index === 0 ? 'the embedding' : `gradient ${index}`, found] as const),
        ...(await readParameters(backbone.parameters)),
      ]);
    }),
  ),
  {
    ...sameStart,
    find: (subject) =>
      withBackbone(subject, (backbone, shape) =>
        withBackbone(subject, async (again) => {
          const differing = await differingStart(backbone.parameters, again.parameters);
          if (differing) return [differing];
          const [one, other] = await Promise.all(
            [backbone, again].map((built) => embeddingOf(built, shape, 2, { training: true, step: 0 })),
          );
          const changed = changedParameters(new Map([['embedding', one!]]), new Map([['embedding', other!]]));
          if (changed.length > 0) return [broken(twoBuilds, 'They give other embeddings in training.')];
          return [holds(twoBuilds, 'the same to the bit')];
        }),
      ),
  },
  {
    name: 'its parameters are all of its state',
    why: 'A checkpoint holds the parameters and nothing else, so a restored model would give other embeddings than the one that was saved.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const name = twice(backbone.parameters);
        if (name) return [broken('the list of parameters', `Two are called "${name}".`)];
        tf.tidy(() => void backbone.forward(images(shape, BATCH), { training: true, step: 0 }));
        const saved = await readParameters(backbone.parameters);
        const expected = await embeddingOf(backbone, shape, BATCH);
        return withBackbone(
          subject,
          async (restored) => {
            writeParameters(restored.parameters, saved);
            const got = await embeddingOf(restored, shape, BATCH);
            const [changed] = changedParameters(new Map([['embedding', expected]]), new Map([['embedding', got]]));
            if (changed)
              return [
                broken(
                  'another instance with the saved parameters',
                  'It gives another embedding: something is remembered outside of `parameters`.',
                ),
              ];
            return [holds('another instance with the saved parameters', 'the same to the bit')];
          },
          2,
        );
      }),
  },
  {
    name: 'evaluation changes nothing and sees each image alone',
    why: 'An embedding that depends on its batch cannot be reproduced, and statistics that move in evaluation leak the test set into the model.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const before = await readParameters(backbone.parameters);
        const together = await embeddingOf(backbone, shape, BATCH);
        const changed = changedParameters(before, await readParameters(backbone.parameters));
        if (changed.length > 0) return [broken('evaluation', `It changed ${changed.join(', ')}.`)];
        const alone = await embeddingOf(backbone, shape, 1);
        const largest = Math.max(...Array.from(alone, (value, index) => Math.abs(value - together[index]!)));
        const scale = Math.max(...Array.from(alone, Math.abs));
        if (largest > 1e-4 * scale + 1e-6)
          return [broken('an image alone and among others', `The embedding differs by ${largest.toExponential(1)}.`)];
        return [holds('an image alone and among others', `equal to ${largest.toExponential(1)}`)];
      }),
  },
  {
    name: 'its blocks are the net',
    why: 'What is frozen, cached or computed again goes block by block, and must give what the whole gives.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const { blocks, parameters } = backbone;
        if (!blocks) return [holds('no blocks', 'it says nothing of its pieces')];
        const names = blocks.flatMap((block) => block.parameters.map(({ name }) => name));
        if (names.join() !== parameters.map(({ name }) => name).join())
          return [broken('the parameters of all blocks', 'They are not those of the backbone, in their order.')];
        const whole = await embeddingOf(backbone, shape, BATCH);
        const pieces = await taken(tf.tidy(() => throughBlocks(blocks, images(shape, BATCH), evaluation)));
        const [changed] = changedParameters(new Map([['embedding', whole]]), new Map([['embedding', pieces]]));
        if (changed) return [broken('block after block', 'The embedding is another than that of `forward`.')];
        return [holds(`${blocks.length} blocks`, 'the same to the bit')];
      }),
  },
  {
    name: 'no tensor is left behind',
    why: 'Memory that grows with every step ends a long run.',
    find: (subject) =>
      withBackbone(subject, async (backbone, shape) => {
        const left = await tensorsLeftBy(
          () => tf.tidy(() => void backbone.forward(images(shape, BATCH), { training: true, step: 0 })),
          5,
        );
        return [
          left === 0 ? holds('5 training passes', 'flat') : broken('5 training passes', `Each leaves ${left} tensors.`),
        ];
      }),
  },
];
