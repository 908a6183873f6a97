import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';

/** Makes the layer of the rectifier: the positive part. */
export function relu(): Layer {
  return { parameters: [], slope: 0, apply: (x) => ops.relu(x) };
}
