import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/**
 * Makes the layer x ↦ body(x) + shortcut(x) (He et al., CVPR 2016, eq. 1 and 2); the shortcut is the identity unless
 * given.
 */
export function residual(body: Layer, shortcut?: Layer): Layer {
  return {
    parameters: [...body.parameters, ...(shortcut?.parameters ?? [])],
    apply: (x, mode) => tf.add(body.apply(x, mode), shortcut ? shortcut.apply(x, mode) : x),
  };
}
