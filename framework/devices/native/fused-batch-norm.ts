import * as tf from '@tensorflow/tfjs';
import type { BatchNorm, BatchNormInput } from '../../math/ops/batch-norm.ts';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import { ops } from '../../math/ops/ops.ts';
import { rectify } from '../../math/ops/rectify.ts';
import { releaseToTidy } from './release-to-tidy.ts';
import type { NativeBackend } from './native-backend.ts';

/** Makes batch normalization of one operation, running statistics included, and its three gradients of another. */
export function fusedBatchNorm(
  backend: NativeBackend,
): <T extends tf.Tensor>(x: T, input: BatchNormInput) => BatchNorm<T> {
  const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const types = ['T', 'U'].map((name) => ({ name, type: TF_ATTR_TYPE, value: TF_FLOAT }));
  const common = (epsilon: number) => [
    ...types,
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];

  return <T extends tf.Tensor>(
    x: T,
    { gain, offset, mean, variance, momentum, epsilon, slope }: BatchNormInput,
  ): BatchNorm<T> => {
    const channels = x.shape.at(-1)!;
    // The operation knows images only; its gradient is per channel, whatever the layout of the rest.
    const images = [x.size / channels, 1, 1, channels];
    const attributes = common(epsilon);
    let running: tf.Tensor1D[] = [];
    const factors = [gain ?? tf.ones([channels]), offset ?? tf.zeros([channels])] as const;
    const value = customGradient([x, ...factors], (input, scale, shift) => {
      const flat = input.rank === 4 ? input : tf.reshape(input, images);
      const follow = { name: 'exponential_avg_factor', type: TF_ATTR_FLOAT, value: 1 - momentum };
      const [normalized, nextMean, nextVariance, ...reserved] = backend.executeMultipleOutputs(
        'FusedBatchNormV3',
        [...attributes, follow],
        [flat, scale, shift, mean, variance],
        6,
      );
      running = [nextMean, nextVariance].map((tensor) => tf.keep(tensor as tf.Tensor1D));
      return differentiated({
        value: (input.rank === 4 ? normalized! : tf.reshape(normalized!, input.shape)) as T,
        saved: [flat, scale, ...reserved],
        gradient: (dy, [kept, keptScale, ...keptReserved]) => {
          const slope = dy.rank === 4 ? dy : tf.reshape(dy, images);
          const [dx, ...others] = backend.executeMultipleOutputs(
            'FusedBatchNormGradV3',
            attributes,
            [slope, kept, keptScale, ...keptReserved],
            5,
          );
          return [dy.rank === 4 ? dx! : tf.reshape(dx!, dy.shape), ...others.slice(0, 2)];
        },
      });
    });
    const [nextMean, nextVariance] = running.map((tensor) => releaseToTidy(tensor));
    return { value: rectify(value, slope, ops), mean: nextMean!, variance: nextVariance! };
  };
}
