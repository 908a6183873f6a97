/** An operation of the native library as it was called. */
export interface Operation {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** What a product of matrices, or a convolution, cannot do without; undefined for any other operation. */
export interface Work {
  /** Multiplications and additions of numbers. */
  readonly flops: number;
  /** Bytes of what it reads and makes, each once. */
  readonly bytes: number;
}

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/**
 * Counts the arithmetic of a product of matrices, or of a convolution with its gradients, in single precision. Weights
 * that lie beside the image do not count: no library has to multiply by its border.
 */
export function workOf({ name, attributes, inputs, outputs }: Operation): Work | undefined {
  const [one, other, third] = inputs as [readonly number[], readonly number[], readonly number[]];
  const [result] = outputs as [readonly number[]];
  /** The image, its convolution, and the weights. */
  const convolution = (x: readonly number[], y: readonly number[], w: readonly number[]): Work => ({
    flops:
      2 *
      x[0]! *
      w[2]! *
      w[3]! *
      pairs(x[1]!, y[1]!, w[0]!, borderOf(attributes, 0, x, y, w)) *
      pairs(x[2]!, y[2]!, w[1]!, borderOf(attributes, 1, x, y, w)),
    bytes: 4 * (size(x) + size(y) + size(w)),
  });
  switch (name) {
    case 'Conv2D':
    case 'AblateConv2D':
      return convolution(one, result, other);
    case 'AblateConv2DInputGrad':
      return convolution(result, one, other);
    case 'AblateConv2DWeightGrad':
      return convolution(one, other, result);
    case 'Conv2DBackpropInput':
      return convolution(result, third, other);
    case 'Conv2DBackpropFilter':
      return convolution(one, third, result);
    case 'MatMul':
    case 'BatchMatMulV2': {
      const turned = Boolean(attributes.transpose_a ?? attributes.adj_x);
      const shared = one.at(turned ? -2 : -1)!;
      return { flops: 2 * size(result) * shared, bytes: 4 * (size(one) + size(other) + size(result)) };
    }
    default:
      return undefined;
  }
}

/** Stride of a convolution, and pixels before the image, along an axis. */
function borderOf(
  attributes: Operation['attributes'],
  axis: 0 | 1,
  x: readonly number[],
  y: readonly number[],
  w: readonly number[],
): { stride: number; before: number } {
  if (attributes.stride !== undefined)
    return { stride: attributes.stride as number, before: attributes[axis === 0 ? 'top' : 'left'] as number };
  const stride = (attributes.strides as number[])[axis + 1]!;
  if (attributes.padding === 'VALID') return { stride, before: 0 };
  if (attributes.padding === 'EXPLICIT')
    return { stride, before: (attributes.explicit_paddings as number[])[2 * axis + 2]! };
  return { stride, before: Math.max(0, (y[axis + 1]! - 1) * stride + w[axis]! - x[axis + 1]!) >> 1 };
}

/** Pairs of a place of the result and a weight that meet in the image, along an axis. */
function pairs(
  side: number,
  places: number,
  weights: number,
  { stride, before }: { stride: number; before: number },
): number {
  let count = 0;
  for (let place = 0; place < places; place++) {
    const first = place * stride - before;
    count += Math.max(0, Math.min(side, first + weights) - Math.max(0, first));
  }
  return count;
}

/** The most that a machine was seen to do. */
export interface MachinePeak {
  /** Of products of large matrices, a second. */
  readonly flops: number;
  /** Read and written in copying, a second. */
  readonly bytes: number;
}

/** Milliseconds that products take at least: each as long as its arithmetic or its memory, whichever is longer. */
export const limitOf = (work: readonly Work[], peak: MachinePeak): number =>
  work.reduce((sum, { flops, bytes }) => sum + 1000 * Math.max(flops / peak.flops, bytes / peak.bytes), 0);
