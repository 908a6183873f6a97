import * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { Random } from '../random/random.ts';
import { initialBias, initialKernel, type InitialWeights } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** Choices of a fully connected layer. */
export interface DenseOptions {
  readonly bias?: boolean;
  /** The initial kernel, `[inputs, outputs]`, which the layer takes over. */
  readonly kernel?: tf.Tensor;
  /** Rule of the initial weights; `he` unless given. */
  readonly initial?: InitialWeights;
}

/** `x [batch, inputs]` → `xW + b [batch, outputs]`; W is `[inputs, outputs]`, drawn by `initial` unless `kernel` is given. */
export function dense(name: string, inputs: number, outputs: number, random: Random, options: DenseOptions = {}): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { initial = 'he' } = options;
  const kernel = parameterOf(`${name}/kernel`, options.kernel ?? initialKernel(initial, [inputs, outputs], inputs, random), 'kernel');
  const bias = options.bias === false ? undefined : parameterOf(`${name}/bias`, initialBias(initial, outputs, inputs, random), 'offset');
  return {
    parameters: bias ? [kernel, bias] : [kernel],
    apply(x) {
      const product: tf.Tensor2D = tf.matMul(x, kernel.variable as tf.Tensor as tf.Tensor2D);
      return bias ? ops.biasAdd(product, bias.variable as tf.Tensor as tf.Tensor1D) : product;
    },
  };
}
