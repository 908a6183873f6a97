/** How position embeddings are brought to another grid; all bicubic, corners not aligned. */
export type PositionResampling =
  /** As PyTorch's `interpolate(antialias=True)`: timm, open_clip, DINOv2 with registers. */
  | 'antialiased'
  /** As without: Hugging Face's ViT, CLIP and DINOv2. */
  | 'plain'
  /** Without, and by the scale (side + 0.1) / old side in place of the sides: DINO and DINOv2 of facebookresearch. */
  | 'offset';

/** What each of a row of places takes of the old ones: indices and weights. */
type Taps = readonly (readonly [place: number, weight: number])[];

/** Keys' cubic kernel with the free parameter `a` (IEEE TASSP 1981, eq. 4). */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** a = −0.75, edges repeated; `scale` is old places per new one. */
function plainTaps(from: number, to: number, scale: number): Taps[] {
  return Array.from({ length: to }, (_, place) => {
    const center = (place + 0.5) * scale - 0.5;
    const first = Math.floor(center) - 1;
    return [0, 1, 2, 3].map((tap) => {
      const old = first + tap;
      return [Math.min(Math.max(old, 0), from - 1), cubic(center - old, -0.75)] as const;
    });
  });
}

/** a = −0.5, widened when shrinking, cut and normalized at the edges, also when enlarging. */
function antialiasedTaps(from: number, to: number): Taps[] {
  const scale = from / to;
  const width = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const center = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - 2 * width + 0.5));
    const last = Math.min(from, Math.floor(center + 2 * width + 0.5));
    const taps = Array.from({ length: last - first }, (_, tap): readonly [number, number] => [
      first + tap,
      cubic((first + tap + 0.5 - center) / width, -0.5),
    ]);
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    return taps.map(([old, weight]) => [old, weight / sum] as const);
  });
}

/**
 * Brings position embeddings to another grid of patches.
 *
 * @param values `[rows · columns, width]` row-major
 */
export function resamplePositions(
  values: ArrayLike<number>,
  from: readonly [rows: number, columns: number],
  to: readonly [rows: number, columns: number],
  way: PositionResampling,
): Float32Array {
  const width = values.length / (from[0] * from[1]);
  const [rowTaps, columnTaps] = ([0, 1] as const).map((side) => {
    if (way === 'antialiased') return antialiasedTaps(from[side], to[side]);
    // The offset only guarded a rounding once, but moves every place.
    return plainTaps(from[side], to[side], from[side] / (to[side] + (way === 'offset' ? 0.1 : 0)));
  });
  const result = new Float32Array(to[0] * to[1] * width);
  rowTaps!.forEach((rows, row) =>
    columnTaps!.forEach((columns, column) => {
      const place = (row * to[1] + column) * width;
      for (let channel = 0; channel < width; channel++) {
        let sum = 0;
        for (const [oldRow, rowWeight] of rows)
          for (const [oldColumn, columnWeight] of columns)
            sum += rowWeight * columnWeight * values[(oldRow * from[1] + oldColumn) * width + channel]!;
        result[place + channel] = sum;
      }
    }),
  );
  return result;
}
