import * as tf from '@tensorflow/tfjs';
import type { Head, Scores } from '../../../contracts/head.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { captureRule, ROUNDS } from '../rules/capture-rule.ts';
import { largestDifference } from '../rules/largest-difference.ts';
import { changedParameters, readParameters, writeParameters } from '../rules/parameter-values.ts';
import { broken, holds, type Rule } from '../rules/rule.ts';
import { differingStart, sameStart, twoBuilds } from '../rules/same-start.ts';
import { taken, tensorsLeftBy, twice, withComponent } from './made-parameters.ts';
import type { Subject } from './subject.ts';

const DIM = 8;
const CLASSES = 20;
const labels = [3, 0, 19, 3, 7];
const BATCH = labels.length;
const mode = { training: true, step: 0 };
const context = { dim: DIM, classes: CLASSES, classCounts: new Int32Array(CLASSES).fill(3) };

function embedding(): tf.Tensor2D {
  const random = new RandomStreams(6).stream('check/embedding');
  return tf.tensor2d(
    Float32Array.from({ length: BATCH * DIM }, () => random.normal()),
    [BATCH, DIM],
  );
}

const forward = (head: Head): Scores => head.forward(embedding(), tf.tensor1d(labels, 'int32'), mode);

/** The scores of the embedding, read. */
async function scoresOf(
  head: Head,
): Promise<{ values: Float32Array; columns: number; target: ArrayLike<number>; targetType: string; kind: string }> {
  let kind = '';
  const [values, target] = tf.tidy(() => {
    const scores = forward(head);
    kind = scores.kind;
    return [scores.values, scores.target] as [tf.Tensor2D, tf.Tensor1D];
  });
  const columns = values.shape[1];
  return { kind, columns, targetType: target.dtype, target: await taken(target), values: await taken(values) };
}

