import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ops, plainOps, registerOps, type Ops } from '../../math/ops/ops.ts';
import { useDevice } from '../devices.ts';
import { fusedOps } from './fused-ops.ts';
import { nativeBackend } from './native-backend.ts';

const seeded = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Asserts that an operation of the device equals the plain one in value and in each gradient, and leaves no tensor. */
function expectPlain(
  compute: (table: Readonly<Ops>, inputs: tf.Tensor[]) => tf.Tensor,
  make: () => tf.Tensor[],
  digits = 5,
): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const inputs = make();
    const both = [ops, plainOps].map((table) => {
      const loss = (...given: tf.Tensor[]): tf.Tensor => {
        const value = compute(table, given);
        return tf.sum(tf.mul(value, seeded(value.shape, 99)));
      };
      return [compute(table, inputs), ...tf.grads(loss)(inputs)];
    });
    both[0]!.forEach((own, index) => {
      const plain = both[1]![index]!;
      expect(own.shape).toEqual(plain.shape);
      const largest = plain.abs().max().dataSync()[0]!;
      expect(largest).toBeGreaterThan(0);
      expect(own.sub(plain).abs().max().dataSync()[0]! / Math.max(1, largest)).toBeCloseTo(0, digits);
    });
  });
  expect(tf.memory().numTensors).toBe(before);
}

