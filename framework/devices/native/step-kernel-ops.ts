import * as tf from '@tensorflow/tfjs';
import type { BatchNorm, BatchNormInput } from '../../math/ops/batch-norm.ts';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import { plainOps, type Ops } from '../../math/ops/ops.ts';
import { releaseToTidy } from './release-to-tidy.ts';
import { integerAttributes, type NativeBackend } from './native-backend.ts';

/** Numbers of variables that one operation makes anew; a larger variable changes where it lies. */
const maxAtOnce = 1 << 23;

/**
 * Makes the operations by Ablate's own kernels (`framework/app/setup/kernels`), which the library must have. For the
 * processor.
 *
 * @param large steps of variables too large to have a second copy of
 */
export function stepKernelOps(
  backend: NativeBackend,
  large: Pick<Ops, 'momentumSteps' | 'adamSteps'>,
): Pick<
  Ops,
  | 'prelu'
  | 'biasPrelu'
  | 'batchNorm'
  | 'maxPool'
  | 'momentumSteps'
  | 'adamSteps'
  | 'inverseNorms'
  | 'subtractScaledRows'
> {
  const biasPrelu: Ops['biasPrelu'] = <T extends tf.Tensor>(x: T, bias: tf.Tensor1D, slope: tf.Tensor1D): T =>
    customGradient([x, bias, slope], (input, offset, factor) =>
      differentiated({
        value: backend.executeSingleOutput('AblateBiasPrelu', [], [input, offset, factor]) as T,
        saved: [input, offset, factor],
        gradient: (dy, kept) => backend.executeMultipleOutputs('AblateBiasPreluGrad', [], [dy, ...kept], 3),
      }),
    );

  return {
    biasPrelu,

    prelu: <T extends tf.Tensor>(x: T, slope: tf.Tensor1D): T =>
      x.rank < 2 ? plainOps.prelu(x, slope) : biasPrelu(x, tf.zerosLike(slope), slope),

    batchNorm<T extends tf.Tensor>(
      x: T,
      { gain, offset, mean, variance, momentum, epsilon, slope }: BatchNormInput,
    ): BatchNorm<T> {
      const [ones, zeros] = [1, 0].map((value) => tf.fill([x.shape.at(-1)!], value) as tf.Tensor1D);
      const factors = [
        gain ?? ones!,
        offset ?? zeros!,
        slope === undefined ? ones! : slope === 0 ? zeros! : slope,
      ] as const;
      const numbers = tf.tensor1d([momentum, epsilon]);
      let running: tf.Tensor1D[] = [];
      const value = customGradient([x, ...factors], (...inputs) => {
        const [y, nextMean, nextVariance, ...found] = backend.executeMultipleOutputs(
          'AblateBatchNorm',
          [],
          [...inputs, mean, variance, numbers],
          5,
        );
        running = [nextMean, nextVariance].map((tensor) => tf.keep(tensor as tf.Tensor1D));
        return differentiated({
          value: y as T,
          saved: [...inputs, ...found],
          gradient: (dy, kept) => backend.executeMultipleOutputs('AblateBatchNormGrad', [], [dy, ...kept], 4),
        });
      });
      const [nextMean, nextVariance] = running.map((tensor) => releaseToTidy(tensor));
      return { value, mean: nextMean!, variance: nextVariance! };
    },

    maxPool(x, size, stride, pad) {
      const attributes = integerAttributes(backend, { size, stride, same: pad === 'same' ? 1 : 0 });
      return customGradient([x], (input) => {
        const [value, places] = backend.executeMultipleOutputs('AblateMaxPool', attributes, [input], 2);
        const sides = tf.tensor1d(input.shape.slice(1, 3), 'int32');
        return differentiated({
          value: value as tf.Tensor4D,
          saved: [places!, sides],
          gradient: (dy, [keptPlaces, keptSides]) =>
            backend.executeSingleOutput('AblateMaxPoolGrad', attributes, [dy, keptPlaces, keptSides]),
        });
      });
    },

    inverseNorms: (x) => backend.executeSingleOutput('AblateInverseNorms', [], [x]) as tf.Tensor1D,

    subtractScaledRows: (x, y, factor) =>
      backend.executeSingleOutput('AblateLessRows', [], [x, y, factor]) as tf.Tensor2D,

    momentumSteps(updates, settings) {
      const others = updates.filter(({ weights }) => weights.size > maxAtOnce);
      if (others.length > 0) large.momentumSteps(others, settings);
      for (const group of together(updates.filter(({ weights }) => weights.size <= maxAtOnce))) {
        const numbers = tf.tensor1d([
          settings.momentum,
          settings.nesterov ? 1 : 0,
          ...group.flatMap(({ rate, decay }) => [rate, decay]),
        ]);
        const inputs = [
          ...group.map(({ weights }) => weights),
          ...group.map(({ velocity }) => velocity),
          ...group.map(({ gradient }) => gradient),
          numbers,
        ];
        const next = backend.executeMultipleOutputs(
          'AblateMomentumSteps',
          integerAttributes(backend, { N: group.length }),
          inputs,
          2 * group.length,
        );
        group.forEach(({ weights, velocity }, index) => {
          weights.assign(next[index]!);
          velocity.assign(next[group.length + index]!);
        });
      }
    },

    adamSteps(updates, settings) {
      const { beta1, beta2, epsilon, correction1, correction2 } = settings;
      const others = updates.filter(({ weights }) => weights.size > maxAtOnce);
      if (others.length > 0) large.adamSteps(others, settings);
      for (const group of together(updates.filter(({ weights }) => weights.size <= maxAtOnce))) {
        const rates = group.map(({ rate }) => (rate * correction2) / correction1);
        const variables = [
          ...group.map(({ weights }) => weights),
          ...group.map(({ first }) => first),
          ...group.map(({ second }) => second),
        ];
        const next = backend.executeMultipleOutputs(
          'AblateAdamSteps',
          integerAttributes(backend, { N: group.length }),
          [
            ...variables,
            ...group.map(({ gradient }) => gradient),
            tf.tensor1d([beta1, beta2, epsilon * correction2, ...rates]),
          ],
          variables.length,
        );
        variables.forEach((variable, index) => variable.assign(next[index]!));
      }
    },
  };
}

/** Updates in groups of as many numbers as one operation takes. */
function together<Update extends { readonly weights: tf.Variable }>(updates: readonly Update[]): Update[][] {
  const groups: Update[][] = [];
  let room = 0;
  for (const update of updates) {
    if (update.weights.size > room) {
      groups.push([]);
      room = maxAtOnce;
    }
    groups.at(-1)!.push(update);
    room -= update.weights.size;
  }
  return groups;
}
