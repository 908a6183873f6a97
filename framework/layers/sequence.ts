import type { Tensor } from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Layers one after the other. */
export function sequence(...layers: readonly Layer[]): Layer {
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    apply: (x, mode) => layers.reduce<Tensor>((y, layer) => layer.apply(y, mode), x),
  };
}
