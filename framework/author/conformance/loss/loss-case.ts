import type { Columns } from '../../../contracts/column.ts';

/** A matrix in plain memory, row-major. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Triplets that a case gives in place of a miner: how often each counts, `[rows, rows, rows]`, flat. */
export interface GivenTriplets {
  readonly rows: number;
  readonly counts: Float32Array;
}

/** One input of a loss, in plain numbers, whatever the loss needs of it. */
export interface LossCase {
  /** In words: `an embedding at angle 0 to its class weight`. */
  readonly name: string;
  /** `[batch, dim]` */
  readonly embedding: Matrix;
  /** `[batch]` */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Training images of each class, `[classes]`; absent where a reference case does not say. */
  readonly classCounts?: Int32Array | undefined;
  /** `[classes · subCenters, dim]`, a row a class weight; sub-centers class-major. */
  readonly classWeights?: Matrix;
  /** `[classes]`; absent: a linear head without bias. */
  readonly bias?: Float32Array;
  /** `[batch, its own dim]`, what a teacher gave; absent where a reference case has none. */
  readonly teacher?: Matrix | undefined;
  /** `[batch, dim]` of each further view of the same images; absent where a reference case has none. */
  readonly views?: readonly Matrix[] | undefined;
  /** `[batch, dim]` of every view by the averaged net; absent where a reference case has none. */
  readonly averaged?: readonly Matrix[] | undefined;
  /** `[batch, dim]` of every view, where a reference case gives predictions as views and projections beside them. */
  readonly projections?: readonly Matrix[] | undefined;
  /** Columns of the batch's rows; absent where a reference case has none. */
  readonly columns?: Columns | undefined;
  /** Sub-centers a class that `classWeights` holds. */
  readonly subCenters: number;
  /** The margin of each row, `[batch]`, where a reference case gives it. */
  readonly rowMargins?: Float32Array | undefined;
  /** What a loss's miner chooses, where a reference case gives it. */
  readonly triplets?: GivenTriplets | undefined;
  /** Training step from 0. */
  readonly step: number;
  /** Values that the loss's own parameters start from, by parameter name, flat. */
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
  /** The active classes, where a sampled head would play fewer than all; contains every label. */
  readonly sampledClasses?: Int32Array;
  /** False at a kink (angle 0 or π, ties, equal embeddings): gradients are only asked to be finite there. */
  readonly smooth: boolean;
}

/** Makes a matrix of the rows given. */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { values: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** Gives row `index` of a matrix, as a view. */
export const rowOf = (matrix: Matrix, index: number): Float32Array =>
  matrix.values.subarray(index * matrix.columns, (index + 1) * matrix.columns);

/** Gives the name of a further view, from 0, among what the value is differentiated by: `secondEmbedding`, `view3`. */
export const viewName = (view: number): string => (view === 0 ? 'secondEmbedding' : `view${view + 2}`);