/** What every head must satisfy. */
export const headRules: readonly Rule<Subject<'head'>>[] = [
  {
    name: 'it gives the scores that it declares',
    why: 'A margin loss on the wrong kind of scores trains without an error and means nothing.',
    find: (subject) =>
      withComponent(subject.make(context), async (head) => {
        const declared = subject.manifest.gives(subject.options as never).scores;
        const scores = await scoresOf(head);
        const where = `${BATCH} rows, ${CLASSES} classes`;
        if (head.kind !== declared || scores.kind !== declared)
          return [
            broken(
              where,
              `The manifest declares ${declared} scores; the head says ${head.kind} and its scores ${scores.kind}.`,
            ),
          ];
        if (scores.values.length !== BATCH * scores.columns)
          return [broken(where, `The scores have ${scores.values.length} numbers for ${BATCH} rows.`)];
        if (scores.targetType !== 'int32')
          return [broken(where, `The target columns are ${scores.targetType}, not int32.`)];
        const bad = Array.from(scores.target).find((column) => !(column >= 0 && column < scores.columns));
        if (bad !== undefined) return [broken(where, `A target is column ${bad} of ${scores.columns}.`)];
        const outside =
          declared === 'cosine' ? scores.values.find((value) => !(Math.abs(value) <= 1 + 1e-5)) : undefined;
        if (outside !== undefined) return [broken(where, `A cosine is ${outside}.`)];
        return [holds(where, `${declared}, ${scores.columns} columns`)];
      }),
  },
  {
    name: 'classify agrees with forward',
    why: 'The accuracy would be that of another classifier than the one that was trained.',
    find: (subject) =>
      withComponent(subject.make(context), async (head) => {
        const scores = await scoresOf(head);
        const classified = tf.tidy(() => head.classify(embedding()));
        const shape = classified.shape.join(', ');
        const all = await taken(classified);
        if (shape !== `${BATCH}, ${CLASSES}`)
          return [broken('classify', `It gives [${shape}] instead of [${BATCH}, ${CLASSES}].`)];
        const own = labels.map((label, row) => all[row * CLASSES + label]!);
        const targets = labels.map((_, row) => scores.values[row * scores.columns + scores.target[row]!]!);
        const { within, largest } = largestDifference(own, targets, { rel: 1e-4, abs: 1e-5 });
        if (!within)
          return [broken("each row's own class", `classify and forward differ by ${largest.toExponential(1)}.`)];
        return [holds("each row's own class", `equal to ${largest.toExponential(1)}`)];
      }),
  },
  {
    name: 'the gradient reaches the embedding and every trainable parameter',
    why: 'What has no gradient is not trained.',
    find: (subject) =>
      withComponent(subject.make(context), async (head) => {
        const input = tf.variable(embedding());
        const trainable = head.parameters.filter((parameter) => parameter.trainable);
        const named = [{ name: 'the embedding', variable: input }, ...trainable];
        const sizes = tf.tidy(() => {
          const { grads } = tf.variableGrads(
            () => {
              const { values } = head.forward(input as tf.Tensor as tf.Tensor2D, tf.tensor1d(labels, 'int32'), mode);
              return tf.sum(tf.square(tf.add(values, 0.3))) as tf.Scalar;
            },
            named.map(({ variable }) => variable),
          );
          return named.map(({ variable }) =>
            grads[variable.name] ? tf.max(tf.abs(grads[variable.name]!)) : tf.scalar(0),
          );
        });
        const largest = await Promise.all(sizes.map(async (size) => (await taken(size))[0]!));
        input.dispose();
        const dead = named.filter((_, index) => largest[index] === 0).map(({ name }) => name);
        return [
          dead.length > 0
            ? broken('one training step', `No gradient reaches ${dead.join(', ')}.`)
            : holds('one training step'),
        ];
      }),
  },
  captureRule((subject, capture) =>
    withComponent(subject.make(context), async (head) => {
      let scores: tf.Tensor | undefined;
      for (let round = 0; round < ROUNDS; round++) {
        scores?.dispose();
        scores = capture.run(() => tf.tidy(() => forward(head).values));
      }
      return new Map([['scores', await taken(scores!)]]);
    }),
  ),
  {
    ...sameStart,
    find: (subject) =>
      withComponent(subject.make(context), (head) =>
        withComponent(subject.make(context), async (again) => {
          const differing = await differingStart(head.parameters, again.parameters);
          if (differing) return [differing];
          const [one, other] = [(await scoresOf(head)).values, (await scoresOf(again)).values];
          const changed = changedParameters(new Map([['scores', one]]), new Map([['scores', other]]));
          return [
            changed.length > 0
              ? broken(twoBuilds, 'They give other scores in training.')
              : holds(twoBuilds, 'the same to the bit'),
          ];
        }),
      ),
  },
  {
    name: 'its parameters are all of its state',
    why: 'A checkpoint holds the parameters and nothing else, so a restored head would classify otherwise.',
    find: (subject) =>
      withComponent(subject.make(context), async (head) => {
        const name = twice(head.parameters);
        if (name) return [broken('the list of parameters', `Two are called "${name}".`)];
        const saved = await readParameters(head.parameters);
        const classified = (one: Head): Promise<Float32Array> => taken(tf.tidy(() => one.classify(embedding())));
        const expected = await classified(head);
        return withComponent(subject.make(context, 2), async (restored) => {
          writeParameters(restored.parameters, saved);
          const changed = changedParameters(
            new Map([['scores', expected]]),
            new Map([['scores', await classified(restored)]]),
          );
          return [
            changed.length > 0
              ? broken(
                  'another instance with the saved parameters',
                  'It classifies otherwise: something is remembered outside of `parameters`.',
                )
              : holds('another instance with the saved parameters'),
          ];
        });
      }),
  },
  {
    name: 'no tensor is left behind',
    why: 'Memory that grows with every step ends a long run.',
    find: (subject) =>
      withComponent(subject.make(context), async (head) => {
        const left = await tensorsLeftBy(() => tf.tidy(() => void forward(head)), 20);
        return [left === 0 ? holds('20 passes', 'flat') : broken('20 passes', `Each leaves ${left} tensors.`)];
      }),
  },
];
