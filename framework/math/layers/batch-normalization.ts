import * as tf from '@tensorflow/tfjs';
import type { BatchNormInput } from '../ops/batch-norm.ts';
import { ops } from '../ops/ops.ts';
import { rectify } from '../ops/rectify.ts';
import { syncBatchNorm } from '../ops/sync-batch-norm.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** Choices of a batch normalization. */
export interface BatchNormalizationOptions {
  /** Share of the old running statistics that a step keeps. */
  readonly momentum?: number;
  readonly epsilon?: number;
  /** Whether a gain (γ) and an offset (β) are learned. */
  readonly scale?: boolean;
  readonly center?: boolean;
}

/**
 * Normalizes each channel by the batch's mean and (biased) variance in training and by running ones in evaluation
 * (Ioffe and Szegedy, ICML 2015, algorithms 1 and 2); the running variance is unbiased, as PyTorch's. Any rank,
 * channels last.
 */
export function batchNormalization(name: string, channels: number, options: BatchNormalizationOptions = {}): Layer {
  const { momentum = 0.9, epsilon = 1e-5, scale = true, center = true } = options;
  const gain = scale ? parameterOf(`${name}/gain`, tf.ones([channels]), 'offset') : undefined;
  const offset = center ? parameterOf(`${name}/offset`, tf.zeros([channels]), 'offset') : undefined;
  const mean = parameterOf(`${name}/mean`, tf.zeros([channels]), 'state');
  const variance = parameterOf(`${name}/variance`, tf.ones([channels]), 'state');
  const read = (variable: tf.Variable | undefined) => variable as tf.Tensor | undefined as tf.Tensor1D | undefined;
  const layer =
    (rectifier?: tf.Variable | 0): Layer['apply'] =>
    (x, { training, frozen, ranks, synchronized }) => {
      const slope = rectifier === 0 ? 0 : read(rectifier);
      if (training && !frozen?.(name)) {
        const input: BatchNormInput = {
          gain: read(gain?.variable),
          offset: read(offset?.variable),
          mean: read(mean.variable)!,
          variance: read(variance.variable)!,
          momentum,
          epsilon,
          slope,
        };
        const next = ranks && synchronized ? syncBatchNorm(x, input, ranks) : ops.batchNorm(x, input);
        mean.variable.assign(next.mean);
        variance.variable.assign(next.variance);
        return next.value;
      }
      const normalized = tf.batchNorm(
        x as tf.Tensor,
        mean.variable as tf.Tensor1D,
        variance.variable as tf.Tensor1D,
        read(offset?.variable),
        read(gain?.variable),
        epsilon,
      );
      return rectify(normalized as typeof x, slope, ops);
    };
  return {
    parameters: [gain, offset, mean, variance].filter((parameter) => parameter !== undefined),
    apply: layer(),
    rectified: layer,
  };
}
