import type * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';

/** Layers one after the other; a bias and the PReLU behind it are one pass where the device can. */
export function sequence(...layers: readonly Layer[]): Layer {
  const steps = merged(layers);
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    apply: (x, mode) => steps.reduce<tf.Tensor>((y, apply) => apply(y, mode), x),
  };
}

function merged(layers: readonly Layer[]): Layer['apply'][] {
  const steps: Layer['apply'][] = [];
  for (let index = 0; index < layers.length; index++) {
    const [{ biased, apply }, next] = [layers[index]!, layers[index + 1]];
    const slope = next?.slope;
    if (biased && slope) {
      steps.push((x) => ops.biasPrelu(biased.product(x), biased.bias as tf.Tensor as tf.Tensor1D, slope as tf.Tensor as tf.Tensor1D));
      index++;
    } else steps.push(apply);
  }
  return steps;
}
