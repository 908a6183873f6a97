/** Rows of images and the templates that they make up. */
export interface TemplateRows {
  /** Row-major `[rows, dim]`. */
  readonly values: ArrayLike<number>;
  readonly dim: number;
  /** Number of each row's template; negative for none. */
  readonly template: Int32Array;
  /** Number of each row's medium: an image, or a video of many frames. */
  readonly media: Int32Array;
  /** What each row counts. */
  readonly weights?: Float64Array | undefined;
  /** Whether rows are divided by their norm before that. */
  readonly normalize: boolean;
}

/** Templates by rising number. */
export interface PooledTemplates {
  readonly numbers: Int32Array;
  /** Row-major `[templates, dim]`, rows of length 1. */
  readonly values: Float64Array;
  /** First row of each template. */
  readonly first: Int32Array;
}

/**
 * Pools templates as IJB-B and IJB-C are evaluated: the rows of one medium are averaged, the media of a template added
 * up, the sum divided by its norm (Whitelam et al., CVPR workshops 2017, as insightface evaluates it).
 */
export function poolTemplates({ values, dim, template, media, weights, normalize }: TemplateRows): PooledTemplates {
  const members = new Map<number, number[]>();
  template.forEach((number, row) => {
    if (number < 0) return;
    const own = members.get(number);
    if (own) own.push(row);
    else members.set(number, [row]);
  });
  const numbers = Int32Array.from([...members.keys()].sort((a, b) => a - b));
  const pooled = new Float64Array(numbers.length * dim);
  numbers.forEach((number, place) => {
    const rows = members.get(number)!;
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(media[row]!, (counts.get(media[row]!) ?? 0) + 1);
    const own = pooled.subarray(place * dim, (place + 1) * dim);
    for (const row of rows) {
      let square = 0;
      for (let column = 0; column < dim; column++) square += values[row * dim + column]! ** 2;
      const scale = (weights?.[row] ?? 1) / (normalize ? Math.sqrt(square) || 1 : 1) / counts.get(media[row]!)!;
      for (let column = 0; column < dim; column++) own[column]! += scale * values[row * dim + column]!;
    }
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0)) || 1;
    for (let column = 0; column < dim; column++) own[column]! /= norm;
  });
  return { numbers, values: pooled, first: numbers.map((number) => members.get(number)![0]!) };
}

/** Computes the cosine of two templates. */
export function templateScore({ values }: PooledTemplates, dim: number, left: number, right: number): number {
  let sum = 0;
  for (let column = 0; column < dim; column++) sum += values[left * dim + column]! * values[right * dim + column]!;
  return sum;
}