describe.each([
  ["with Ablate's kernels", true],
  ["with the library's alone", false],
] as const)('operations of the native device against the plain ones, %s', (_, stepKernels) => {
  beforeAll(async () => {
    await useDevice('tensorflow');
    registerOps(fusedOps(nativeBackend(), stepKernels));
  });

  it.each([[[6, 5]], [[3, 4, 4, 5]], [[2, 3, 5]]])('adds a bias to %j', (shape) => {
    expectPlain(
      (table, [x, bias]) => table.biasAdd(x!, bias as tf.Tensor1D),
      () => [seeded(shape, 1), seeded([5], 2)],
    );
  });

  it.each([[[6, 5]], [[3, 4, 4, 5]]])('computes PReLU of %j, zeros included', (shape) => {
    expectPlain(
      (table, [x, slope]) => table.prelu(x!, slope as tf.Tensor1D),
      () => [tf.round(seeded(shape, 1)), seeded([5], 2)],
    );
    expectPlain(
      (table, [x, slope]) => table.prelu(x!, slope as tf.Tensor1D),
      () => [seeded(shape, 3), seeded([5], 4)],
    );
  });

  it.each([[[6, 5]], [[3, 4, 4, 5]], [[40, 30, 30, 5]]])('computes PReLU of %j with a bias', (shape) => {
    expectPlain(
      (table, [x, bias, slope]) => table.biasPrelu(x!, bias as tf.Tensor1D, slope as tf.Tensor1D),
      () => [seeded(shape, 3), seeded([5], 2), seeded([5], 4)],
      4,
    );
  });

  it.each([[[6, 5]], [[3, 4, 4, 5]]])('rectifies %j, zeros included', (shape) => {
    expectPlain(
      (table, [x]) => table.relu(x!),
      () => [tf.round(seeded(shape, 1))],
    );
  });

  const pools = [
    [8, 2, 2, 'same'],
    [9, 2, 2, 'same'],
    [9, 3, 2, 'same'],
    [9, 3, 2, 'valid'],
    [8, 3, 1, 'same'],
    [9, 2, 2, 'valid'],
    [8, 4, 3, 'same'],
  ] as const;
  it.each(pools)('pools %i pixels, window %i, stride %i, %s', (size, window, stride, pad) => {
    const pool = (table: Readonly<Ops>, [x]: tf.Tensor[]): tf.Tensor =>
      table.maxPool(x as tf.Tensor4D, window, stride, pad);
    expectPlain(pool, () => [seeded([4, size, size, 5], 1)]);
    expectPlain(pool, () => [tf.sub(seeded([4, size, size, 5], 1), 10)]);
    expectPlain(pool, () => [tf.relu(seeded([4, size, size, 5], 1))]);
  });

  const normalized: [shape: number[], gain: boolean, offset: boolean][] = [
    [[6, 5], true, true],
    [[4, 3, 3, 5], true, true],
    [[4, 3, 3, 5], true, false],
    [[4, 3, 3, 5], false, false],
    [[2, 3, 5], false, true],
  ];
  it.each(normalized)('normalizes a batch of %j, gain %s, offset %s', (shape, gain, offset) => {
    const running = { mean: tf.tensor1d([1, 2, 3, 4, 5]), variance: tf.tensor1d([5, 4, 3, 2, 1]) };
    const normalize = (table: Readonly<Ops>, [x, ...factors]: tf.Tensor[], slope?: tf.Tensor1D | 0) =>
      table.batchNorm(x!, {
        gain: gain ? (factors[0] as tf.Tensor1D) : undefined,
        offset: offset ? (factors.at(-1) as tf.Tensor1D) : undefined,
        ...running,
        momentum: 0.8,
        epsilon: 1e-3,
        slope,
      });
    const make = (): tf.Tensor[] => [
      tf.add(tf.mul(seeded(shape, 1), 3), 2),
      ...(gain ? [seeded([5], 2)] : []),
      ...(offset ? [seeded([5], 3)] : []),
    ];
    expectPlain((table, inputs) => normalize(table, inputs).value, make, 4);
    expectPlain((table, inputs) => normalize(table, inputs, 0).value, make, 4);
    expectPlain(
      (table, [slope, ...inputs]) => normalize(table, inputs, slope as tf.Tensor1D).value,
      () => [seeded([5], 7), ...make()],
      4,
    );
    tf.tidy(() => {
      const [own, plain] = [ops, plainOps].map((table) => normalize(table, make()));
      for (const name of ['mean', 'variance'] as const)
        expect(own![name].sub(plain![name]).abs().max().dataSync()[0]).toBeCloseTo(0, 5);
    });
    tf.dispose(running);
  });

  it.each([[[6, 5]], [[300, 512]], [[7, 33]]])(
    "finds the rows' norms of %j, one of zeros among them, and takes rows away by a factor each",
    (shape) => {
      tf.tidy(() => {
        const [x, y, factor] = [
          tf.concat([seeded(shape, 1), tf.zeros([1, shape[1]!])]) as tf.Tensor2D,
          seeded([shape[0]! + 1, shape[1]!], 2) as tf.Tensor2D,
          seeded([shape[0]! + 1], 3) as tf.Tensor1D,
        ];
        for (const compute of [
          (table: Readonly<Ops>) => table.inverseNorms(x),
          (table: Readonly<Ops>) => table.subtractScaledRows(x, y, factor),
        ]) {
          const [own, plain] = [compute(ops), compute(plainOps)];
          expect(own.shape).toEqual(plain.shape);
          expect(
            own
              .sub(plain as tf.Tensor)
              .abs()
              .max()
              .dataSync()[0]! / plain.abs().max().dataSync()[0]!,
          ).toBeLessThan(1e-6);
        }
        expect(ops.inverseNorms(x).dataSync().at(-1)).toBe(0);
        expect([...ops.inverseNorms(tf.tensor2d([[3, 4]])).dataSync()][0]).toBeCloseTo(0.2, 7);
      });
    },
  );

  it('computes the cross-entropy of logits large and small', () => {
    const target = tf.tensor1d([0, 3, 2, 2], 'int32');
    expectPlain(
      (table, [logits]) => table.crossEntropy(logits as tf.Tensor2D, target),
      () => [seeded([4, 5], 1)],
    );
    expectPlain(
      (table, [logits]) => table.crossEntropy(logits as tf.Tensor2D, target),
      () => [tf.mul(seeded([4, 5], 1), 60)],
      4,
    );
    target.dispose();
  });

  describe("optimizers' steps", () => {
    const numbers = { rate: 0.1, scalar: (value: number) => tf.scalar(value) };
    const momentum =
      (nesterov: boolean, decay: number) =>
      (table: Readonly<Ops>, [weights, velocity]: tf.Variable[], gradient: tf.Tensor) =>
        table.momentumSteps([{ weights: weights!, velocity: velocity!, gradient, rate: numbers.rate, decay }], {
          momentum: 0.9,
          nesterov,
          scalar: numbers.scalar,
        });
    const adam = (table: Readonly<Ops>, [weights, first, second]: tf.Variable[], gradient: tf.Tensor) =>
      table.adamSteps([{ weights: weights!, first: first!, second: second!, gradient, rate: numbers.rate }], {
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-3,
        correction1: 0.19,
        correction2: 0.14,
        scalar: numbers.scalar,
      });
    const adamOfTwo = (table: Readonly<Ops>, variables: tf.Variable[], gradient: tf.Tensor) => {
      adam(table, variables.slice(0, 3), gradient);
      const [weights, first, second] = variables as [tf.Variable, tf.Variable, tf.Variable];
      const [weights2, first2, second2] = variables.slice(3) as [tf.Variable, tf.Variable, tf.Variable];
      table.adamSteps(
        [
          { weights, first, second, gradient, rate: 0.1 },
          { weights: weights2, first: first2, second: second2, gradient: tf.neg(gradient), rate: 0.02 },
        ],
        { beta1: 0.5, beta2: 0.9, epsilon: 1e-8, correction1: 0.5, correction2: 0.3, scalar: numbers.scalar },
      );
    };
    const cases = [
      ['momentum', momentum(false, 0), 2],
      ['momentum and decay', momentum(false, 0.05), 2],
      ['Nesterov', momentum(true, 0), 2],
      ['Nesterov and decay', momentum(true, 0.05), 2],
      ['Adam', adam, 3],
      ['Adam of two variables', adamOfTwo, 6],
    ] as const;

    it.each(cases)('are the plain ones, in place and of what others hold too: %s', (_, step, count) => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const make = (): tf.Variable[] =>
          Array.from({ length: count }, (__, index) => {
            const initial = tf.abs(seeded([7, 5], 10 + index));
            return tf.variable(initial);
          });
        const [own, plain] = [make(), make()];
        const held = tf.clone(own[0]!);
        const first = held.dataSync().slice();
        for (let round = 0; round < 3; round++) {
          const gradient = seeded([7, 5], 20 + round);
          for (const [table, variables] of [
            [ops, own!],
            [plainOps, plain!],
          ] as const)
            tf.tidy(() => step(table, variables, gradient));
          own!.forEach((variable, index) =>
            expect(variable.sub(plain![index]!).abs().max().dataSync()[0]).toBeCloseTo(0, 5),
          );
        }
        expect(held.dataSync()).toEqual(first);
        expect(own[0]!.sub(held).abs().max().dataSync()[0]).toBeGreaterThan(0.01);
        tf.dispose([...own, ...plain]);
      });
      expect(tf.memory().numTensors).toBe(before);
    });

    it('leave the array alone that a variable was made of', () => {
      const values = new Float32Array(1024).fill(1);
      const [weights, velocity] = [tf.variable(tf.tensor1d(values)), tf.variable(tf.zeros([1024]))];
      tf.tidy(() => momentum(false, 0)(ops, [weights, velocity], tf.ones([1024])));
      expect(weights.dataSync()[1023]).toBeCloseTo(0.9, 6);
      expect(values.every((value) => value === 1)).toBe(true);
      tf.dispose([weights, velocity]);
    });

    it('work on the device itself', () => {
      expect(ops.momentumSteps).not.toBe(plainOps.momentumSteps);
      expect(ops.adamSteps).not.toBe(plainOps.adamSteps);
    });
  });

  // The library shares an array's memory where that lies well for it, which one of sixteen places in a buffer does.
  it.each(Array.from({ length: 16 }, (_, place) => place))(
    'writes rows without touching the array that a variable was made of, %i numbers on',
    (place) => {
      const values = new Float32Array(new ArrayBuffer(4096), 4 * place, 32).fill(1);
      const variable = tf.variable(tf.tensor2d(values, [16, 2]));
      tf.tidy(() => ops.writeRows(variable, tf.tensor1d([0, 3], 'int32'), tf.fill([2, 2], 7)));
      expect([...variable.dataSync().slice(0, 8)]).toEqual([7, 7, 1, 1, 1, 1, 7, 7]);
      expect(values.every((value) => value === 1)).toBe(true);
      tf.dispose(variable);
    },
  );

  it('asks the library, not TensorFlow.js, whether a GPU computes', () => {
    expect(nativeBackend().isUsingGpuDevice).toBeTypeOf('boolean');
    expect(nativeBackend().binding.TF_Version).toMatch(/^2\./);
  });
});
