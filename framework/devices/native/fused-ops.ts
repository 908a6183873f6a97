import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import { plainOps, type Ops } from '../../math/ops/ops.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { fusedMaxPool } from './fused-max-pool.ts';
import { inPlaceSteps } from './in-place-steps.ts';
import type { NativeBackend } from './native-backend.ts';
import { rowsInPlace } from './rows-in-place.ts';
import { stepKernelOps } from './step-kernel-ops.ts';

/**
 * Makes the operations that the native library does in one call where TensorFlow.js composes several, called by the
 * library's names. Each equals its plain version in value and gradient.
 *
 * @param stepKernels whether the library has Ablate's own kernels
 */
export function fusedOps(backend: NativeBackend, stepKernels: boolean): Partial<Ops> {
  const { TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
  const float = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  const channelsLast = { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' };
  const inPlace = inPlaceSteps(backend);
  /** Sums of `x [..., channels]` over all but the channels. */
  const sumByChannel = (x: tf.Tensor): tf.Tensor =>
    backend.executeSingleOutput('BiasAddGrad', [float, channelsLast], [x]);

  const prelu = <T extends tf.Tensor>(x: T, slope: tf.Tensor1D): T => {
    if (x.rank < 2) return plainOps.prelu(x, slope);
    return customGradient([x, slope], (input, factor) => {
      const negative = tf.minimum(input, 0);
      return differentiated({
        // x + (a − 1) min(x, 0): one pass over the maps less than a · min(x, 0) + max(x, 0).
        value: tf.add(input, tf.mul(negative, tf.sub(factor, 1))) as T,
        saved: [input, factor, negative],
        gradient: (dy, [kept, keptFactor, keptNegative]) => [
          tf.where(tf.greater(kept, 0), dy, tf.mul(dy, keptFactor)),
          sumByChannel(tf.mul(dy, keptNegative)),
        ],
      });
    });
  };

  return {
    biasAdd: <T extends tf.Tensor>(x: T, bias: tf.Tensor1D): T => {
      if (x.rank < 2) return plainOps.biasAdd(x, bias);
      return customGradient([x, bias], (input, offset) =>
        differentiated({
          value: backend.executeSingleOutput('BiasAdd', [float, channelsLast], [input, offset]) as T,
          saved: [],
          gradient: (dy) => [dy, sumByChannel(dy)],
        }),
      );
    },

    crossEntropy: (logits, target) =>
      customGradient([logits], (values) => {
        const labelType = { name: 'Tlabels', type: TF_ATTR_TYPE, value: TF_INT32 };
        const [value, slope] = backend.executeMultipleOutputs(
          'SparseSoftmaxCrossEntropyWithLogits',
          [float, labelType],
          [values, target],
          2,
        );
        return differentiated({
          value: value as tf.Tensor1D,
          saved: [slope!],
          gradient: (dy, [kept]) => tf.mul(kept, tf.expandDims(dy, 1)),
        });
      }),

    relu: <T extends tf.Tensor>(x: T): T =>
      customGradient([x], (input) => {
        const value = backend.executeSingleOutput('Relu', [float], [input]);
        return differentiated({
          value: value as T,
          saved: [value],
          gradient: (dy, [kept]) => backend.executeSingleOutput('ReluGrad', [float], [dy, kept]),
        });
      }),

    ...rowsInPlace(backend),
    ...inPlace,
    ...(stepKernels
      ? stepKernelOps(backend, { ...plainOps, ...inPlace })
      : { prelu, batchNorm: fusedBatchNorm(backend), ...fusedMaxPool(backend) }),
  };
}
