import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import type { Ops } from '../../math/ops/ops.ts';
import type { NativeBackend } from './native-backend.ts';

/**
 * Makes oneDNN's max pool, which keeps the place of each maximum for its gradient. Empty where this build does not have
 * it (other processors, oneDNN switched off, a GPU).
 */
export function fusedMaxPool(backend: NativeBackend): Pick<Partial<Ops>, 'maxPool'> {
  const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const attributes = (size: number, stride: number, pad: 'same' | 'valid') => [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'ksize', type: TF_ATTR_INT, value: [1, size, size, 1] },
    { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: pad.toUpperCase() },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: '_kernel', type: TF_ATTR_STRING, value: 'MklNameChangeOp' },
    { name: 'workspace_enabled', type: TF_ATTR_BOOL, value: true },
  ];
  const maxPool: Ops['maxPool'] = (x, size, stride, pad) =>
    customGradient([x], (input) => {
      const [value, places] = backend.executeMultipleOutputs(
        '_MklNativeMaxPool',
        attributes(size, stride, pad),
        [input],
        2,
      );
      return differentiated({
        value: value as tf.Tensor4D,
        saved: [input, value!, places!],
        gradient: (dy, [kept, keptValue, keptPlaces]) =>
          backend.executeMultipleOutputs(
            '_MklNativeMaxPoolGrad',
            attributes(size, stride, pad),
            [kept, keptValue, dy, keptPlaces],
            1,
          )[0]!,
      });
    });
  return !backend.isUsingGpuDevice && works(maxPool) ? { maxPool } : {};
}

function works(maxPool: Ops['maxPool']): boolean {
  try {
    return tf.tidy(() => {
      const [gradient] = tf.grads((x) => tf.sum(maxPool(x as tf.Tensor4D, 2, 2, 'valid')))([
        tf.tensor4d([-3, -1, -4, -2], [1, 2, 2, 1]),
      ]);
      return gradient!.dataSync().join() === '0,1,0,0';
    });
  } catch {
    return false;
  }
}
