import type { Tensor } from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Layers one after the other; a rectifier is taken in by the layer before it where that can. */
export function sequence(...layers: readonly Layer[]): Layer {
  const steps = layers.flatMap((layer, index): Layer['apply'][] => {
    const [before, after] = [layers[index - 1], layers[index + 1]];
    if (layer.slope !== undefined && before?.rectified) return [];
    return [layer.rectified && after?.slope !== undefined ? layer.rectified(after.slope) : layer.apply];
  });
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    apply: (x, mode) => steps.reduce<Tensor>((y, apply) => apply(y, mode), x),
  };
}
