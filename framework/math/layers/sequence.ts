import { dispose, tidy, type Tensor } from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Joins layers one after the other; a rectifier is taken in by the layer before it where that can. */
export function sequence(...layers: readonly Layer[]): Layer {
  const steps = layers.flatMap((layer, index): Layer['apply'][] => {
    const [before, after] = [layers[index - 1], layers[index + 1]];
    if (layer.slope !== undefined && before?.rectified) return [];
    return [layer.rectified && after?.slope !== undefined ? layer.rectified(after.slope) : layer.apply];
  });
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    apply: (x, mode) =>
      steps.reduce<Tensor>((y, apply) => {
        if (mode.training) return apply(y, mode);
        const next = tidy(() => apply(y, mode));
        // Gradients need what lies between two layers; without them, a batch of a deep net would hold gigabytes of it
        // to the end.
        if (y !== x && next !== y) dispose(y);
        return next;
      }, x),
  };
}
