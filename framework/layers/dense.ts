import * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { Random } from '../random/random.ts';
import { heNormal } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** `x [batch, inputs]` → `xW + b [batch, outputs]`; W is `[inputs, outputs]`, drawn by He's rule unless `kernel` is given. */
export function dense(name: string, inputs: number, outputs: number, random: Random, options: { bias?: boolean; kernel?: tf.Tensor } = {}): Layer<tf.Tensor2D, tf.Tensor2D> {
  const kernel = parameterOf(`${name}/kernel`, options.kernel ?? heNormal([inputs, outputs], inputs, random), 'kernel');
  const bias = options.bias === false ? undefined : parameterOf(`${name}/bias`, tf.zeros([outputs]), 'offset');
  return {
    parameters: bias ? [kernel, bias] : [kernel],
    apply(x) {
      const product: tf.Tensor2D = tf.matMul(x, kernel.variable as tf.Tensor as tf.Tensor2D);
      return bias ? ops.biasAdd(product, bias.variable as tf.Tensor as tf.Tensor1D) : product;
    },
  };
}
