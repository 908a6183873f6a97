import { RandomStreams, tf, type LossInput, type Scores } from 'ablate-ml';
import { cosineScores, linearScores, normalize, type ClassificationLoss } from 'ablate-ml/losses';
import { describe, expect, test } from 'vitest';
import { aSoftmax } from '../../../plugins/losses/a-softmax/a-softmax.ts';
import { adaface } from '../../../plugins/losses/adaface/adaface.ts';
import { arcface } from '../../../plugins/losses/arcface/arcface.ts';
import { center } from '../../../plugins/losses/center/center.ts';
import { combinedMargin } from '../../../plugins/losses/combined-margin/combined-margin.ts';
import { cosface } from '../../../plugins/losses/cosface/cosface.ts';
import { l2ConstrainedSoftmax } from '../../../plugins/losses/l2-constrained-softmax/l2-constrained-softmax.ts';
import { magface } from '../../../plugins/losses/magface/magface.ts';
import { normalizedSoftmax } from '../../../plugins/losses/normalized-softmax/normalized-softmax.ts';
import { softmax } from '../../../plugins/losses/softmax/softmax.ts';
import { subcenterArcface } from '../../../plugins/losses/subcenter-arcface/subcenter-arcface.ts';

const [batch, dim, classes] = [24, 8, 6];
const random = new RandomStreams(3).stream('identities');
const drawn = (rows: number, columns: number, scale: number) =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => scale * random.normal()),
    [rows, columns],
  );
const embedding = drawn(batch, dim, 3);
const classWeights = drawn(classes, dim, 1);
const target = tf.tensor1d(
  Int32Array.from({ length: batch }, () => random.integer(classes)),
  'int32',
);

type Head = (x: tf.Tensor2D, w: tf.Tensor2D) => Scores;
const cosine: Head = (x, w) => cosineScores(x, w, target);
/** A linear head whose class weights are normalized: the modified softmax of Liu et al., CVPR 2017, eq. 4. */
const modified: Head = (x, w) => linearScores(x, normalize(w), target);

/** Logits, value and both gradients of a loss on the drawn batch, in one list of numbers. */
function outcome(loss: ClassificationLoss, head: Head = cosine): number[] {
  const inputOf = (x: tf.Tensor, w: tf.Tensor): LossInput => ({
    embedding: x as tf.Tensor2D,
    labels: target,
    scores: head(x as tf.Tensor2D, w as tf.Tensor2D),
    step: 0,
  });
  const { value, grads } = tf.valueAndGrads((x: tf.Tensor, w: tf.Tensor) => loss.forward(inputOf(x, w)).value)([
    embedding,
    classWeights,
  ]);
  return [value, loss.logits(inputOf(embedding, classWeights)), ...grads].flatMap((tensor) => [...tensor.dataSync()]);
}

function expectSame(got: number[], expected: number[]): void {
  expect(expected.length).toBe(1 + batch * classes + batch * dim + classes * dim);
  expect(got.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expect(Math.max(...got.map((value, index) => Math.abs(value - expected[index]!))) / largest).toBeLessThan(2e-6);
}

const arc = { s: 16, m: 0.5, guard: 'linear', easyMargin: false, gradient: 'exact' } as const;
const sphere = {
  m: 1,
  variant: 'sphereface',
  lambdaBase: 0,
  gamma: 0.12,
  power: 1,
  lambdaMin: 0,
  s: 'norm',
  gradient: 'exact',
} as const;

describe('without a margin', () => {
  const plain = outcome(normalizedSoftmax({ s: 16 }));
  test('cosface is the normalized softmax', () => expectSame(outcome(cosface({ s: 16, m: 0 })), plain));
  test('arcface is the normalized softmax', () => expectSame(outcome(arcface({ ...arc, m: 0 })), plain));
  test('so is the L2-constrained softmax over normalized class weights', () =>
    expectSame(outcome(l2ConstrainedSoftmax({ alpha: 16 }), modified), plain));
  test('a-softmax at m = 1 is the modified softmax', () => {
    const expected = outcome(softmax({ labelSmoothing: 0 }), modified);
    expectSame(outcome(aSoftmax(sphere)), expected);
    expectSame(outcome(aSoftmax({ ...sphere, lambdaBase: 1000, lambdaMin: 5 })), expected);
    expectSame(outcome(aSoftmax({ ...sphere, variant: 'sphereface-r-v2' })), expected);
  });
});

describe('one margin as a case of another', () => {
  test('combined-margin (1, m, 0) is arcface without its guard', () =>
    expectSame(outcome(combinedMargin({ s: 16, m1: 1, m2: 0.5, m3: 0 })), outcome(arcface({ ...arc, guard: 'none' }))));
  test('combined-margin (1, 0, m) is cosface', () =>
    expectSame(outcome(combinedMargin({ s: 16, m1: 1, m2: 0, m3: 0.35 })), outcome(cosface({ s: 16, m: 0.35 }))));
  test('subcenter-arcface at K = 1 is arcface', () =>
    expectSame(outcome(subcenterArcface({ ...arc, subCenters: 1 })), outcome(arcface(arc))));
  test('magface with one margin and no regularizer is arcface', () => {
    const one = { s: 16, la: 10, ua: 110, lMargin: 0.5, uMargin: 0.5, lambdaG: 0 };
    expectSame(outcome(magface({ ...one, easyMargin: false })), outcome(arcface(arc)));
    expectSame(outcome(magface({ ...one, easyMargin: true })), outcome(arcface({ ...arc, easyMargin: true })));
  });
  test('adaface that takes no notice of quality is cosface', () =>
    expectSame(
      outcome(adaface({ s: 16, m: 0.35, h: 0, tAlpha: 0.01, eps: 1e-3 })),
      outcome(cosface({ s: 16, m: 0.35 })),
    ));
});

test.each(['paper', 'batch-mean', 'released-code'] as const)(
  "λ = 0 leaves center (%s) out of the backbone's gradient while its centers still move",
  (update) => {
    const loss = center({ lambda: 0, alpha: 0.5, reduction: 'mean', update }, { classes, dim });
    const centers = loss.parameters[0]!.variable;
    const input: LossInput = { embedding, labels: target, step: 0 };
    const x = tf.variable(embedding);
    const { grads } = tf.variableGrads(
      () => loss.forward({ ...input, embedding: x as tf.Tensor as tf.Tensor2D }).value,
      loss.parameters[0]!.trainable ? [x, centers] : [x],
    );
    expect(Math.max(...grads[x.name]!.abs().dataSync())).toBe(0);
    tf.tidy(() => loss.update!(input));
    const moved = grads[centers.name] ?? centers;
    expect(Math.max(...moved.abs().dataSync())).toBeGreaterThan(0.1);
  },
);
