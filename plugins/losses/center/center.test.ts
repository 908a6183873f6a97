import { tf, type LossInput } from 'ablate-ml';
import { describe, expect, test } from 'vitest';
import { center, type CenterOptions } from './center.ts';
import manifest from './index.ts';

const defaults: CenterOptions = { lambda: 0.5, alpha: 0.5, reduction: 'mean', update: 'paper' };
// Two rows of class 0 and one of class 1; class 2 is absent. Centers (1, 0), (0, 0), (5, 5).
const embedding = tf.variable(
  tf.tensor2d([
    [3, 0],
    [2, 4],
    [0, -2],
  ]),
);
const input: LossInput = { embedding, labels: tf.tensor1d([0, 0, 1], 'int32'), step: 0 };

const build = (options: Partial<CenterOptions> = {}) => {
  const loss = center({ ...defaults, ...options }, { classes: 3, dim: 2 });
  const centers = loss.parameters[0]!;
  centers.variable.assign(
    tf.tensor2d([
      [1, 0],
      [0, 0],
      [5, 5],
    ]),
  );
  return { loss, centers };
};
const gradientsOf = (options: Partial<CenterOptions>) => {
  const { loss, centers } = build(options);
  const variables = centers.trainable ? [embedding, centers.variable] : [embedding];
  const { value, grads } = tf.variableGrads(() => loss.forward(input).value, variables);
  return {
    value: value.dataSync()[0],
    embedding: grads[embedding.name]!.arraySync(),
    centers: grads[centers.variable.name]?.arraySync(),
  };
};
const afterUpdate = (options: Partial<CenterOptions>) => {
  const { loss, centers } = build(options);
  tf.tidy(() => loss.update!(input));
  return centers.variable.arraySync() as number[][];
};
const expectRows = (got: unknown, expected: number[][]): void => {
  for (const [row, values] of expected.entries()) {
    for (const [column, value] of values.entries()) expect((got as number[][])[row]![column]).toBeCloseTo(value, 5);
  }
};

describe('value and gradient', () => {
  // Offsets (2, 0), (1, 4), (0, −2): squares 4, 17, 4, together 25.
  test('mean: λ/(2M) Σ‖x − c‖² and (λ/M)(x − c)', () => {
    const { value, embedding: gradient } = gradientsOf({});
    expect(value).toBeCloseTo(2.083333, 5);
    expectRows(gradient, [
      [0.333333, 0],
      [0.166667, 0.666667],
      [0, -0.333333],
    ]);
  });

  test('sum: λ/2 Σ‖x − c‖² and λ(x − c)', () => {
    const { value, embedding: gradient } = gradientsOf({ reduction: 'sum' });
    expect(value).toBeCloseTo(6.25, 5);
    expectRows(gradient, [
      [1, 0],
      [0.5, 2],
      [0, -1],
    ]);
  });

  test('the options are read at every step: λ may be a schedule', () => {
    const live = { ...defaults, lambda: 0 };
    const loss = center(live, { classes: 3, dim: 2 });
    expect(loss.forward(input).value.dataSync()[0]).toBe(0);
    live.lambda = 1;
    // Centers at 0: squares 9, 20, 4; 33 / 6
    expect(loss.forward(input).value.dataSync()[0]).toBeCloseTo(5.5, 5);
  });
});

describe('the centers', () => {
  test('paper: c + α Σ(x − c) / (1 + n), neither λ nor M in it', () => {
    // Class 0: (3, 4) · 0.5 / 3; class 1: (0, −2) · 0.5 / 2; class 2 stays
    const expected = [
      [1.5, 0.666667],
      [0, -0.5],
      [5, 5],
    ];
    expectRows(afterUpdate({}), expected);
    expectRows(afterUpdate({ lambda: 0, reduction: 'sum' }), expected);
  });

  test('batch-mean: the mean of the class in the batch', () => {
    expectRows(afterUpdate({ update: 'batch-mean' }), [
      [2.5, 2],
      [0, -2],
      [5, 5],
    ]);
  });

  test('start at 0, are state, and never reach the optimizer', () => {
    const [centers] = center(defaults, { classes: 2, dim: 3 }).parameters;
    expect(centers!.variable.arraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(centers!.trainable).toBe(false);
    expect(centers!.variable.trainable).toBe(false);
  });

  test('released-code: Σ(c − x) / (1 + n) reaches the optimizer, also at λ = 0, and update leaves the centers alone', () => {
    // Class 0: −(3, 4) / 3; class 1: −(0, −2) / 2
    const expected = [
      [-1, -1.333333],
      [0, 1],
      [0, 0],
    ];
    const faces = gradientsOf({ update: 'released-code', lambda: 0.008 });
    expectRows(faces.centers, expected);
    expectRows(faces.embedding, [
      [0.005333, 0],
      [0.002667, 0.010667],
      [0, -0.005333],
    ]);
    const silent = gradientsOf({ update: 'released-code', lambda: 0 });
    expectRows(silent.centers, expected);
    expectRows(silent.embedding, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expectRows(afterUpdate({ update: 'released-code' }), [
      [1, 0],
      [0, 0],
      [5, 5],
    ]);
  });

  test('released-code has a parameter group, so that the spec can set a rate multiple and weight decay', () => {
    expect(build({ update: 'released-code' }).centers).toMatchObject({
      trainable: true,
      weightDecay: true,
      group: { rateMultiple: 1, weightDecay: 0 },
    });
  });

  test('gradient: what autodiff gives, (λ/M) Σ(c − x), without weight decay', () => {
    expectRows(gradientsOf({ update: 'gradient' }).centers, [
      [-0.5, -0.666667],
      [0, 0.333333],
      [0, 0],
    ]);
    expect(build({ update: 'gradient' }).centers).toMatchObject({ trainable: true, weightDecay: false });
  });
});

test('no tensor is left by 20 steps', () => {
  const { loss } = build();
  const before = tf.memory().numTensors;
  for (let step = 0; step < 20; step++) tf.tidy(() => (loss.forward(input), loss.update!(input)));
  expect(tf.memory().numTensors).toBe(before);
});

test('alpha outside [0, 1] and a negative lambda are refused with the reason', () => {
  expect(() => manifest.schema.parse({ alpha: 1.1 })).toThrow('lies in [0, 1]');
  expect(() => manifest.schema.parse({ alpha: -0.1 })).toThrow('lies in [0, 1]');
  expect(() => manifest.schema.parse({ lambda: -1 })).toThrow('cannot be negative');
});
